import httpx

from tests.support.answers import at_once, tag_of
from tests.support.database import NOWHERE, events_of, stored
from tests.support.rows import insert_order, insert_order_line, insert_product, sign_in


def test_when_a_staff_calls_pay_on_a_pending_order_then_it_is_paid(client: httpx.Client) -> None:
    caller = sign_in("staff")
    order = insert_order(status="pending")
    insert_order_line(order_id=order)
    answer = client.post(f"/v1/orders/{order}/pay", auth=caller)
    assert answer.status_code == 200
    assert answer.json()["status"] == "paid"
    assert events_of(f"orders/{order}") == ["OrderPaid"]


def test_when_a_paid_order_is_told_to_pay_then_it_cannot(client: httpx.Client) -> None:
    caller = sign_in("staff")
    order = insert_order(status="paid")
    insert_order_line(order_id=order)
    answer = client.post(f"/v1/orders/{order}/pay", auth=caller)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_when_two_callers_pay_one_order_at_once_then_one_does(client: httpx.Client) -> None:
    caller = sign_in("staff")
    order = insert_order(status="pending")
    insert_order_line(order_id=order)
    answers = at_once(2, lambda: client.post(f"/v1/orders/{order}/pay", auth=caller))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_when_another_version_of_an_order_is_told_to_pay_then_it_does_not(client: httpx.Client) -> None:
    caller = sign_in("staff")
    order = insert_order(status="pending")
    insert_order_line(order_id=order)
    before = client.get(f"/v1/orders/{order}", auth=caller)
    late = client.post(f"/v1/orders/{order}/pay", auth=caller, headers={"If-Match": '"stale"'})
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert client.post(f"/v1/orders/{order}/pay", auth=caller, headers={"If-Match": tag_of(before)}).status_code == 200


def test_when_a_customer_calls_pay_then_that_is_forbidden(client: httpx.Client) -> None:
    caller = sign_in("customer")
    assert client.post(f"/v1/orders/{NOWHERE}/pay", auth=caller).status_code == 403


def test_when_somebody_without_an_account_calls_pay_then_an_account_is_needed(client: httpx.Client) -> None:
    assert client.post(f"/v1/orders/{NOWHERE}/pay").status_code == 401


def test_when_what_pay_is_called_on_does_not_exist_then_it_is_not_found(client: httpx.Client) -> None:
    caller = sign_in("staff")
    assert client.post(f"/v1/orders/{NOWHERE}/pay", auth=caller).status_code == 404


def test_when_a_staff_calls_ship_on_a_paid_order_then_it_is_shipped(client: httpx.Client) -> None:
    caller = sign_in("staff")
    order = insert_order(status="paid")
    insert_order_line(order_id=order)
    answer = client.post(f"/v1/orders/{order}/ship", auth=caller)
    assert answer.status_code == 200
    assert answer.json()["status"] == "shipped"
    assert events_of(f"orders/{order}") == ["OrderShipped"]


def test_when_a_pending_order_is_told_to_ship_then_it_cannot(client: httpx.Client) -> None:
    caller = sign_in("staff")
    order = insert_order(status="pending")
    insert_order_line(order_id=order)
    answer = client.post(f"/v1/orders/{order}/ship", auth=caller)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_when_two_callers_ship_one_order_at_once_then_one_does(client: httpx.Client) -> None:
    caller = sign_in("staff")
    order = insert_order(status="paid")
    insert_order_line(order_id=order)
    answers = at_once(2, lambda: client.post(f"/v1/orders/{order}/ship", auth=caller))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_when_another_version_of_an_order_is_told_to_ship_then_it_does_not(client: httpx.Client) -> None:
    caller = sign_in("staff")
    order = insert_order(status="paid")
    insert_order_line(order_id=order)
    before = client.get(f"/v1/orders/{order}", auth=caller)
    late = client.post(f"/v1/orders/{order}/ship", auth=caller, headers={"If-Match": '"stale"'})
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert client.post(f"/v1/orders/{order}/ship", auth=caller, headers={"If-Match": tag_of(before)}).status_code == 200


def test_when_a_customer_calls_ship_then_that_is_forbidden(client: httpx.Client) -> None:
    caller = sign_in("customer")
    assert client.post(f"/v1/orders/{NOWHERE}/ship", auth=caller).status_code == 403


def test_when_somebody_without_an_account_calls_ship_then_an_account_is_needed(client: httpx.Client) -> None:
    assert client.post(f"/v1/orders/{NOWHERE}/ship").status_code == 401


def test_when_what_ship_is_called_on_does_not_exist_then_it_is_not_found(client: httpx.Client) -> None:
    caller = sign_in("staff")
    assert client.post(f"/v1/orders/{NOWHERE}/ship", auth=caller).status_code == 404


def test_when_a_staff_calls_deliver_on_a_shipped_order_then_it_is_delivered(client: httpx.Client) -> None:
    caller = sign_in("staff")
    order = insert_order(status="shipped")
    insert_order_line(order_id=order)
    answer = client.post(f"/v1/orders/{order}/deliver", auth=caller)
    assert answer.status_code == 200
    assert answer.json()["status"] == "delivered"
    assert events_of(f"orders/{order}") == ["OrderDelivered"]


