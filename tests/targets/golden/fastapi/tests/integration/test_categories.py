import httpx
import pytest

from tests.support.answers import at_once, faults_of, like, tag_of
from tests.support.database import NOWHERE, Row
from tests.support.lists import newest
from tests.support.rows import insert_category, insert_product, sign_in
from tests.support.unique import unique


def new_category(**given: object) -> Row:
    return {
        "name": unique(),
        "slug": unique(),
        **given,
    }


def test_when_a_staff_creates_a_category_then_it_is_there_as_it_was_given(client: httpx.Client) -> None:
    caller = sign_in("staff")
    body = new_category()
    answer = client.post("/v1/categories", auth=caller, json=body)
    assert answer.status_code == 201
    assert like(answer.json(), body) == body
    assert answer.headers["location"] == f"/v1/categories/{answer.json()['id']}"
    again = client.get(f"/v1/categories/{answer.json()['id']}", auth=caller)
    assert again.json() == answer.json()


def test_when_a_category_lacks_what_it_must_have_then_every_missing_member_is_named(client: httpx.Client) -> None:
    caller = sign_in("staff")
    answer = client.post("/v1/categories", auth=caller, json={})
    assert answer.status_code == 422
    assert faults_of(answer) == ["/name", "/slug"]


def test_when_nothing_about_a_category_is_right_then_every_fault_is_named_at_once(client: httpx.Client) -> None:
    caller = sign_in("staff")
    body = {"name": 1, "slug": 1, "surplus": True}
    answer = client.post("/v1/categories", auth=caller, json=body)
    assert answer.status_code == 422
    assert faults_of(answer) == ["/name", "/slug", "/surplus"]


def test_when_a_second_category_has_the_name_of_the_first_then_it_is_refused(client: httpx.Client) -> None:
    caller = sign_in("staff")
    one = new_category()
    other = new_category(name=one["name"])
    assert client.post("/v1/categories", auth=caller, json=one).status_code == 201
    answer = client.post("/v1/categories", auth=caller, json=other)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_exists")
    assert faults_of(answer) == ["/name"]


def test_when_a_second_category_has_the_slug_of_the_first_then_it_is_refused(client: httpx.Client) -> None:
    caller = sign_in("staff")
    one = new_category()
    other = new_category(slug=one["slug"])
    assert client.post("/v1/categories", auth=caller, json=one).status_code == 201
    answer = client.post("/v1/categories", auth=caller, json=other)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_exists")
    assert faults_of(answer) == ["/slug"]


def test_when_a_category_does_not_exist_then_it_is_not_found(client: httpx.Client) -> None:
    caller = sign_in("customer")
    assert client.get(f"/v1/categories/{NOWHERE}", auth=caller).status_code == 404
    answer = client.get("/v1/categories/nonsense", auth=caller)
    assert (answer.status_code, faults_of(answer)) == (422, ["id"])


def test_when_a_category_is_read_with_an_unknown_parameter_then_that_is_named(client: httpx.Client) -> None:
    caller = sign_in("customer")
    answer = client.get(f"/v1/categories/{NOWHERE}", params={"surplus": 1}, auth=caller)
    assert (answer.status_code, faults_of(answer)) == (422, ["surplus"])


def test_when_a_category_is_read_again_by_one_who_has_it_then_it_is_not_sent_again(client: httpx.Client) -> None:
    caller = sign_in("customer")
    category = insert_category()
    before = client.get(f"/v1/categories/{category}", auth=caller)
    assert (
        client.get(f"/v1/categories/{category}", auth=caller, headers={"If-None-Match": tag_of(before)}).status_code
        == 304
    )


def test_when_a_staff_changes_the_name_of_a_category_then_the_rest_stays(client: httpx.Client) -> None:
    caller = sign_in("staff")
    category = insert_category()
    before = client.get(f"/v1/categories/{category}", auth=caller)
    change = {"name": unique()}
    answer = client.patch(f"/v1/categories/{category}", auth=caller, json=change)
    assert answer.status_code == 200
    assert answer.json() == {**before.json(), **change, "updatedAt": answer.json()["updatedAt"]}


def test_when_a_category_has_changed_since_it_was_read_then_a_change_of_what_it_was_is_refused(
    client: httpx.Client,
) -> None:
    caller = sign_in("staff")
    category = insert_category()
    before = client.get(f"/v1/categories/{category}", auth=caller)
    change = {"name": unique()}
    made = client.patch(f"/v1/categories/{category}", auth=caller, headers={"If-Match": tag_of(before)}, json=change)
    assert made.status_code == 200
    late = client.patch(f"/v1/categories/{category}", auth=caller, headers={"If-Match": tag_of(before)}, json=change)
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert (
        client.patch(
            f"/v1/categories/{category}", auth=caller, headers={"If-Match": tag_of(made)}, json=change
        ).status_code
        == 200
    )


def test_when_two_change_what_they_both_read_of_a_category_then_one_does(client: httpx.Client) -> None:
    caller = sign_in("staff")
    category = insert_category()
    before = client.get(f"/v1/categories/{category}", auth=caller)
    change = {"name": unique()}
    answers = at_once(
        2,
        lambda: client.patch(
            f"/v1/categories/{category}", auth=caller, headers={"If-Match": tag_of(before)}, json=change
        ),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]


