import httpx
import pytest

from tests.support.answers import at_once, faults_of, like, tag_of, without
from tests.support.database import NOWHERE, Row
from tests.support.lists import newest
from tests.support.rows import insert_category, insert_order_line, insert_product, sign_in
from tests.support.unique import unique


def new_product(**given: object) -> Row:
    return {
        "sku": unique(),
        "name": "Some name",
        "description": "Some description",
        "price": "12.50",
        "stock": 0,
        "status": "draft",
        "categoryId": given.get("categoryId") or insert_category(),
        **given,
    }


def test_when_a_staff_creates_a_product_then_it_is_there_as_it_was_given(client: httpx.Client) -> None:
    caller = sign_in("staff")
    body = new_product()
    answer = client.post("/v1/products", auth=caller, json=body)
    assert answer.status_code == 201
    assert like(answer.json(), body) == body
    assert answer.headers["location"] == f"/v1/products/{answer.json()['id']}"
    again = client.get(f"/v1/products/{answer.json()['id']}", auth=caller)
    assert again.json() == answer.json()


def test_when_a_product_leaves_out_what_has_a_default_then_the_default_stands(client: httpx.Client) -> None:
    caller = sign_in("staff")
    body = without(new_product(), "stock", "status")
    answer = client.post("/v1/products", auth=caller, json=body)
    assert answer.json()["stock"] == 0
    assert answer.json()["status"] == "draft"


def test_when_a_product_lacks_what_it_must_have_then_every_missing_member_is_named(client: httpx.Client) -> None:
    caller = sign_in("staff")
    answer = client.post("/v1/products", auth=caller, json={})
    assert answer.status_code == 422
    assert faults_of(answer) == ["/categoryId", "/name", "/price", "/sku"]


def test_when_nothing_about_a_product_is_right_then_every_fault_is_named_at_once(client: httpx.Client) -> None:
    caller = sign_in("staff")
    body = {
        "sku": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "name": 1,
        "description": 1,
        "price": "1.5e3",
        "stock": 1000001,
        "status": "no-such-value",
        "categoryId": "not-an-id",
        "surplus": True,
    }
    answer = client.post("/v1/products", auth=caller, json=body)
    assert answer.status_code == 422
    assert faults_of(answer) == [
        "/categoryId",
        "/description",
        "/name",
        "/price",
        "/sku",
        "/status",
        "/stock",
        "/surplus",
    ]


def test_when_the_category_of_a_product_does_not_exist_then_that_is_named(client: httpx.Client) -> None:
    caller = sign_in("staff")
    body = new_product(categoryId=NOWHERE)
    answer = client.post("/v1/products", auth=caller, json=body)
    assert answer.status_code == 422
    assert faults_of(answer) == ["/categoryId"]


def test_when_a_second_product_has_the_sku_of_the_first_then_it_is_refused(client: httpx.Client) -> None:
    caller = sign_in("staff")
    one = new_product()
    other = new_product(sku=one["sku"])
    assert client.post("/v1/products", auth=caller, json=one).status_code == 201
    answer = client.post("/v1/products", auth=caller, json=other)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_exists")
    assert faults_of(answer) == ["/sku"]


def test_when_a_product_does_not_exist_then_it_is_not_found(client: httpx.Client) -> None:
    caller = sign_in("staff")
    assert client.get(f"/v1/products/{NOWHERE}", auth=caller).status_code == 404
    answer = client.get("/v1/products/nonsense", auth=caller)
    assert (answer.status_code, faults_of(answer)) == (422, ["id"])


def test_when_a_product_is_read_with_an_unknown_parameter_then_that_is_named(client: httpx.Client) -> None:
    caller = sign_in("staff")
    answer = client.get(f"/v1/products/{NOWHERE}", params={"surplus": 1}, auth=caller)
    assert (answer.status_code, faults_of(answer)) == (422, ["surplus"])


def test_when_a_product_is_read_again_by_one_who_has_it_then_it_is_not_sent_again(client: httpx.Client) -> None:
    caller = sign_in("staff")
    product = insert_product()
    before = client.get(f"/v1/products/{product}", auth=caller)
    assert (
        client.get(f"/v1/products/{product}", auth=caller, headers={"If-None-Match": tag_of(before)}).status_code == 304
    )


