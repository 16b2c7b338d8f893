from __future__ import annotations

import pytest

from backwright.plan.model import Exact, Integer
from tests.brief.understood import understand

SENTENCE = "Create a backend API for an e-commerce platform with user management, product catalog, and order processing"
SAME = (
    "Create a backend API for an e-commerce platform with order processing, product catalog, and user management",
    "create a backend api for an e-commerce platform with user management, product catalog, and order processing",
    "CREATE A BACKEND API FOR AN E-COMMERCE PLATFORM WITH USER MANAGEMENT, PRODUCT CATALOG, AND ORDER PROCESSING",
    "Build an e-commerce REST API",
    "Build an ecommerce backend",
    "online shop",
    "Online store",
    "A web store",
    "Webshop backend",
    "I need a backend for my online shop.",
    "We want to build an online store with products and orders",
    "marketplace backend with catalog and orders",
    "Design the database architecture for an e-commerce platform",
    "Design a REST API for an online marketplace",
    "Please build me an e-commerce backend with products, categories and orders",
    "Develop an e-commerce application where customers can browse products and place orders",
    "Implement the server of a web shop",
    "# Online shop\n- User management\n- Product catalog\n- Order processing",
    "Build an online shop:\n\n* product catalogue\n* orders\n* user accounts",
    "Features of the online store:\n1. User management\n2. Product management\n3. Order management",
    "Create a backend API for an e-comerce platform with user management, product catalog, and order processing",
    "Create a backend API for an e-commerce platform with user managment, product catalog, and order processing",
    "Create a backend API for an e-commerce platform with user management, prodct catalog, and order processing",
    "Create a backend API for an e-commerce platform with user management, product catalog, and order procesing",
    "Crate a backend API for an e-commerce plattform with user management, product catalog, and order processing",
    "As a customer, I want to browse products so that I find what I need.\nAs a customer, I want to place orders.",
    "Customers can buy products.",
    "Customers place orders. Products belong to categories.",
)


def test_the_sentence_gives_the_whole_shop() -> None:
    shop = understand(SENTENCE)
    assert shop.roles == ["customer", "staff", "admin"]
    assert shop.names == ["User", "Category", "Product", "Order", "OrderLine"]
    assert {"email", "name"} <= set(shop.fields("User"))
    assert {"sku", "name", "description", "price", "stock", "status", "category"} <= set(shop.fields("Product"))
    price, stock = shop.entity("Product").field("price").type, shop.entity("Product").field("stock").type
    assert isinstance(price, Exact)
    assert price.money
    assert price.above == 0
    assert isinstance(stock, Integer)
    assert stock.minimum == 0
    assert shop.values("Product", "status")[0] == "draft"
    assert shop.refers("Product", "category") == "Category"


def test_the_sentence_gives_orders_that_are_owned_and_move() -> None:
    shop = understand(SENTENCE)
    assert shop.entity("Order").owner == "customer"
    assert shop.entity("OrderLine").whole == "Order"
    assert "unitPrice" in shop.fields("OrderLine")
    assert shop.states("Order") == ["pending", "paid", "shipped", "delivered", "cancelled"]
    assert shop.moves("Order")["cancel"] == (["pending", "paid"], "cancelled")
    cancel = next(move for move in shop.entity("Order").lifecycle.transitions if move.name == "cancel")  # type: ignore[union-attr]
    assert cancel.steps
    (operation,) = shop.plan.operations
    assert (operation.name, operation.method, operation.path, operation.idempotent) == (
        "placeOrder",
        "POST",
        "/orders",
        True,
    )
    assert "{error: out_of_stock, status: 409}" in shop.text


def test_every_element_of_the_sentence_has_an_origin() -> None:
    reading = understand(SENTENCE).reading
    assert reading.origins["entities.Order"] == "s1"
    assert reading.origins["operations.placeOrder"] == "s1"
    assert reading.origins["entities.Order.fields.status"] == "pack:orders"
    assert reading.origins["entities.Product.fields.price"] == "pack:catalog"
    (statement,) = reading.statements
    assert statement.status == "used"
    assert {"entities.Order", "entities.Product", "entities.User"} <= set(statement.elements)
    assert not reading.diagnostics


@pytest.mark.parametrize("brief", SAME)
def test_other_words_give_the_same_shop(brief: str) -> None:
    shop = understand(brief)
    assert {"User", "Product", "Order", "OrderLine"} <= set(shop.names)
    assert shop.states("Order") == ["pending", "paid", "shipped", "delivered", "cancelled"]
    assert [operation.name for operation in shop.plan.operations] == ["placeOrder"]
    assert shop.roles == ["customer", "staff", "admin"]
    assert all(statement.status in ("used", "set aside") for statement in shop.reading.statements)


