import httpx

from tests.support.answers import faults_of
from tests.support.lists import all_rows, ids_of
from tests.support.rows import insert_order, insert_user, sign_in


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
    answer = client.get("/v1/orders", params={"surplus": 1, "limit": 0, "include": "customer,customer"}, auth=caller)
    assert answer.status_code == 422
    assert faults_of(answer) == ["include", "limit", "surplus"]