def test_when_a_product_is_read_with_what_it_refers_to_then_each_is_shown_as_the_caller_may_see_it(
    client: httpx.Client,
) -> None:
    caller = sign_in("staff")
    category = insert_category()
    product = insert_product(category_id=category)
    shown = client.get(f"/v1/products/{product}", params={"include": "category"}, auth=caller)
    assert shown.status_code == 200
    assert shown.json()["category"] == client.get(f"/v1/categories/{category}", auth=caller).json()


def test_when_a_staff_changes_the_name_of_a_product_then_the_rest_stays(client: httpx.Client) -> None:
    caller = sign_in("staff")
    product = insert_product()
    before = client.get(f"/v1/products/{product}", auth=caller)
    change = {"name": "Other name"}
    answer = client.patch(f"/v1/products/{product}", auth=caller, json=change)
    assert answer.status_code == 200
    assert answer.json() == {**before.json(), **change, "updatedAt": answer.json()["updatedAt"]}


def test_when_a_product_has_changed_since_it_was_read_then_a_change_of_what_it_was_is_refused(
    client: httpx.Client,
) -> None:
    caller = sign_in("staff")
    product = insert_product()
    before = client.get(f"/v1/products/{product}", auth=caller)
    change = {"name": "Other name"}
    made = client.patch(f"/v1/products/{product}", auth=caller, headers={"If-Match": tag_of(before)}, json=change)
    assert made.status_code == 200
    late = client.patch(f"/v1/products/{product}", auth=caller, headers={"If-Match": tag_of(before)}, json=change)
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert (
        client.patch(
            f"/v1/products/{product}", auth=caller, headers={"If-Match": tag_of(made)}, json=change
        ).status_code
        == 200
    )


def test_when_two_change_what_they_both_read_of_a_product_then_one_does(client: httpx.Client) -> None:
    caller = sign_in("staff")
    product = insert_product()
    before = client.get(f"/v1/products/{product}", auth=caller)
    change = {"name": "Other name"}
    answers = at_once(
        2,
        lambda: client.patch(f"/v1/products/{product}", auth=caller, headers={"If-Match": tag_of(before)}, json=change),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]


def test_when_the_description_is_left_out_then_it_stays_and_when_it_is_null_then_it_is_empty(
    client: httpx.Client,
) -> None:
    caller = sign_in("staff")
    product = insert_product()
    filled = client.patch(f"/v1/products/{product}", auth=caller, json={"description": "Some description"})
    assert filled.json()["description"] is not None
    left = client.patch(f"/v1/products/{product}", auth=caller, json={"name": "Other name"})
    assert left.json()["description"] == filled.json()["description"]
    emptied = client.patch(f"/v1/products/{product}", auth=caller, json={"description": None})
    assert emptied.json()["description"] is None


def test_when_a_change_of_a_product_is_empty_or_touches_what_nobody_changes_then_it_is_refused(
    client: httpx.Client,
) -> None:
    caller = sign_in("staff")
    product = insert_product()
    empty = client.patch(f"/v1/products/{product}", auth=caller, json={})
    assert (empty.status_code, faults_of(empty)) == (422, [""])
    change = {"name": None, "sku": unique(), "surplus": 1}
    wrong = client.patch(f"/v1/products/{product}", auth=caller, json=change)
    assert wrong.status_code == 422
    assert faults_of(wrong) == ["/name", "/sku", "/surplus"]


def test_when_a_product_has_been_deleted_then_it_is_not_found_again(client: httpx.Client) -> None:
    caller = sign_in("admin")
    product = insert_product()
    assert client.delete(f"/v1/products/{product}", auth=caller).status_code == 204
    assert client.get(f"/v1/products/{product}", auth=caller).status_code == 404
    assert client.delete(f"/v1/products/{product}", auth=caller).status_code == 404


def test_when_another_version_of_a_product_is_to_be_deleted_then_it_stays(client: httpx.Client) -> None:
    caller = sign_in("admin")
    product = insert_product()
    before = client.get(f"/v1/products/{product}", auth=caller)
    late = client.delete(f"/v1/products/{product}", auth=caller, headers={"If-Match": '"stale"'})
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert (
        client.delete(f"/v1/products/{product}", auth=caller, headers={"If-Match": tag_of(before)}).status_code == 204
    )


