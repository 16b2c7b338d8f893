import httpx

from tests.support.answers import faults_of
from tests.support.database import stored
from tests.support.lists import all_rows, ids_of
from tests.support.rows import insert_category, insert_product, sign_in


def test_when_products_are_listed_page_by_page_then_the_newest_come_first_and_none_comes_twice(
    client: httpx.Client,
) -> None:
    caller = sign_in("staff")
    earliest = insert_product()
    middle = insert_product()
    latest = insert_product()
    one = client.get("/v1/products", params={"limit": 2}, auth=caller)
    two = client.get("/v1/products", params={"limit": 2, "cursor": one.json()["nextCursor"]}, auth=caller)
    ids = ids_of(one.json()["items"] + two.json()["items"])
    assert len(set(ids)) == len(ids)
    assert set(ids[:3]) == {earliest, middle, latest}


def test_when_products_are_looked_up_by_sku_then_one_is_found(client: httpx.Client) -> None:
    caller = sign_in("staff")
    wanted = insert_product()
    insert_product()
    row = stored("app.products", wanted)
    rows = all_rows(client, "/v1/products", params={"sku": row["sku"]}, auth=caller)
    assert ids_of(rows) == [wanted]


def test_when_products_are_narrowed_by_status_then_no_others_are_listed(client: httpx.Client) -> None:
    caller = sign_in("staff")
    wanted = insert_product(status="draft")
    unwanted = insert_product(status="active")
    rows = all_rows(client, "/v1/products", params={"status": "draft"}, auth=caller)
    assert {row["status"] for row in rows} == {"draft"}
    assert wanted in ids_of(rows)
    assert unwanted not in ids_of(rows)


def test_when_products_are_narrowed_to_one_category_then_no_others_are_listed(client: httpx.Client) -> None:
    caller = sign_in("staff")
    target = insert_category()
    wanted = insert_product(category_id=target)
    insert_product()
    rows = all_rows(client, "/v1/products", params={"categoryId": target}, auth=caller)
    assert ids_of(rows) == [wanted]


def test_when_products_are_narrowed_to_a_range_of_price_then_no_others_are_listed(client: httpx.Client) -> None:
    caller = sign_in("staff")
    wanted = insert_product(price="12.50")
    unwanted = insert_product(price="10.00")
    rows = all_rows(client, "/v1/products", params={"price.min": "12.50", "price.max": "12.50"}, auth=caller)
    assert {row["price"] for row in rows} == {"12.50"}
    assert wanted in ids_of(rows)
    assert unwanted not in ids_of(rows)


def test_when_products_are_narrowed_to_a_range_of_stock_then_no_others_are_listed(client: httpx.Client) -> None:
    caller = sign_in("staff")
    wanted = insert_product(stock=0)
    unwanted = insert_product(stock=10)
    rows = all_rows(client, "/v1/products", params={"stock.min": 0, "stock.max": 0}, auth=caller)
    assert {row["stock"] for row in rows} == {0}
    assert wanted in ids_of(rows)
    assert unwanted not in ids_of(rows)


def test_when_products_are_searched_for_a_word_then_those_with_it_are_listed(client: httpx.Client) -> None:
    caller = sign_in("staff")
    wanted = insert_product(name="amber beryl")
    unwanted = insert_product(name="beryl")
    rows = all_rows(client, "/v1/products", params={"q": "AMBER"}, auth=caller)
    assert wanted in ids_of(rows)
    assert unwanted not in ids_of(rows)


def test_when_products_are_sorted_by_name_then_they_come_in_that_order(client: httpx.Client) -> None:
    caller = sign_in("staff")
    insert_product()
    insert_product()
    up = [row["name"] for row in all_rows(client, "/v1/products", params={"sort": "name"}, auth=caller)]
    assert up == sorted(up)
    down = [row["name"] for row in all_rows(client, "/v1/products", params={"sort": "-name"}, auth=caller)]
    assert down == sorted(up, reverse=True)


def test_when_products_are_sorted_by_price_then_they_come_in_that_order(client: httpx.Client) -> None:
    caller = sign_in("staff")
    insert_product()
    insert_product()
    up = [float(row["price"]) for row in all_rows(client, "/v1/products", params={"sort": "price"}, auth=caller)]
    assert up == sorted(up)
    down = [float(row["price"]) for row in all_rows(client, "/v1/products", params={"sort": "-price"}, auth=caller)]
    assert down == sorted(up, reverse=True)


def test_when_products_are_sorted_by_stock_then_they_come_in_that_order(client: httpx.Client) -> None:
    caller = sign_in("staff")
    insert_product()
    insert_product()
    up = [row["stock"] for row in all_rows(client, "/v1/products", params={"sort": "stock"}, auth=caller)]
    assert up == sorted(up)
    down = [row["stock"] for row in all_rows(client, "/v1/products", params={"sort": "-stock"}, auth=caller)]
    assert down == sorted(up, reverse=True)


def test_when_the_list_is_asked_for_something_it_does_not_know_then_that_is_named(client: httpx.Client) -> None:
    caller = sign_in("staff")
    answer = client.get("/v1/products", params={"surplus": 1, "limit": 0, "include": "category,category"}, auth=caller)
    assert answer.status_code == 422
    assert faults_of(answer) == ["include", "limit", "surplus"]
