import httpx

from tests.support.answers import faults_of
from tests.support.database import stored
from tests.support.lists import all_rows, ids_of
from tests.support.rows import insert_user, sign_in


def test_when_users_are_listed_page_by_page_then_the_newest_come_first_and_none_comes_twice(
    client: httpx.Client,
) -> None:
    caller = sign_in("admin")
    earliest = insert_user()
    middle = insert_user()
    latest = insert_user()
    one = client.get("/v1/users", params={"limit": 2}, auth=caller)
    two = client.get("/v1/users", params={"limit": 2, "cursor": one.json()["nextCursor"]}, auth=caller)
    ids = ids_of(one.json()["items"] + two.json()["items"])
    assert len(set(ids)) == len(ids)
    assert set(ids[:3]) == {earliest, middle, latest}


def test_when_users_are_looked_up_by_email_then_one_is_found(client: httpx.Client) -> None:
    caller = sign_in("admin")
    wanted = insert_user()
    insert_user()
    row = stored("app.users", wanted)
    rows = all_rows(client, "/v1/users", params={"email": row["email"]}, auth=caller)
    assert ids_of(rows) == [wanted]


def test_when_users_are_narrowed_by_role_then_no_others_are_listed(client: httpx.Client) -> None:
    caller = sign_in("admin")
    wanted = insert_user(role="customer")
    unwanted = insert_user(role="staff")
    rows = all_rows(client, "/v1/users", params={"role": "customer"}, auth=caller)
    assert {row["role"] for row in rows} == {"customer"}
    assert wanted in ids_of(rows)
    assert unwanted not in ids_of(rows)


def test_when_users_are_sorted_by_name_then_they_come_in_that_order(client: httpx.Client) -> None:
    caller = sign_in("admin")
    insert_user()
    insert_user()
    up = [row["name"] for row in all_rows(client, "/v1/users", params={"sort": "name"}, auth=caller)]
    assert up == sorted(up)
    down = [row["name"] for row in all_rows(client, "/v1/users", params={"sort": "-name"}, auth=caller)]
    assert down == sorted(up, reverse=True)


def test_when_the_list_is_asked_for_something_it_does_not_know_then_that_is_named(client: httpx.Client) -> None:
    caller = sign_in("admin")
    answer = client.get("/v1/users", params={"surplus": 1, "limit": 0}, auth=caller)
    assert answer.status_code == 422
    assert faults_of(answer) == ["limit", "surplus"]
