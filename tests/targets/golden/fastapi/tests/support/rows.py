from tests.support.database import Row, insert
from tests.support.sessions import Account, open_session
from tests.support.unique import unique


def insert_user(**given: object) -> str:
    return insert(
        "app.users",
        {
            "email": unique() + "@example.com",
            "name": "Some name",
            "role": "customer",
            **given,
        },
    )


def insert_category(**given: object) -> str:
    return insert(
        "app.categories",
        {
            "name": unique(),
            "slug": unique(),
            **given,
        },
    )


def insert_product(**given: object) -> str:
    return insert(
        "app.products",
        {
            "sku": unique(),
            "name": "Some name",
            "description": "Some description",
            "price": "12.50",
            "stock": 0,
            "status": "draft",
            "category_id": given.get("category_id") or insert_category(),
            **given,
        },
    )


def insert_order(**given: object) -> str:
    return insert(
        "app.orders",
        {
            "customer_id": given.get("customer_id") or insert_user(),
            "note": "Some note",
            "status": "pending",
            **given,
        },
    )


def insert_order_line(**given: object) -> str:
    return insert(
        "app.order_lines",
        {
            "product_id": given.get("product_id") or insert_product(),
            "quantity": 10,
            "unit_price": "12.50",
            "order_id": given.get("order_id") or insert_order(),
            **given,
        },
    )


def sign_in(role: str, **given: object) -> Account:
    """A new account with this role, signed in."""
    return open_session(insert_user(role=role, **given), role)


def new_registration() -> tuple[Row, str]:
    """A profile that nobody has registered, and what it logs in with."""
    login = unique() + "@example.com"
    return {"email": login, "name": "Some name"}, login
