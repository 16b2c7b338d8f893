NAME = "shop"

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
