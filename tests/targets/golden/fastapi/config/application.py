NAME = "shop"

# The role that owns every table; migrations and seeds act as it.
DATABASE_OWNER = "shop_owner"

# The first is what registration gives.
ROLES = ("customer", "staff", "admin")

# What pages of other origins may send, and what they may read besides the body.
SHARED_METHODS = b"DELETE, GET, HEAD, PATCH, POST"
SHARED_HEADERS = b"Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match"
EXPOSED_HEADERS = b"ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
