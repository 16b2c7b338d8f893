from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request, Response
from pydantic import ValidationError

from api.controllers.resource import context_of, json_response
from api.middleware.validation import body_faults
from database.models.fields import Input
from services.business.problem import Fault, invalid
from services.data.database import Transaction, transaction
from services.data.idempotency import idempotency_key, once
from services.security.caller import Caller

Given = TypeVar("Given", bound=Input)
Work = Callable[[Transaction, Given], Awaitable[bytes]]


async def run(name: str, caller: Caller | None, work: Work[Given], given: Given, status: int) -> Response:
    """A declared operation in one transaction."""
    json = await transaction(context_of(caller, name), lambda tx: work(tx, given))
    return json_response(json, status)


async def transition(
    name: str, caller: Caller | None, work: Callable[[Transaction, str], Awaitable[bytes]], row_id: str
) -> Response:
    """A move of a lifecycle, in one transaction."""
    return json_response(await transaction(context_of(caller, name), lambda tx: work(tx, row_id)))


async def idempotent(name: str, caller: Caller | None, work: Work[Given], given: Given, key: str, status: int) -> Response:
    """A declared operation that happens once per Idempotency-Key."""

    async def answer(tx: Transaction) -> tuple[int, bytes]:
        return status, await work(tx, given)

    known_status, json = await once(context_of(caller, name), key, given.json_text(), answer)
    return json_response(json, known_status)


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
