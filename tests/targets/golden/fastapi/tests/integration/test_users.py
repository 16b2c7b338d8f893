import httpx
import pytest

from tests.support.answers import at_once, faults_of, tag_of
from tests.support.database import NOWHERE, stored
from tests.support.lists import all_rows, ids_of, newest
from tests.support.rows import insert_user, sign_in
from tests.support.unique import unique


def test_when_an_user_does_not_exist_then_it_is_not_found(client: httpx.Client) -> None:
    caller = sign_in("admin")
    assert client.get(f"/v1/users/{NOWHERE}", auth=caller).status_code == 404
    answer = client.get("/v1/users/nonsense", auth=caller)
    assert (answer.status_code, faults_of(answer)) == (422, ["id"])


def test_when_an_user_is_read_again_by_one_who_has_it_then_it_is_not_sent_again(client: httpx.Client) -> None:
    caller = sign_in("admin")
    user = insert_user()
    before = client.get(f"/v1/users/{user}", auth=caller)
    assert client.get(f"/v1/users/{user}", auth=caller, headers={"If-None-Match": tag_of(before)}).status_code == 304


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


def test_when_a_customer_changes_the_name_of_an_user_then_the_rest_stays(client: httpx.Client) -> None:
    caller = sign_in("customer")
    before = client.get(f"/v1/users/{caller.id}", auth=caller)
    change = {"name": "Other name"}
    answer = client.patch(f"/v1/users/{caller.id}", auth=caller, json=change)
    assert answer.status_code == 200
    assert answer.json() == {**before.json(), **change, "updatedAt": answer.json()["updatedAt"]}


def test_when_an_user_has_changed_since_it_was_read_then_a_change_of_what_it_was_is_refused(
    client: httpx.Client,
) -> None:
    caller = sign_in("customer")
    before = client.get(f"/v1/users/{caller.id}", auth=caller)
    change = {"name": "Other name"}
    made = client.patch(f"/v1/users/{caller.id}", auth=caller, headers={"If-Match": tag_of(before)}, json=change)
    assert made.status_code == 200
    late = client.patch(f"/v1/users/{caller.id}", auth=caller, headers={"If-Match": tag_of(before)}, json=change)
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert (
        client.patch(f"/v1/users/{caller.id}", auth=caller, headers={"If-Match": tag_of(made)}, json=change).status_code
        == 200
    )


def test_when_two_change_what_they_both_read_of_an_user_then_one_does(client: httpx.Client) -> None:
    caller = sign_in("customer")
    before = client.get(f"/v1/users/{caller.id}", auth=caller)
    change = {"name": "Other name"}
    answers = at_once(
        2,
        lambda: client.patch(f"/v1/users/{caller.id}", auth=caller, headers={"If-Match": tag_of(before)}, json=change),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]


def test_when_a_change_of_an_user_is_empty_or_touches_what_nobody_changes_then_it_is_refused(
    client: httpx.Client,
) -> None:
    caller = sign_in("customer")
    empty = client.patch(f"/v1/users/{caller.id}", auth=caller, json={})
    assert (empty.status_code, faults_of(empty)) == (422, [""])
    change = {"name": None, "email": unique() + "@example.com", "surplus": 1}
    wrong = client.patch(f"/v1/users/{caller.id}", auth=caller, json=change)
    assert wrong.status_code == 422
    assert faults_of(wrong) == ["/email", "/name", "/surplus"]


@pytest.mark.parametrize("role", ["customer", "staff"])
def test_when_somebody_with_this_role_reads_their_own_user_then_it_is_shown(client: httpx.Client, role: str) -> None:
    caller = sign_in(role)
    assert client.get(f"/v1/users/{caller.id}", auth=caller).status_code == 200
    assert caller.id in newest(client, "/v1/users", auth=caller)


@pytest.mark.parametrize("role", ["customer", "staff"])
def test_when_somebody_with_this_role_reads_somebody_elses_user_then_it_is_not_there(
    client: httpx.Client, role: str
) -> None:
    caller = sign_in(role)
    user = insert_user()
    assert client.get(f"/v1/users/{user}", auth=caller).status_code == 404
    assert user not in newest(client, "/v1/users", auth=caller)


def test_when_an_admin_reads_an_user_then_it_is_shown(client: httpx.Client) -> None:
    caller = sign_in("admin")
    user = insert_user()
    assert client.get(f"/v1/users/{user}", auth=caller).status_code == 200
    assert user in newest(client, "/v1/users", auth=caller)


def test_when_somebody_without_an_account_reads_an_user_then_an_account_is_needed(client: httpx.Client) -> None:
    user = insert_user()
    assert client.get(f"/v1/users/{user}").status_code == 401
    assert client.get("/v1/users").status_code == 401


@pytest.mark.parametrize("role", ["customer", "staff", "admin"])
def test_when_somebody_with_this_role_changes_their_own_user_then_it_changes(client: httpx.Client, role: str) -> None:
    caller = sign_in(role)
    answer = client.patch(f"/v1/users/{caller.id}", auth=caller, json={"name": "Other name"})
    assert answer.status_code == 200


@pytest.mark.parametrize("role", ["customer", "staff"])
def test_when_somebody_with_this_role_changes_somebody_elses_user_then_it_is_not_there(
    client: httpx.Client, role: str
) -> None:
    caller = sign_in(role)
    user = insert_user()
    answer = client.patch(f"/v1/users/{user}", auth=caller, json={"name": "Other name"})
    assert answer.status_code == 404


def test_when_an_admin_changes_somebody_elses_user_then_that_is_forbidden(client: httpx.Client) -> None:
    caller = sign_in("admin")
    user = insert_user()
    answer = client.patch(f"/v1/users/{user}", auth=caller, json={"name": "Other name"})
    assert answer.status_code == 403


def test_when_somebody_without_an_account_changes_an_user_then_an_account_is_needed(client: httpx.Client) -> None:
    user = insert_user()
    answer = client.patch(f"/v1/users/{user}", json={"name": "Other name"})
    assert answer.status_code == 401
