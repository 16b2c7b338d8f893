from typing import Annotated

from fastapi import Path, Request, Response

from api.routing import JSON
from database.models.fields import Body, Patch, uuid
from services.business.problem import forbidden, not_found
from services.data.batch import Failed, Result, Statement
from services.data.database import Context, read, write
from services.data.pages import foreign_cursor, page_json, page_of
from services.data.resource import Resource
from services.data.uuid import uuid7
from services.security.caller import Caller

JSON_HEADER = (b"content-type", JSON.encode())

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


def single(result: Result) -> bytes | None:
    """The one value that a statement selected, or None without a row."""
    return result.rows[0][0] if result.rows else None


def _reading(resource: Resource, row_id: str) -> Statement:
    return Statement(f"{resource.name}.read", resource.read, (row_id,))


async def list_rows(resource: Resource, caller: Caller | None, request: Request) -> Response:
    page = page_of(resource, request.scope["query_string"].decode("latin-1"))
    try:
        [result] = await read(context_of(caller, f"{resource.name}.list"), page.statement)
    except Failed as failure:
        # A cursor that somebody made up may hold a key that is no value of its column (PostgreSQL, Appendix A, class 22).
        if page.continued and (failure.error.sqlstate or "").startswith("22"):
            raise foreign_cursor() from failure
        raise
    return json_response(page_json(page, result.rows))


async def show(resource: Resource, caller: Caller | None, row_id: str) -> Response:
    """Answers with one row, or 404."""
    [result] = await read(context_of(caller, f"{resource.name}.read"), _reading(resource, row_id))
    row = single(result)
    if row is None:
        raise not_found()
    return json_response(row)


async def create(resource: Resource, caller: Caller | None, body: Body, request: Request) -> Response:
    payload, row_id, name = body.json_text(), uuid7(), f"{resource.name}.create"
    inserts = [Statement(f"{name} {at}", text, (payload, row_id)) for at, text in enumerate(resource.create)]
    results = await write(context_of(caller, name), *inserts, _reading(resource, row_id))
    response = json_response(single(results[-1]) or b"null", 201)
    response.headers["Location"] = f"{request.scope['path']}/{row_id}"
    return response


async def update(resource: Resource, caller: Caller | None, row_id: str, patch: Patch) -> Response:
    name = f"{resource.name}.update"
    change = Statement(name, resource.update, (row_id, patch.json_text()))
    updated, found = await write(context_of(caller, name), change, _reading(resource, row_id))
    row = single(found)
    if row is None:
        raise not_found()
    if updated.count == 0:
        raise forbidden()
    return json_response(row)


async def remove(resource: Resource, caller: Caller | None, row_id: str) -> Response:
    name = f"{resource.name}.delete"
    removal = Statement(name, resource.remove, (row_id,))
    removed, found = await write(context_of(caller, name), removal, _reading(resource, row_id))
    if removed.count == 0:
        raise not_found() if single(found) is None else forbidden()
    return json_response(b"", 204)
