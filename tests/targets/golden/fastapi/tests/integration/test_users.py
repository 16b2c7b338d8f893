import httpx
import pytest

from tests.support.answers import at_once, faults_of, tag_of
from tests.support.database import NOWHERE
from tests.support.lists import newest
from tests.support.rows import insert_user, sign_in
from tests.support.unique import unique


def test_when_an_user_does_not_exist_then_it_is_not_found(client: httpx.Client) -> None:
    caller = sign_in("admin")
    assert client.get(f"/v1/users/{NOWHERE}", auth=caller).status_code == 404
    answer = client.get("/v1/users/nonsense", auth=caller)
    assert (answer.status_code, faults_of(answer)) == (422, ["id"])


def test_when_an_user_is_read_with_an_unknown_parameter_then_that_is_named(client: httpx.Client) -> None:
    caller = sign_in("admin")
    answer = client.get(f"/v1/users/{NOWHERE}", params={"surplus": 1}, auth=caller)
    assert (answer.status_code, faults_of(answer)) == (422, ["surplus"])


def test_when_an_user_is_read_again_by_one_who_has_it_then_it_is_not_sent_again(client: httpx.Client) -> None:
    caller = sign_in("admin")
    user = insert_user()
    before = client.get(f"/v1/users/{user}", auth=caller)
    assert client.get(f"/v1/users/{user}", auth=caller, headers={"If-None-Match": tag_of(before)}).status_code == 304


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
