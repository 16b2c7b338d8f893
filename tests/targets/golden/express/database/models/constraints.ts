/** The members that must be unique together, as JSON pointers, by the name of their index. */
export const uniqueMembers: Readonly<Record<string, readonly string[]>> = {
  users_email_key: ['/email'],
  categories_name_key: ['/name'],
  categories_slug_key: ['/slug'],
  products_sku_key: ['/sku'],
};
