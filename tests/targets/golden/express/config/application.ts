export const name = 'shop';

/** The role that owns every table; migrations and seeds act as it. */
export const databaseOwner = 'shop_owner';

/** The first is what registration gives. */
export const roles = ['customer', 'staff', 'admin'];

/** What pages of other origins may send, and what they may read besides the body. */
export const sharing = {
  methods: 'DELETE, GET, HEAD, PATCH, POST',
  headers: 'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match',
  exposed: 'ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id',
};
