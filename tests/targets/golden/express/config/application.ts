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

/** What pages of other origins may send, and what they may read besides the body. */
export const sharing = {
  methods: 'DELETE, GET, HEAD, PATCH, POST',
  headers: 'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match',
  exposed: 'ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id',
};
