export const name = 'shop';

/** The role that owns every table; migrations and seeds act as it. */
export const databaseOwner = 'shop_owner';

/** The first is what registration gives. */
export const roles = ['customer', 'staff', 'admin'];

/** Requests by kind of caller or by operation; a role without a limit of its own has that of `user`. */
export const rateLimits = {
  anonymous: '300/min',
  user: '1200/min',
  login: '30/min',
  register: '60/min',
  placeOrder: '60/min',
};
