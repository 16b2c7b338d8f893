export const name = 'shop';

/** The role that owns every table; migrations and seeds act as it. */
export const databaseOwner = 'shop_owner';

/** The first is what registration gives. */
export const roles = ['customer', 'staff', 'admin'];
