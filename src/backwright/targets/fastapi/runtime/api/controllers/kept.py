from urllib.parse import parse_qsl

from fastapi import Request, Response

from api.controllers.resource import list_rows, read_response, show, single
from config.cache import CACHE_BYTES
from services.business.problem import not_found
from services.data.batch import Failed
from services.data.cache import Answer, cache
from services.data.database import Context, read
from services.data.includes import Includes
from services.data.pages import foreign_cursor, page_json, page_of
from services.data.resource import Resource, reading
from services.data.version import tag_of
from services.security.caller import Caller


def _nobody(operation: str) -> Context:
    """What is kept for everybody is read as nobody."""
    return Context(None, None, operation)


def _is_known(resource: Resource, query: str) -> bool:
    """Whether it asks for nothing but rows, their order and a page of them."""
    return {name for name, _ in parse_qsl(query)} <= {"limit", "cursor", "sort", *resource.list.filters}


async def kept_list(
    resource: Resource, seconds: int, caller: Caller | None, request: Request, includes: Includes = ()
) -> Response:
    """As `list_rows`, with pages that are kept for so many seconds."""
    query = request.scope["query_string"].decode("latin-1")
    if CACHE_BYTES == 0 or not _is_known(resource, query):
        return await list_rows(resource, caller, request, includes)
    page = page_of(resource, query)
    name, text, values = page.statement

    async def work() -> Answer:
        [result] = await read(_nobody(f"{resource.name}.list"), page.statement)
        content = page_json(page, result.rows)
        return Answer(content, tag_of(content))

    try:
        answer = await cache.answer(resource.name, repr((name or text, page.sort, *values)), seconds, work)
    except Failed as failure:
        if page.continued and (failure.error.sqlstate or "").startswith("22"):
            raise foreign_cursor() from failure
        raise
    return read_response(resource.is_public, caller, request, answer.content, answer.tag)


async def kept_row(
    resource: Resource, seconds: int, caller: Caller | None, row_id: str, request: Request, includes: Includes = ()
) -> Response:
    """As `show`, with rows that are kept for so many seconds."""
    if CACHE_BYTES == 0 or request.scope["query_string"]:
        return await show(resource, caller, row_id, request, includes)
    statement = reading(resource, row_id)

    async def work() -> Answer:
        [result] = await read(_nobody(statement.name), statement)
        row = single(result)
        if row is None:
            raise not_found()
        return Answer(row, tag_of(row))

    answer = await cache.answer(resource.name, f"{statement.name} {row_id}", seconds, work)
    return read_response(resource.is_public, caller, request, answer.content, answer.tag)
