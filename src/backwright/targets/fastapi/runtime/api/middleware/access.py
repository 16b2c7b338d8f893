from typing import Annotated

from fastapi import Depends, Request

from api.middleware.limits import refuse_excess
from services.security.caller import Caller


async def _caller(request: Request) -> Caller | None:
    refuse_excess(request.scope)
    caller: Caller | None = request.scope["state"].get("caller")
    return caller


# Everyone, also without an account.
Everyone = Annotated[Caller | None, Depends(_caller)]
