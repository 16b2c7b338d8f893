import httpx
import pytest

from tests.support.answers import faults_of, tag_of
from tests.support.database import NOWHERE
from tests.support.lists import all_rows, ids_of, newest
from tests.support.rows import insert_order, insert_user, sign_in


def test_when_an_order_does_not_exist_then_it_is_not_found(client: httpx.Client) -> None:
    caller = sign_in("staff")
    assert client.get(f"/v1/orders/{NOWHERE}", auth=caller).status_code == 404
    answer = client.get("/v1/orders/nonsense", auth=caller)
    assert (answer.status_code, faults_of(answer)) == (422, ["id"])


def test_when_an_order_is_read_again_by_one_who_has_it_then_it_is_not_sent_again(client: httpx.Client) -> None:
    caller = sign_in("staff")
    order = insert_order()
    before = client.get(f"/v1/orders/{order}", auth=caller)
    assert client.get(f"/v1/orders/{order}", auth=caller, headers={"If-None-Match": tag_of(before)}).status_code == 304


def test_when_orders_are_listed_page_by_page_then_the_newest_come_first_and_none_comes_twice(
    client: httpx.Client,
) -> None:
    caller = sign_in("staff")
    earliest = insert_order()
    middle = insert_order()
    latest = insert_order()
    one = client.get("/v1/orders", params={"limit": 2}, auth=caller)
    two = client.get("/v1/orders", params={"limit": 2, "cursor": one.json()["nextCursor"]}, auth=caller)
    ids = ids_of(one.json()["items"] + two.json()["items"])
    assert len(set(ids)) == len(ids)
    assert set(ids[:3]) == {earliest, middle, latest}


def test_when_orders_are_narrowed_to_one_customer_then_no_others_are_listed(client: httpx.Client) -> None:
    caller = sign_in("staff")
    target = insert_user()
    wanted = insert_order(customer_id=target)
    insert_order()
    rows = all_rows(client, "/v1/orders", params={"customerId": target}, auth=caller)
    assert ids_of(rows) == [wanted]


def test_when_orders_are_narrowed_by_status_then_no_others_are_listed(client: httpx.Client) -> None:
    caller = sign_in("staff")
    wanted = insert_order(status="pending")
    unwanted = insert_order(status="paid")
    rows = all_rows(client, "/v1/orders", params={"status": "pending"}, auth=caller)
    assert {row["status"] for row in rows} == {"pending"}
    assert wanted in ids_of(rows)
    assert unwanted not in ids_of(rows)


def test_when_the_list_is_asked_for_something_it_does_not_know_then_that_is_named(client: httpx.Client) -> None:
    caller = sign_in("staff")
    answer = client.get("/v1/orders", params={"surplus": 1, "limit": 0}, auth=caller)
    assert answer.status_code == 422
    assert faults_of(answer) == ["limit", "surplus"]


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
