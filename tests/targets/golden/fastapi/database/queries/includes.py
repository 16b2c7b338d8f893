from database.queries.categories import categories
from database.queries.products import products
from database.queries.users import users
from services.data.includes import Include, Includes

PRODUCTS: Includes = (Include("category", categories, "products.category_id"),)
ORDERS: Includes = (
    Include("customer", users, "orders.customer_id"),
    Include("lines.product", products, "order_lines.product_id"),
)
