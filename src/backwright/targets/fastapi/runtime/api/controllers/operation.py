from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request, Response
from pydantic import ValidationError

from api.controllers.resource import context_of, row_response
from api.middleware.headers import header_of
from api.middleware.validation import body_faults
from database.models.fields import Input
from services.business.problem import Fault, invalid
from services.data.database import Transaction, transaction
from services.data.idempotency import idempotency_key, once
from services.data.resource import Resource
from services.data.version import is_unconditional, while_current
from services.security.caller import Caller

Given = TypeVar("Given", bound=Input)
Work = Callable[[Transaction, Given], Awaitable[bytes]]
Move = Callable[[Transaction, str], Awaitable[bytes]]


async def run(name: str, caller: Caller | None, work: Work[Given], given: Given, status: int) -> Response:
    """A declared operation in one transaction."""
    json = await transaction(context_of(caller, name), lambda tx: work(tx, given))
    return row_response(json, status)


async def transition(
    name: str, caller: Caller | None, work: Move, resource: Resource, row_id: str, request: Request
) -> Response:
    """A move of a lifecycle, in one transaction."""
    if_match = header_of(request.scope, b"if-match")

    async def move(tx: Transaction) -> bytes:
        if is_unconditional(resource, if_match):
            return await work(tx, row_id)
        return await while_current(tx, resource, row_id, if_match, lambda: work(tx, row_id))

    return row_response(await transaction(context_of(caller, name), move))


async def idempotent(name: str, caller: Caller | None, work: Work[Given], given: Given, key: str, status: int) -> Response:
    """A declared operation that happens once per Idempotency-Key."""

    async def answer(tx: Transaction) -> tuple[int, bytes]:
        return status, await work(tx, given)

    known_status, json = await once(context_of(caller, name), key, given.json_text(), answer)
    return row_response(json, known_status)


async def _key(request: Request) -> str:
    return idempotency_key(request.headers.getlist("idempotency-key"))


IdempotencyKey = Annotated[str, Depends(_key)]


def input_of(schema: type[Given], /, **members: str) -> Any:
    """The validated input: the body, which may be left out where it has nothing to say, and the members in the path, by
    the name of their parameter.
    """

    async def given(request: Request) -> Given:
        body = request.scope["state"].get("body", {})
        in_path = {member: request.path_params[parameter] for parameter, member in members.items()}
        if isinstance(body, dict):
            twice = [Fault(pointer=f"/{member}", message="is not known") for member in in_path if member in body]
            if twice:
                raise invalid(twice)
            body = {**body, **in_path}
        try:
            return schema.model_validate(body)
        except ValidationError as error:
            raise invalid(body_faults(error.errors(include_url=False))) from None

    return Depends(given)
