from tests.support.load import Ask, Client, under_load
from tests.support.rows import insert_category, insert_order, insert_order_line, insert_product, insert_user, sign_in
from tests.support.unique import unique


def list_users(client: Client) -> Ask:
    caller = sign_in("admin")
    insert_user()

    def ask() -> None:
        assert client.get("/v1/users", auth=caller).status_code == 200

    return ask


def read_user(client: Client) -> Ask:
    caller = sign_in("admin")
    user = insert_user()

    def ask() -> None:
        assert client.get(f"/v1/users/{user}", auth=caller).status_code == 200

    return ask


def list_categories(client: Client) -> Ask:
    caller = sign_in("customer")
    insert_category()

    def ask() -> None:
        assert client.get("/v1/categories", auth=caller).status_code == 200

    return ask


def read_category(client: Client) -> Ask:
    caller = sign_in("customer")
    category = insert_category()

    def ask() -> None:
        assert client.get(f"/v1/categories/{category}", auth=caller).status_code == 200

    return ask


def list_products(client: Client) -> Ask:
    caller = sign_in("staff")
    insert_product()

    def ask() -> None:
        assert client.get("/v1/products", auth=caller).status_code == 200

    return ask


def read_product(client: Client) -> Ask:
    caller = sign_in("staff")
    product = insert_product()

    def ask() -> None:
        assert client.get(f"/v1/products/{product}", auth=caller).status_code == 200

    return ask


def list_orders(client: Client) -> Ask:
    caller = sign_in("staff")
    insert_order()

    def ask() -> None:
        assert client.get("/v1/orders", auth=caller).status_code == 200

    return ask


def read_order(client: Client) -> Ask:
    caller = sign_in("staff")
    order = insert_order()

    def ask() -> None:
        assert client.get(f"/v1/orders/{order}", auth=caller).status_code == 200

    return ask


def create_category(client: Client) -> Ask:
    caller = sign_in("staff")
    body = {"name": unique(), "slug": unique()}

    def ask() -> None:
        assert client.post("/v1/categories", auth=caller, json=body).status_code == 201

    return ask


def create_product(client: Client) -> Ask:
    caller = sign_in("staff")
    body = {
        "sku": unique(),
        "name": "Some name",
        "description": "Some description",
        "price": "12.50",
        "stock": 0,
        "status": "draft",
        "categoryId": insert_category(),
    }

    def ask() -> None:
        assert client.post("/v1/products", auth=caller, json=body).status_code == 201

    return ask


def call_place_order(client: Client) -> Ask:
    caller = sign_in("customer")
    product = insert_product(stock=10, status="active")
    body = {"note": "Some note", "lines": [{"productId": product, "quantity": 10}]}

    def ask() -> None:
        assert (
            client.post("/v1/orders", auth=caller, headers={"Idempotency-Key": unique()}, json=body).status_code == 201
        )

    return ask


def call_orders_pay(client: Client) -> Ask:
    caller = sign_in("staff")
    order = insert_order(status="pending")
    insert_order_line(order_id=order)

    def ask() -> None:
        assert client.post(f"/v1/orders/{order}/pay", auth=caller).status_code == 200

    return ask


def call_orders_ship(client: Client) -> Ask:
    caller = sign_in("staff")
    order = insert_order(status="paid")
    insert_order_line(order_id=order)

    def ask() -> None:
        assert client.post(f"/v1/orders/{order}/ship", auth=caller).status_code == 200

    return ask


def call_orders_deliver(client: Client) -> Ask:
    caller = sign_in("staff")
    order = insert_order(status="shipped")
    insert_order_line(order_id=order)

    def ask() -> None:
        assert client.post(f"/v1/orders/{order}/deliver", auth=caller).status_code == 200

    return ask


def call_orders_cancel(client: Client) -> Ask:
    caller = sign_in("customer")
    order = insert_order(customer_id=caller.id, status="pending")
    product = insert_product()
    insert_order_line(product_id=product, order_id=order)

    def ask() -> None:
        assert client.post(f"/v1/orders/{order}/cancel", auth=caller).status_code == 200

    return ask


def test_when_200_requests_come_a_second_then_95_of_100_are_answered_within_200_ms() -> None:
    under_load(
        rate=200,
        within=200,
        reads=[
            list_users,
            read_user,
            list_categories,
            read_category,
            list_products,
            read_product,
            list_orders,
            read_order,
        ],
        writes=[
            create_category,
            create_product,
            call_place_order,
            call_orders_pay,
            call_orders_ship,
            call_orders_deliver,
            call_orders_cancel,
        ],
    )
