from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from fastapi import Path, Request, Response

from api.middleware.headers import header_of
from api.routing import JSON
from database.models.fields import Body, Patch, uuid
from services.business.problem import forbidden, not_found
from services.data.batch import Failed, Result, Statement
from services.data.database import Context, read, transaction, write
from services.data.includes import Includes
from services.data.pages import foreign_cursor, page_json, page_of, row_of
from services.data.resource import Resource, reading
from services.data.uuid import uuid7
from services.data.version import is_known, is_unconditional, tag_of, while_current
from services.security.caller import Caller

JSON_HEADER = (b"content-type", JSON.encode())
PRIVATE = [(b"cache-control", b"private, no-cache"), (b"vary", b"Authorization")]
PUBLIC = [(b"cache-control", b"public, no-cache"), (b"vary", b"Authorization")]

T = TypeVar("T")
Sending = Callable[..., Awaitable[list[Result]]]

RowId = Annotated[str, Path(alias="id"), uuid()]


def context_of(caller: Caller | None, operation: str) -> Context:
    return Context(caller.user_id, caller.role, operation) if caller else Context(None, None, operation)


class WrittenJson(Response):
    """JSON as PostgreSQL wrote it."""

    def __init__(self, content: bytes, status: int) -> None:
        self.status_code = status
        self.body = content
        self.background = None
        self.raw_headers = [JSON_HEADER, (b"content-length", b"%d" % len(content))]


def json_response(content: bytes, status: int = 200) -> Response:
    return Response(status_code=204) if status == 204 else WrittenJson(content, status)


def row_response(content: bytes, status: int = 200) -> Response:
    """The row that was written, or nothing where the caller may not see one."""
    response = json_response(content, status)
    if content != b"null" and status != 204:
        response.raw_headers.append((b"etag", tag_of(content)))
    return response


def read_response(
    is_public: bool, caller: Caller | None, request: Request, content: bytes, tag: bytes | None = None
) -> Response:
    """Only the tag where the caller has the rest already."""
    tag = tag or tag_of(content)
    known = is_known(header_of(request.scope, b"if-none-match"), tag)
    response = Response(status_code=304) if known else WrittenJson(content, 200)
    response.raw_headers += [(b"etag", tag), *(PUBLIC if is_public and caller is None else PRIVATE)]
    return response


def single(result: Result) -> bytes | None:
    """The one value that a statement selected, or None without a row."""
    return result.rows[0][0] if result.rows else None


async def list_rows(
    resource: Resource, caller: Caller | None, request: Request, includes: Includes = ()
) -> Response:
    page = page_of(resource, _query(request), includes)
    try:
        [result] = await read(context_of(caller, f"{resource.name}.list"), page.statement)
    except Failed as failure:
        # A cursor that somebody made up may hold a key that is no value of its column (PostgreSQL, Appendix A, class 22).
        if page.continued and (failure.error.sqlstate or "").startswith("22"):
            raise foreign_cursor() from failure
        raise
    return read_response(page.is_public, caller, request, page_json(page, result.rows))


async def show(
    resource: Resource, caller: Caller | None, row_id: str, request: Request, includes: Includes = ()
) -> Response:
    """Answers with one row, or 404."""
    shown = row_of(resource, _query(request), includes)
    [result] = await read(context_of(caller, f"{resource.name}.read"), reading(shown, row_id))
    row = single(result)
    if row is None:
        raise not_found()
    return read_response(shown.is_public, caller, request, row)


def _query(request: Request) -> str:
    return str(request.scope["query_string"], "latin-1")


async def create(resource: Resource, caller: Caller | None, body: Body, request: Request) -> Response:
    payload, row_id, name = body.json_text(), uuid7(), f"{resource.name}.create"
    inserts = [Statement(f"{name} {at}", text, (payload, row_id)) for at, text in enumerate(resource.create)]
    results = await write(context_of(caller, name), *inserts, reading(resource, row_id))
    response = row_response(single(results[-1]) or b"null", 201)
    response.headers["Location"] = f"{request.scope['path']}/{row_id}"
    return response


async def _writing(
    request: Request, context: Context, resource: Resource, row_id: str, work: Callable[[Sending], Awaitable[T]]
) -> T:
    """Writes one row in one round trip, or after a look at it where the request says which version it means."""
    if_match = header_of(request.scope, b"if-match")
    if is_unconditional(resource, if_match):
        return await work(lambda *statements: write(context, *statements))
    return await transaction(context, lambda tx: while_current(tx, resource, row_id, if_match, lambda: work(tx.send)))


async def update(resource: Resource, caller: Caller | None, row_id: str, patch: Patch, request: Request) -> Response:
    name = f"{resource.name}.update"
    change = Statement(name, resource.update, (row_id, patch.json_text()))

    async def changed(send: Sending) -> bytes:
        updated, found = await send(change, reading(resource, row_id))
        row = single(found)
        if row is None:
            raise not_found()
        if updated.count == 0:
            raise forbidden()
        return row

    return row_response(await _writing(request, context_of(caller, name), resource, row_id, changed))


async def remove(resource: Resource, caller: Caller | None, row_id: str, request: Request) -> Response:
    name = f"{resource.name}.delete"
    removal = Statement(name, resource.remove, (row_id,))

    async def removed(send: Sending) -> None:
        gone, found = await send(removal, reading(resource, row_id))
        if gone.count == 0:
            raise not_found() if single(found) is None else forbidden()

    await _writing(request, context_of(caller, name), resource, row_id, removed)
    return json_response(b"", 204)
