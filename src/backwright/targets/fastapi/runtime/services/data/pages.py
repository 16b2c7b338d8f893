import base64
import json
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, NotRequired
from urllib.parse import parse_qsl

from pydantic import AfterValidator, ConfigDict, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from api.middleware.validation import parameter_faults
from database.models.fields import refused, text
from services.business.problem import Problem, invalid
from services.data.batch import Row, Statement
from services.data.includes import Includes, including, names_of
from services.data.resource import Resource, name_of

MAX_LIMIT = 100
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def _limit(value: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,2}", value, re.ASCII):
        raise refused("has the wrong form")
    if int(value) > MAX_LIMIT:
        raise refused(f"is more than {MAX_LIMIT}")
    return value


@dataclass(frozen=True, slots=True)
class Page:
    statement: Statement
    limit: int
    sort: str
    continued: bool
    is_public: bool


@cache
def _parameters(resource: Resource, includes: Includes) -> TypeAdapter[Any]:
    """The query parameters that a list understands."""
    sorts = tuple(f"{sign}{name}" for name in resource.list.sorts for sign in ("-", ""))
    members: dict[str, Any] = {
        "limit": NotRequired[Annotated[str, AfterValidator(_limit)]],
        "cursor": NotRequired[Annotated[str, text(0, 1000)]],
        "sort": NotRequired[Literal[sorts]],
    }
    members |= {name: NotRequired[each.schema] for name, each in resource.list.filters.items()}
    if includes:
        members["include"] = NotRequired[Annotated[str, names_of(includes)]]
    schema = TypedDict("schema", members)  # type: ignore[misc]
    schema.__pydantic_config__ = ConfigDict(strict=True, extra="forbid")  # type: ignore[attr-defined]
    return TypeAdapter(schema)


def page_of(resource: Resource, query: str, includes: Includes = ()) -> Page:
    """A page by keyset: the rows after the last one seen, so that the ten-thousandth page costs what the first one does."""
    wanted = _validated(_parameters(resource, includes), query)
    resource = including(resource, includes, wanted.pop("include", ()))
    limit = int(wanted.pop("limit", "20"))
    cursor = wanted.pop("cursor", None)
    sort = wanted.pop("sort", "-createdAt")
    descending = sort.startswith("-")
    listing = resource.list
    order = listing.sorts[sort.removeprefix("-")]
    values: list[str | int] = []

    def bind(value: str | int) -> str:
        values.append(value)
        return f"${len(values)}"

    conditions = [listing.filters[name].where.replace("?", bind(value)) for name, value in wanted.items()]
    if cursor is not None:
        key, row_id = _open_cursor(cursor, sort)
        sign = "<" if descending else ">"
        conditions.append(f"({order.key}, {listing.id}) {sign} ({bind(key)}::{order.type}, {bind(row_id)}::uuid)")
    direction = "desc" if descending else "asc"
    sql = " ".join(
        [
            listing.select.replace("{key}", order.key),
            f"where {' and '.join(conditions)}" if conditions else "",
            f"order by {order.key} {direction}, {listing.id} {direction} limit {bind(limit + 1)}",
        ]
    )
    kept = name_of(f"{resource.name}.list", [*resource.additions, *wanted], sort, "next" if cursor else "first")
    return Page(Statement(kept, sql, values), limit, sort, cursor is not None, resource.is_public)


@cache
def _row_parameters(includes: Includes) -> TypeAdapter[Any]:
    members: dict[str, Any] = {"include": NotRequired[Annotated[str, names_of(includes)]]} if includes else {}
    schema = TypedDict("schema", members)  # type: ignore[misc]
    schema.__pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[attr-defined]
    return TypeAdapter(schema)


def row_of(resource: Resource, query: str, includes: Includes) -> Resource:
    """The collection with what the query of a single row asks for."""
    wanted = _validated(_row_parameters(includes), query) if query else {}
    return including(resource, includes, wanted.get("include", ()))


def _validated(parameters: TypeAdapter[Any], query: str) -> dict[str, Any]:
    """A repeated parameter is a fault, and an unknown one."""
    given: dict[str, object] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        given[name] = [given[name], value] if name in given else value
    try:
        wanted: dict[str, Any] = parameters.validate_python(given)
    except ValidationError as error:
        raise invalid(parameter_faults(error.errors(include_url=False, include_context=True))) from None
    return wanted


def foreign_cursor() -> Problem:
    return invalid([{"parameter": "cursor", "message": "does not belong to this list"}])


def page_json(page: Page, rows: list[Row]) -> bytes:
    """The page as JSON text. Each row is its JSON, its sort key and its id."""
    shown = rows[: page.limit]
    items = b",".join([row[0] or b"null" for row in shown])
    following = b"null"
    if len(rows) > page.limit:
        _, key, row_id = shown[-1]
        if key is not None and row_id is not None:
            following = b'"%s"' % _seal_cursor(page.sort, key.decode(), row_id.decode())
    return b'{"items":[%s],"nextCursor":%s}' % (items, following)


def _seal_cursor(sort: str, key: str, row_id: str) -> bytes:
    content = json.dumps([sort, key, row_id], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).rstrip(b"=")


def _open_cursor(cursor: str, sort: str) -> tuple[str, str]:
    with suppress(ValueError, RecursionError):
        match json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))):
            case [str(of), str(key), str(row_id)] if of == sort and "\0" not in key and UUID.fullmatch(row_id):
                # Only what was sealed here: base64 and JSON can write one thing in many ways.
                if _seal_cursor(of, key, row_id).decode() == cursor:
                    return key, row_id
    raise foreign_cursor()
