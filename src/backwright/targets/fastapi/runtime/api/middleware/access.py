from typing import Annotated

from fastapi import Depends, Request

from services.security.caller import Caller


async def _caller(request: Request) -> Caller | None:
    caller: Caller | None = request.scope["state"].get("caller")
    return caller


# Everyone, also without an account.
Everyone = Annotated[Caller | None, Depends(_caller)]
