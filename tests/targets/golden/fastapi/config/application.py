NAME = "shop"

# The role that owns every table; migrations and seeds act as it.
DATABASE_OWNER = "shop_owner"

# The first is what registration gives.
ROLES = ("customer", "staff", "admin")