def test_a_slip_of_the_pen_is_reported() -> None:
    reading = understand(SENTENCE.replace("management", "managment")).reading
    assert [(item.code, item.severity) for item in reading.diagnostics] == [("brief/spelling", "note")]


def test_attributes_are_added_to_the_pack() -> None:
    shop = understand("Build an online shop. Products have a colour and a weight.")
    assert {"sku", "price", "colour", "weight"} <= set(shop.fields("Product"))
    assert shop.reading.origins["entities.Product.fields.colour"] == "s2"


def test_only_wins_over_the_pack() -> None:
    shop = understand("Build an online shop. Only admins may update products.")
    assert shop.allow("Product", "update") == "me.role == 'admin'"
    assert shop.reading.origins["entities.Product.allow.update"] == "s2"
    assert understand("Build an online shop.").allow("Product", "update") == "me.role in ['staff', 'admin']"


def test_customers_cancel_their_own() -> None:
    shop = understand("Build an online shop. Customers can cancel their own orders.")
    rule = next(line for line in shop.text.splitlines() if "customer == me" in line)
    assert rule
    assert "customer" in shop.movers("Order", "cancel")
    assert shop.status("cancel") == "used"


def test_customers_may_not_cancel() -> None:
    shop = understand("Build an online shop. Customers cannot cancel orders.")
    assert "customer" not in shop.movers("Order", "cancel")


@pytest.mark.parametrize("said", ["No payment needed.", "Payments are out of scope.", "We don't need payments."])
def test_without_payment_nothing_is_paid(said: str) -> None:
    shop = understand(f"Build an online shop. {said}")
    assert shop.states("Order") == ["pending", "shipped", "delivered", "cancelled"]
    assert shop.moves("Order")["ship"] == (["pending"], "shipped")
    assert shop.status(said) == "used"


def test_without_in_the_middle_of_a_sentence() -> None:
    shop = understand("Build an online shop without payment and with product reviews")
    assert "paid" not in shop.states("Order")


def test_without_stock_nothing_is_counted() -> None:
    shop = understand("Build an online shop. No stock needed.")
    assert "stock" not in shop.fields("Product")
    assert "stock" not in shop.text.replace("No stock", "")


def test_without_categories() -> None:
    shop = understand("Build an online shop without categories")
    assert "Category" not in shop.names
    assert "category" not in shop.fields("Product")


def test_without_registration_customers_are_nobody() -> None:
    shop = understand("Build an online shop without registration")
    assert shop.entity("Order").owner is None
    assert shop.plan.operations[0].rule.anonymous
    assert not shop.plan.operations[0].idempotent
    assert shop.allow("Order", "read") == "me.role in ['staff', 'admin']"


def test_the_briefs_states_replace_those_of_the_pack() -> None:
    shop = understand("Build an online shop. Orders go from new to packed to shipped.")
    assert shop.states("Order") == ["new", "packed", "shipped"]
    assert shop.moves("Order") == {"pack": (["new"], "packed"), "ship": (["packed"], "shipped")}
    assert shop.reading.origins["entities.Order.lifecycle"] == "s2"


def test_a_stated_move_stays_beside_stated_states() -> None:
    shop = understand("Build an online shop. Orders go from new to packed to shipped. Customers can cancel orders.")
    assert shop.states("Order") == ["new", "packed", "shipped", "cancelled"]
    assert shop.moves("Order")["cancel"] == (["new", "packed"], "cancelled")


@pytest.mark.parametrize(
    ("brief", "name"),
    [
        ("Build a backend for a book store with books and orders", "Book"),
        ("Build a shoe shop", "Shoe"),
        ("An online bookstore", "Book"),
        ("Customers order pizzas. Pizzas have a name and a price.", "Pizza"),
        ("Build an ordering API for a restaurant. Menu items have a price. Customers order menu items.", "MenuItem"),
    ],
)
def test_the_briefs_noun_is_what_is_sold(brief: str, name: str) -> None:
    shop = understand(brief)
    assert "Product" not in shop.names
    assert {"price", "stock"} <= set(shop.fields(name))
    field = name[0].lower() + name[1:]
    assert shop.refers("OrderLine", field) == name


@pytest.mark.parametrize(("noun", "role"), [("Shoppers", "shopper"), ("Buyers", "buyer"), ("Members", "member")])
def test_the_briefs_noun_is_who_buys(noun: str, role: str) -> None:
    shop = understand(f"Build an online shop. {noun} can place orders.")
    assert shop.roles == [role, "staff", "admin"]
    assert shop.entity("Order").owner == role


def test_sellers_keep_their_own_products() -> None:
    shop = understand("Build an online marketplace. Sellers can manage their own products.")
    assert shop.entity("Product").owner == "seller"
    assert "seller == me" in shop.allow("Product", "update")
    assert "customer" in shop.roles
    assert shop.roles[0] == "customer"
