import httpx

from tests.support.answers import faults_of
from tests.support.database import stored
from tests.support.lists import all_rows, ids_of
from tests.support.rows import insert_category, sign_in


def test_when_categories_are_listed_page_by_page_then_the_newest_come_first_and_none_comes_twice(
    client: httpx.Client,
) -> None:
    caller = sign_in("customer")
    earliest = insert_category()
    middle = insert_category()
    latest = insert_category()
    one = client.get("/v1/categories", params={"limit": 2}, auth=caller)
    two = client.get("/v1/categories", params={"limit": 2, "cursor": one.json()["nextCursor"]}, auth=caller)
    ids = ids_of(one.json()["items"] + two.json()["items"])
    assert len(set(ids)) == len(ids)
    assert set(ids[:3]) == {earliest, middle, latest}


def test_when_categories_are_looked_up_by_name_then_one_is_found(client: httpx.Client) -> None:
    caller = sign_in("customer")
    wanted = insert_category()
    insert_category()
    row = stored("app.categories", wanted)
    rows = all_rows(client, "/v1/categories", params={"name": row["name"]}, auth=caller)
    assert ids_of(rows) == [wanted]


def test_when_categories_are_looked_up_by_slug_then_one_is_found(client: httpx.Client) -> None:
    caller = sign_in("customer")
    wanted = insert_category()
    insert_category()
    row = stored("app.categories", wanted)
    rows = all_rows(client, "/v1/categories", params={"slug": row["slug"]}, auth=caller)
    assert ids_of(rows) == [wanted]


def test_when_categories_are_sorted_by_name_then_they_come_in_that_order(client: httpx.Client) -> None:
    caller = sign_in("customer")
    insert_category()
    insert_category()
    up = [row["name"] for row in all_rows(client, "/v1/categories", params={"sort": "name"}, auth=caller)]
    assert up == sorted(up)
    down = [row["name"] for row in all_rows(client, "/v1/categories", params={"sort": "-name"}, auth=caller)]
    assert down == sorted(up, reverse=True)


def test_when_the_list_is_asked_for_something_it_does_not_know_then_that_is_named(client: httpx.Client) -> None:
    caller = sign_in("customer")
    answer = client.get("/v1/categories", params={"surplus": 1, "limit": 0}, auth=caller)
    assert answer.status_code == 422
    assert faults_of(answer) == ["limit", "surplus"]
