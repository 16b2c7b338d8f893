NAME = "shop"

# As people know it.
TITLE = "Shop"

# The role that owns every table; migrations and seeds act as it.
DATABASE_OWNER = "shop_owner"

# The first is what registration gives.
ROLES = ("customer", "staff", "admin")

# Requests by kind of caller or by operation; a role without a limit of its own has that of `user`.
RATE_LIMITS = {
    "anonymous": "300/min",
    "user": "1200/min",
    "login": "30/min",
    "register": "60/min",
    "placeOrder": "60/min",
}

# What is written into the log as a security event, whoever asks.
SECURITY_ACTIONS: dict[str, str] = {
    "POST /v1/auth/register": "register",
    "POST /v1/auth/verification": "requestVerification",
    "POST /v1/auth/verify": "verify",
    "POST /v1/auth/password/forgot": "forgotPassword",
    "POST /v1/auth/password/reset": "resetPassword",
    "POST /v1/auth/login": "login",
    "POST /v1/auth/refresh": "refresh",
    "POST /v1/auth/logout": "logout",
    "POST /v1/auth/password": "changePassword",
    "DELETE /v1/auth/sessions": "endMySessions",
    "DELETE /v1/auth/sessions/{id}": "endMySession",
    "POST /v1/auth/keys": "createMyKey",
    "DELETE /v1/auth/keys/{id}": "deleteMyKey",
    "POST /v1/auth/socket-ticket": "createSocketTicket",
}

# What pages of other origins may send, and what they may read besides the body.
SHARED_METHODS = b"DELETE, GET, HEAD, PATCH, POST"
SHARED_HEADERS = b"Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match"
EXPOSED_HEADERS = b"ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