def test_when_an_order_line_still_refers_to_a_product_then_it_cannot_be_deleted(client: httpx.Client) -> None:
    caller = sign_in("admin")
    product = insert_product()
    insert_order_line(product_id=product)
    answer = client.delete(f"/v1/products/{product}", auth=caller)
    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")


def test_when_a_customer_reads_a_product_whose_status_is_active_then_it_is_shown(client: httpx.Client) -> None:
    caller = sign_in("customer")
    product = insert_product(status="active")
    assert client.get(f"/v1/products/{product}", auth=caller).status_code == 200
    assert product in newest(client, "/v1/products", auth=caller)


def test_when_a_customer_reads_a_product_whose_status_is_draft_then_it_is_not_there(client: httpx.Client) -> None:
    caller = sign_in("customer")
    product = insert_product()
    assert client.get(f"/v1/products/{product}", auth=caller).status_code == 404
    assert product not in newest(client, "/v1/products", auth=caller)


@pytest.mark.parametrize("role", ["staff", "admin"])
def test_when_somebody_with_this_role_reads_a_product_then_it_is_shown(client: httpx.Client, role: str) -> None:
    caller = sign_in(role)
    product = insert_product()
    assert client.get(f"/v1/products/{product}", auth=caller).status_code == 200
    assert product in newest(client, "/v1/products", auth=caller)


def test_when_somebody_without_an_account_reads_a_product_whose_status_is_active_then_it_is_shown(
    client: httpx.Client,
) -> None:
    product = insert_product(status="active")
    assert client.get(f"/v1/products/{product}").status_code == 200
    assert product in newest(client, "/v1/products")


def test_when_somebody_without_an_account_reads_a_product_whose_status_is_draft_then_it_is_not_there(
    client: httpx.Client,
) -> None:
    product = insert_product()
    assert client.get(f"/v1/products/{product}").status_code == 404
    assert product not in newest(client, "/v1/products")


def test_when_a_customer_creates_a_product_then_that_is_forbidden(client: httpx.Client) -> None:
    caller = sign_in("customer")
    body = new_product()
    assert client.post("/v1/products", auth=caller, json=body).status_code == 403


@pytest.mark.parametrize("role", ["staff", "admin"])
def test_when_somebody_with_this_role_creates_a_product_then_it_is_there(client: httpx.Client, role: str) -> None:
    caller = sign_in(role)
    body = new_product()
    assert client.post("/v1/products", auth=caller, json=body).status_code == 201


def test_when_somebody_without_an_account_creates_a_product_then_an_account_is_needed(client: httpx.Client) -> None:
    body = new_product()
    assert client.post("/v1/products", json=body).status_code == 401


def test_when_a_customer_changes_a_product_then_that_is_forbidden(client: httpx.Client) -> None:
    caller = sign_in("customer")
    product = insert_product()
    answer = client.patch(f"/v1/products/{product}", auth=caller, json={"name": "Other name"})
    assert answer.status_code == 403


@pytest.mark.parametrize("role", ["staff", "admin"])
def test_when_somebody_with_this_role_changes_a_product_then_it_changes(client: httpx.Client, role: str) -> None:
    caller = sign_in(role)
    product = insert_product()
    answer = client.patch(f"/v1/products/{product}", auth=caller, json={"name": "Other name"})
    assert answer.status_code == 200


def test_when_somebody_without_an_account_changes_a_product_then_an_account_is_needed(client: httpx.Client) -> None:
    product = insert_product()
    answer = client.patch(f"/v1/products/{product}", json={"name": "Other name"})
    assert answer.status_code == 401


@pytest.mark.parametrize("role", ["customer", "staff"])
def test_when_somebody_with_this_role_deletes_a_product_then_that_is_forbidden(client: httpx.Client, role: str) -> None:
    caller = sign_in(role)
    product = insert_product()
    assert client.delete(f"/v1/products/{product}", auth=caller).status_code == 403


def test_when_an_admin_deletes_a_product_then_it_is_gone(client: httpx.Client) -> None:
    caller = sign_in("admin")
    product = insert_product()
    assert client.delete(f"/v1/products/{product}", auth=caller).status_code == 204


def test_when_somebody_without_an_account_deletes_a_product_then_an_account_is_needed(client: httpx.Client) -> None:
    product = insert_product()
    assert client.delete(f"/v1/products/{product}").status_code == 401
