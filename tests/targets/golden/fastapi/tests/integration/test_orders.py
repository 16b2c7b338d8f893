import httpx
import pytest

from tests.support.answers import faults_of, tag_of
from tests.support.database import NOWHERE
from tests.support.lists import newest
from tests.support.rows import insert_order, insert_user, sign_in


def test_when_an_order_does_not_exist_then_it_is_not_found(client: httpx.Client) -> None:
    caller = sign_in("staff")
    assert client.get(f"/v1/orders/{NOWHERE}", auth=caller).status_code == 404
    answer = client.get("/v1/orders/nonsense", auth=caller)
    assert (answer.status_code, faults_of(answer)) == (422, ["id"])


def test_when_an_order_is_read_with_an_unknown_parameter_then_that_is_named(client: httpx.Client) -> None:
    caller = sign_in("staff")
    answer = client.get(f"/v1/orders/{NOWHERE}", params={"surplus": 1}, auth=caller)
    assert (answer.status_code, faults_of(answer)) == (422, ["surplus"])


def test_when_an_order_is_read_again_by_one_who_has_it_then_it_is_not_sent_again(client: httpx.Client) -> None:
    caller = sign_in("staff")
    order = insert_order()
    before = client.get(f"/v1/orders/{order}", auth=caller)
    assert client.get(f"/v1/orders/{order}", auth=caller, headers={"If-None-Match": tag_of(before)}).status_code == 304


def test_when_an_order_is_read_with_what_it_refers_to_then_each_is_shown_as_the_caller_may_see_it(
    client: httpx.Client,
) -> None:
    caller = sign_in("staff")
    customer = insert_user()
    order = insert_order(customer_id=customer)
    shown = client.get(f"/v1/orders/{order}", params={"include": "customer"}, auth=caller)
    assert shown.status_code == 200
    assert shown.json()["customer"] is None


def test_when_a_customer_reads_their_own_order_then_it_is_shown(client: httpx.Client) -> None:
    caller = sign_in("customer")
    order = insert_order(customer_id=caller.id)
    assert client.get(f"/v1/orders/{order}", auth=caller).status_code == 200
    assert order in newest(client, "/v1/orders", auth=caller)


def test_when_a_customer_reads_somebody_elses_order_then_it_is_not_there(client: httpx.Client) -> None:
    caller = sign_in("customer")
    order = insert_order()
    assert client.get(f"/v1/orders/{order}", auth=caller).status_code == 404
    assert order not in newest(client, "/v1/orders", auth=caller)


@pytest.mark.parametrize("role", ["staff", "admin"])
def test_when_somebody_with_this_role_reads_an_order_then_it_is_shown(client: httpx.Client, role: str) -> None:
    caller = sign_in(role)
    order = insert_order()
    assert client.get(f"/v1/orders/{order}", auth=caller).status_code == 200
    assert order in newest(client, "/v1/orders", auth=caller)


def test_when_somebody_without_an_account_reads_an_order_then_an_account_is_needed(client: httpx.Client) -> None:
    order = insert_order()
    assert client.get(f"/v1/orders/{order}").status_code == 401
    assert client.get("/v1/orders").status_code == 401
