import httpx

from tests.support.answers import assert_same
from tests.support.database import NOWHERE, stored
from tests.support.rows import insert_category, insert_order, insert_order_line, insert_product, insert_user, sign_in
from tests.support.unique import unique


def test_when_users_are_read_then_both_ways_answer_alike(client: httpx.Client, plain: httpx.Client) -> None:
    caller = sign_in("admin")
    user = insert_user()
    assert_same(client, plain, "GET", "/v1/users", params={"limit": 3}, auth=caller)
    assert_same(client, plain, "GET", f"/v1/users/{user}", auth=caller)
    assert_same(client, plain, "GET", f"/v1/users/{NOWHERE}", auth=caller)
    assert_same(client, plain, "GET", "/v1/users", params={"surplus": 1}, auth=caller)


def test_when_categories_are_read_then_both_ways_answer_alike(client: httpx.Client, plain: httpx.Client) -> None:
    caller = sign_in("customer")
    category = insert_category()
    assert_same(client, plain, "GET", "/v1/categories", params={"limit": 3}, auth=caller)
    assert_same(client, plain, "GET", f"/v1/categories/{category}", auth=caller)
    assert_same(client, plain, "GET", f"/v1/categories/{NOWHERE}", auth=caller)
    assert_same(client, plain, "GET", "/v1/categories", params={"surplus": 1}, auth=caller)


def test_when_products_are_read_then_both_ways_answer_alike(client: httpx.Client, plain: httpx.Client) -> None:
    caller = sign_in("staff")
    product = insert_product()
    assert_same(client, plain, "GET", "/v1/products", params={"limit": 3}, auth=caller)
    assert_same(client, plain, "GET", f"/v1/products/{product}", auth=caller)
    assert_same(client, plain, "GET", f"/v1/products/{NOWHERE}", auth=caller)
    assert_same(client, plain, "GET", "/v1/products", params={"surplus": 1}, auth=caller)


def test_when_orders_are_read_then_both_ways_answer_alike(client: httpx.Client, plain: httpx.Client) -> None:
    caller = sign_in("staff")
    order = insert_order()
    assert_same(client, plain, "GET", "/v1/orders", params={"limit": 3}, auth=caller)
    assert_same(client, plain, "GET", f"/v1/orders/{order}", auth=caller)
    assert_same(client, plain, "GET", f"/v1/orders/{NOWHERE}", auth=caller)
    assert_same(client, plain, "GET", "/v1/orders", params={"surplus": 1}, auth=caller)


def test_when_place_order_runs_in_a_plain_transaction_then_it_does_the_same(plain: httpx.Client) -> None:
    caller = sign_in("customer")
    product = insert_product(stock=10, status="active")
    body = {"note": "Some note", "lines": [{"productId": product, "quantity": 10}]}
    answer = plain.post("/v1/orders", auth=caller, headers={"Idempotency-Key": unique()}, json=body)
    assert answer.status_code == 201
    assert stored("app.products", product)["stock"] == 0


def test_when_place_order_ends_in_out_of_stock_then_both_ways_say_so(client: httpx.Client, plain: httpx.Client) -> None:
    caller = sign_in("customer")
    product = insert_product(stock=10, status="active")
    body = {"note": "Some note", "lines": [{"productId": product, "quantity": 99}]}
    assert_same(client, plain, "POST", "/v1/orders", auth=caller, headers={"Idempotency-Key": unique()}, json=body)


def test_when_orders_pay_runs_in_a_plain_transaction_then_it_does_the_same(plain: httpx.Client) -> None:
    caller = sign_in("staff")
    order = insert_order(status="pending")
    insert_order_line(order_id=order)
    answer = plain.post(f"/v1/orders/{order}/pay", auth=caller)
    assert answer.status_code == 200
    assert stored("app.orders", order)["status"] == "paid"


def test_when_orders_ship_runs_in_a_plain_transaction_then_it_does_the_same(plain: httpx.Client) -> None:
    caller = sign_in("staff")
    order = insert_order(status="paid")
    insert_order_line(order_id=order)
    answer = plain.post(f"/v1/orders/{order}/ship", auth=caller)
    assert answer.status_code == 200
    assert stored("app.orders", order)["status"] == "shipped"


def test_when_orders_deliver_runs_in_a_plain_transaction_then_it_does_the_same(plain: httpx.Client) -> None:
    caller = sign_in("staff")
    order = insert_order(status="shipped")
    insert_order_line(order_id=order)
    answer = plain.post(f"/v1/orders/{order}/deliver", auth=caller)
    assert answer.status_code == 200
    assert stored("app.orders", order)["status"] == "delivered"


def test_when_orders_cancel_runs_in_a_plain_transaction_then_it_does_the_same(plain: httpx.Client) -> None:
    caller = sign_in("customer")
    order = insert_order(customer_id=caller.id, status="pending")
    product = insert_product()
    insert_order_line(product_id=product, order_id=order)
    answer = plain.post(f"/v1/orders/{order}/cancel", auth=caller)
    assert answer.status_code == 200
    assert stored("app.orders", order)["status"] == "cancelled"
    assert stored("app.products", product)["stock"] == 10