def test_when_a_change_of_a_category_is_empty_or_touches_what_nobody_changes_then_it_is_refused(
    client: httpx.Client,
) -> None:
    caller = sign_in("staff")
    category = insert_category()
    empty = client.patch(f"/v1/categories/{category}", auth=caller, json={})
    assert (empty.status_code, faults_of(empty)) == (422, [""])
    change = {"name": None, "surplus": 1}
    wrong = client.patch(f"/v1/categories/{category}", auth=caller, json=change)
    assert wrong.status_code == 422
    assert faults_of(wrong) == ["/name", "/surplus"]


def test_when_a_category_has_been_deleted_then_it_is_not_found_again(client: httpx.Client) -> None:
    caller = sign_in("admin")
    category = insert_category()
    assert client.delete(f"/v1/categories/{category}", auth=caller).status_code == 204
    assert client.get(f"/v1/categories/{category}", auth=caller).status_code == 404
    assert client.delete(f"/v1/categories/{category}", auth=caller).status_code == 404


def test_when_another_version_of_a_category_is_to_be_deleted_then_it_stays(client: httpx.Client) -> None:
    caller = sign_in("admin")
    category = insert_category()
    before = client.get(f"/v1/categories/{category}", auth=caller)
    late = client.delete(f"/v1/categories/{category}", auth=caller, headers={"If-Match": '"stale"'})
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert (
        client.delete(f"/v1/categories/{category}", auth=caller, headers={"If-Match": tag_of(before)}).status_code
        == 204
    )


def test_when_a_product_still_refers_to_a_category_then_it_cannot_be_deleted(client: httpx.Client) -> None:
    caller = sign_in("admin")
    category = insert_category()
    insert_product(category_id=category)
    answer = client.delete(f"/v1/categories/{category}", auth=caller)
    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")


@pytest.mark.parametrize("role", ["customer", "staff", "admin"])
def test_when_somebody_with_this_role_reads_a_category_then_it_is_shown(client: httpx.Client, role: str) -> None:
    caller = sign_in(role)
    category = insert_category()
    assert client.get(f"/v1/categories/{category}", auth=caller).status_code == 200
    assert category in newest(client, "/v1/categories", auth=caller)


def test_when_somebody_without_an_account_reads_a_category_then_it_is_shown(client: httpx.Client) -> None:
    category = insert_category()
    assert client.get(f"/v1/categories/{category}").status_code == 200
    assert category in newest(client, "/v1/categories")


def test_when_a_customer_creates_a_category_then_that_is_forbidden(client: httpx.Client) -> None:
    caller = sign_in("customer")
    body = new_category()
    assert client.post("/v1/categories", auth=caller, json=body).status_code == 403


@pytest.mark.parametrize("role", ["staff", "admin"])
def test_when_somebody_with_this_role_creates_a_category_then_it_is_there(client: httpx.Client, role: str) -> None:
    caller = sign_in(role)
    body = new_category()
    assert client.post("/v1/categories", auth=caller, json=body).status_code == 201


def test_when_somebody_without_an_account_creates_a_category_then_an_account_is_needed(client: httpx.Client) -> None:
    body = new_category()
    assert client.post("/v1/categories", json=body).status_code == 401


def test_when_a_customer_changes_a_category_then_that_is_forbidden(client: httpx.Client) -> None:
    caller = sign_in("customer")
    category = insert_category()
    answer = client.patch(f"/v1/categories/{category}", auth=caller, json={"name": unique()})
    assert answer.status_code == 403


@pytest.mark.parametrize("role", ["staff", "admin"])
def test_when_somebody_with_this_role_changes_a_category_then_it_changes(client: httpx.Client, role: str) -> None:
    caller = sign_in(role)
    category = insert_category()
    answer = client.patch(f"/v1/categories/{category}", auth=caller, json={"name": unique()})
    assert answer.status_code == 200


def test_when_somebody_without_an_account_changes_a_category_then_an_account_is_needed(client: httpx.Client) -> None:
    category = insert_category()
    answer = client.patch(f"/v1/categories/{category}", json={"name": unique()})
    assert answer.status_code == 401


@pytest.mark.parametrize("role", ["customer", "staff"])
def test_when_somebody_with_this_role_deletes_a_category_then_that_is_forbidden(
    client: httpx.Client, role: str
) -> None:
    caller = sign_in(role)
    category = insert_category()
    assert client.delete(f"/v1/categories/{category}", auth=caller).status_code == 403


def test_when_an_admin_deletes_a_category_then_it_is_gone(client: httpx.Client) -> None:
    caller = sign_in("admin")
    category = insert_category()
    assert client.delete(f"/v1/categories/{category}", auth=caller).status_code == 204


def test_when_somebody_without_an_account_deletes_a_category_then_an_account_is_needed(client: httpx.Client) -> None:
    category = insert_category()
    assert client.delete(f"/v1/categories/{category}").status_code == 401
