from typing import Any

import httpx
import pytest

from tests.support.answers import at_once, faults_of, like
from tests.support.database import NOWHERE, events_of, stored
from tests.support.rows import insert_product, sign_in
from tests.support.unique import unique


def test_when_a_customer_calls_place_order_then_it_is_done(client: httpx.Client) -> None:
    caller = sign_in("customer")
    product = insert_product(stock=10, status="active")
    body = {"note": "Some note", "lines": [{"productId": product, "quantity": 10}]}
    answer = client.post("/v1/orders", auth=caller, headers={"Idempotency-Key": unique()}, json=body)
    assert answer.status_code == 201
    expected = {"customerId": caller.id, "note": "Some note"}
    assert like(answer.json(), expected) == expected
    assert stored("app.products", product)["stock"] == 0
    assert events_of(f"orders/{answer.json()['id']}") == ["OrderPlaced"]


def test_when_place_order_is_sent_again_with_its_key_then_the_answer_is_the_same_and_nothing_happens_twice(
    client: httpx.Client,
) -> None:
    caller = sign_in("customer")
    product = insert_product(stock=10, status="active")
    body = {"note": "Some note", "lines": [{"productId": product, "quantity": 10}]}
    headers = {"Idempotency-Key": unique()}
    first = client.post("/v1/orders", auth=caller, headers=headers, json=body)
    again = client.post("/v1/orders", auth=caller, headers=headers, json=body)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert stored("app.products", product)["stock"] == 0


def test_when_place_order_is_sent_three_times_at_once_with_one_key_then_it_happens_once(client: httpx.Client) -> None:
    caller = sign_in("customer")
    product = insert_product(stock=10, status="active")
    body = {"note": "Some note", "lines": [{"productId": product, "quantity": 10}]}
    headers = {"Idempotency-Key": unique()}
    answers = at_once(3, lambda: client.post("/v1/orders", auth=caller, headers=headers, json=body))
    statuses = {answer.status_code for answer in answers}
    assert 201 in statuses
    assert statuses <= {201, 409}
    assert stored("app.products", product)["stock"] == 0


def test_when_the_key_of_place_order_comes_with_another_payload_then_it_is_refused(client: httpx.Client) -> None:
    caller = sign_in("customer")
    product = insert_product(stock=10, status="active")
    body = {"note": "Some note", "lines": [{"productId": product, "quantity": 10}]}
    other = {"note": "Other note", "lines": [{"productId": product, "quantity": 10}]}
    headers = {"Idempotency-Key": unique()}
    assert client.post("/v1/orders", auth=caller, headers=headers, json=body).status_code == 201
    answer = client.post("/v1/orders", auth=caller, headers=headers, json=other)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_when_place_order_comes_without_a_key_then_it_is_refused(client: httpx.Client) -> None:
    caller = sign_in("customer")
    product = insert_product(stock=10, status="active")
    body = {"note": "Some note", "lines": [{"productId": product, "quantity": 10}]}
    answer = client.post("/v1/orders", auth=caller, json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


def test_when_place_order_ends_in_out_of_stock_then_nothing_has_happened(client: httpx.Client) -> None:
    caller = sign_in("customer")
    product = insert_product(stock=10, status="active")
    body = {"note": "Some note", "lines": [{"productId": product, "quantity": 99}]}
    answer = client.post("/v1/orders", auth=caller, headers={"Idempotency-Key": unique()}, json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "out_of_stock")
    assert stored("app.products", product)["stock"] == 10


def test_when_nothing_about_the_input_of_place_order_is_right_then_every_fault_is_named(client: httpx.Client) -> None:
    caller = sign_in("customer")
    answer = client.post("/v1/orders", auth=caller, headers={"Idempotency-Key": unique()}, json={"surplus": 1})
    assert answer.status_code == 422
    assert faults_of(answer) == ["/lines", "/surplus"]


def test_when_a_product_in_the_lines_of_place_order_does_not_exist_then_that_is_named(client: httpx.Client) -> None:
    caller = sign_in("customer")
    product = insert_product(stock=10, status="active")
    body: dict[str, Any] = {"note": "Some note", "lines": [{"productId": product, "quantity": 10}]}
    wrong = {**body, "lines": [{**body["lines"][0], "productId": NOWHERE}]}
    answer = client.post("/v1/orders", auth=caller, headers={"Idempotency-Key": unique()}, json=wrong)
    assert answer.status_code == 422
    assert faults_of(answer) == ["/lines/0/productId"]


@pytest.mark.parametrize("role", ["staff", "admin"])
def test_when_somebody_with_this_role_calls_place_order_then_that_is_forbidden(client: httpx.Client, role: str) -> None:
    caller = sign_in(role)
    assert client.post("/v1/orders", auth=caller).status_code == 403


def test_when_somebody_without_an_account_calls_place_order_then_an_account_is_needed(client: httpx.Client) -> None:
    assert client.post("/v1/orders").status_code == 401
