import base64
import json
from typing import Annotated, Literal

import pytest
from pydantic import AfterValidator

from services.business.problem import Problem
from services.data.pages import Page, page_json, page_of
from services.data.resource import Filter, List, Resource, Sort

THINGS = Resource(
    name="things",
    read="select json from things where id = $1",
    list=List(
        select="select json, {key}, things.id from things",
        id="things.id",
        filters={
            "kind": Filter(Literal["a", "b"], "things.kind = ?"),
            "size": Filter(Annotated[str, AfterValidator(str)], "things.size >= ?"),
        },
        sorts={"createdAt": Sort("things.id", "uuid"), "size": Sort("things.size", "bigint")},
    ),
)
ID = "0198c0de-0000-7000-8000-000000000001"


def following(page: Page, *rows: tuple[bytes, bytes, bytes]) -> str | None:
    cursor: str | None = json.loads(page_json(page, list(rows)))["nextCursor"]
    return cursor


def refused(query: str, parameter: str) -> None:
    with pytest.raises(Problem) as found:
        page_of(THINGS, query)
    assert found.value.status == 422
    assert parameter in [fault["parameter"] for fault in found.value.faults]


def test_without_a_wish_the_newest_twenty_come_first() -> None:
    statement = page_of(THINGS, "").statement
    assert statement.text == "select json, things.id, things.id from things  order by things.id desc, things.id desc limit $1"
    assert statement.values == [21]


def test_every_value_of_a_filter_is_a_parameter_of_the_statement() -> None:
    statement = page_of(THINGS, "kind=a&size=1'%20or%20true%20--&limit=5").statement
    assert "where things.kind = $1 and things.size >= $2 order" in statement.text
    assert statement.values == ["a", "1' or true --", 6]


def test_the_cursor_continues_after_the_last_row_shown() -> None:
    first = page_of(THINGS, "sort=size&limit=1")
    content = page_json(first, [(b'{"n":1}', b"7", ID.encode()), (b'{"n":2}', b"8", ID.encode())])
    page = json.loads(content)
    assert page["items"] == [{"n": 1}]
    statement = page_of(THINGS, f"sort=size&limit=1&cursor={page['nextCursor']}").statement
    assert "where (things.size, things.id) > ($1::bigint, $2::uuid) order by things.size asc" in statement.text
    assert statement.values == ["7", ID, 2]


def test_a_list_continues_after_an_empty_key() -> None:
    cursor = following(page_of(THINGS, "sort=size&limit=1"), *[(b"{}", b"", ID.encode())] * 2)
    assert cursor is not None
    assert page_of(THINGS, f"sort=size&limit=1&cursor={cursor}").statement.values == ["", ID, 2]


def test_the_last_page_has_no_cursor() -> None:
    assert page_json(page_of(THINGS, "limit=2"), [(b'{"n":1}', b"7", ID.encode())]) == b'{"items":[{"n":1}],"nextCursor":null}'
    assert page_json(page_of(THINGS, ""), []) == b'{"items":[],"nextCursor":null}'


@pytest.mark.parametrize("content", [1, None, {}, ["size", "7", ID], ["-createdAt", "7"], ["-createdAt", ID, "x"], ["-createdAt", 7, ID], ["-createdAt", "\ud800", ID]])
def test_a_cursor_of_another_order_is_refused(content: object) -> None:
    sealed = json.dumps(content, separators=(",", ":")).encode()
    refused(f"cursor={base64.urlsafe_b64encode(sealed).decode().rstrip('=')}", "cursor")


@pytest.mark.parametrize("after", ["%20", "=", "!"])
def test_a_cursor_is_written_in_one_way(after: str) -> None:
    cursor = following(page_of(THINGS, "limit=1"), *[(b"{}", ID.encode(), ID.encode())] * 2)
    assert page_of(THINGS, f"cursor={cursor}").continued
    refused(f"cursor={cursor}{after}", "cursor")


@pytest.mark.parametrize("cursor", ["", "x", "a", "====", "%FF", "%00", "%C3%A4", "W" * 8000])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    refused(f"cursor={cursor}", "cursor")


def test_a_parameter_that_is_unknown_repeated_or_out_of_range_is_named() -> None:
    refused("colour=red", "colour")
    refused("kind=a&kind=b", "kind")
    refused("kind=a&kind=b&kind=a", "kind")
    refused("kind=c", "kind")
    refused("kind", "kind")
    refused("sort=kind", "sort")
    for limit in ("0", "101", "-1", "x", "1.5", "", "1%0A", "٣"):
        refused(f"limit={limit}", "limit")