def test_when_a_pending_order_is_told_to_deliver_then_it_cannot(client: httpx.Client) -> None:
    caller = sign_in("staff")
    order = insert_order(status="pending")
    insert_order_line(order_id=order)
    answer = client.post(f"/v1/orders/{order}/deliver", auth=caller)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_when_two_callers_deliver_one_order_at_once_then_one_does(client: httpx.Client) -> None:
    caller = sign_in("staff")
    order = insert_order(status="shipped")
    insert_order_line(order_id=order)
    answers = at_once(2, lambda: client.post(f"/v1/orders/{order}/deliver", auth=caller))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_when_another_version_of_an_order_is_told_to_deliver_then_it_does_not(client: httpx.Client) -> None:
    caller = sign_in("staff")
    order = insert_order(status="shipped")
    insert_order_line(order_id=order)
    before = client.get(f"/v1/orders/{order}", auth=caller)
    late = client.post(f"/v1/orders/{order}/deliver", auth=caller, headers={"If-Match": '"stale"'})
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert (
        client.post(f"/v1/orders/{order}/deliver", auth=caller, headers={"If-Match": tag_of(before)}).status_code == 200
    )


def test_when_a_customer_calls_deliver_then_that_is_forbidden(client: httpx.Client) -> None:
    caller = sign_in("customer")
    assert client.post(f"/v1/orders/{NOWHERE}/deliver", auth=caller).status_code == 403


def test_when_somebody_without_an_account_calls_deliver_then_an_account_is_needed(client: httpx.Client) -> None:
    assert client.post(f"/v1/orders/{NOWHERE}/deliver").status_code == 401


def test_when_what_deliver_is_called_on_does_not_exist_then_it_is_not_found(client: httpx.Client) -> None:
    caller = sign_in("staff")
    assert client.post(f"/v1/orders/{NOWHERE}/deliver", auth=caller).status_code == 404


def test_when_a_customer_calls_cancel_on_a_pending_order_then_it_is_cancelled(client: httpx.Client) -> None:
    caller = sign_in("customer")
    order = insert_order(customer_id=caller.id, status="pending")
    product = insert_product()
    insert_order_line(product_id=product, order_id=order)
    answer = client.post(f"/v1/orders/{order}/cancel", auth=caller)
    assert answer.status_code == 200
    assert answer.json()["status"] == "cancelled"
    assert stored("app.products", product)["stock"] == 10
    assert events_of(f"orders/{order}") == ["OrderCancelled"]


def test_when_a_customer_calls_cancel_on_a_paid_order_then_it_is_cancelled(client: httpx.Client) -> None:
    caller = sign_in("customer")
    order = insert_order(customer_id=caller.id, status="paid")
    product = insert_product()
    insert_order_line(product_id=product, order_id=order)
    answer = client.post(f"/v1/orders/{order}/cancel", auth=caller)
    assert answer.status_code == 200
    assert answer.json()["status"] == "cancelled"
    assert stored("app.products", product)["stock"] == 10
    assert events_of(f"orders/{order}") == ["OrderCancelled"]


def test_when_a_shipped_order_is_told_to_cancel_then_it_cannot(client: httpx.Client) -> None:
    caller = sign_in("customer")
    order = insert_order(customer_id=caller.id, status="shipped")
    product = insert_product()
    insert_order_line(product_id=product, order_id=order)
    answer = client.post(f"/v1/orders/{order}/cancel", auth=caller)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_when_a_customer_calls_cancel_on_an_order_that_is_not_theirs_then_it_is_not_there(client: httpx.Client) -> None:
    caller = sign_in("customer")
    order = insert_order(status="pending")
    insert_order_line(order_id=order)
    assert client.post(f"/v1/orders/{order}/cancel", auth=caller).status_code == 404


def test_when_two_callers_cancel_one_order_at_once_then_one_does(client: httpx.Client) -> None:
    caller = sign_in("customer")
    order = insert_order(customer_id=caller.id, status="pending")
    product = insert_product()
    insert_order_line(product_id=product, order_id=order)
    answers = at_once(2, lambda: client.post(f"/v1/orders/{order}/cancel", auth=caller))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_when_another_version_of_an_order_is_told_to_cancel_then_it_does_not(client: httpx.Client) -> None:
    caller = sign_in("customer")
    order = insert_order(customer_id=caller.id, status="pending")
    product = insert_product()
    insert_order_line(product_id=product, order_id=order)
    before = client.get(f"/v1/orders/{order}", auth=caller)
    late = client.post(f"/v1/orders/{order}/cancel", auth=caller, headers={"If-Match": '"stale"'})
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert (
        client.post(f"/v1/orders/{order}/cancel", auth=caller, headers={"If-Match": tag_of(before)}).status_code == 200
    )


def test_when_somebody_without_an_account_calls_cancel_then_an_account_is_needed(client: httpx.Client) -> None:
    assert client.post(f"/v1/orders/{NOWHERE}/cancel").status_code == 401


def test_when_what_cancel_is_called_on_does_not_exist_then_it_is_not_found(client: httpx.Client) -> None:
    caller = sign_in("customer")
    assert client.post(f"/v1/orders/{NOWHERE}/cancel", auth=caller).status_code == 404
