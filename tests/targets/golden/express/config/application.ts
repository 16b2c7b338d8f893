export const name = 'shop';

/** As people know it. */
export const title = 'Shop';

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

/** What is written into the log as a security event, whoever asks. */
export const securityActions: ReadonlyMap<string, string> = new Map([
  ['POST /v1/auth/register', 'register'],
  ['POST /v1/auth/verification', 'requestVerification'],
  ['POST /v1/auth/verify', 'verify'],
  ['POST /v1/auth/password/forgot', 'forgotPassword'],
  ['POST /v1/auth/password/reset', 'resetPassword'],
  ['POST /v1/auth/login', 'login'],
  ['POST /v1/auth/refresh', 'refresh'],
  ['POST /v1/auth/logout', 'logout'],
  ['POST /v1/auth/password', 'changePassword'],
  ['DELETE /v1/auth/sessions', 'endMySessions'],
  ['DELETE /v1/auth/sessions/{id}', 'endMySession'],
  ['POST /v1/auth/keys', 'createMyKey'],
  ['DELETE /v1/auth/keys/{id}', 'deleteMyKey'],
  ['POST /v1/auth/socket-ticket', 'createSocketTicket'],
]);

/** What pages of other origins may send, and what they may read besides the body. */
export const sharing = {
  methods: 'DELETE, GET, HEAD, PATCH, POST',
  headers: 'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match',
  exposed: 'ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id',
};
