import re
from collections.abc import Collection
from typing import Any

from fastapi import Depends, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.middleware.limits import charge, is_probe
from services.business.problem import forbidden, invalid_token, unauthenticated
from services.security.caller import Caller
from services.security.keys import KEY_PREFIX, key_caller
from services.security.sessions import current_caller
from services.security.tokens import verify_access_token

BEARER = re.compile(r"Bearer ([A-Za-z0-9._-]+)", re.IGNORECASE)


class Authentication:
    """Puts the caller into the scope: None without a token; a token that does not hold is refused everywhere."""

    def __init__(self, app: ASGIApp, probes: Collection[str]) -> None:
        self._app = app
        self._probes = probes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_probe(scope, self._probes):
            await self._app(scope, receive, send)
            return
        authorization = next((value for name, value in scope["headers"] if name == b"authorization"), None)
        caller = None if authorization is None else await _bearer(authorization.decode("latin-1"))
        if authorization is not None and caller is None:
            await charge(scope)
            raise invalid_token()
        scope["state"]["caller"] = caller
        if caller and not caller.session_id and scope["path"].startswith("/v1/auth/"):
            # A key acts for somebody; what they prove who they are with is not its business.
            raise forbidden()
        await self._app(scope, receive, send)


async def _bearer(authorization: str) -> Caller | None:
    form = BEARER.fullmatch(authorization)
    token = form[1] if form else ""
    return await (key_caller(token) if token.startswith(KEY_PREFIX) else _session_caller(token))


async def _session_caller(token: str) -> Caller | None:
    claimed = verify_access_token(token)
    return await current_caller(claimed) if claimed else None


def only(*roles: str) -> Any:
    """Only callers with one of these roles; which rows they reach is decided by the row policies of the database."""

    async def allowed(request: Request) -> Caller:
        caller: Caller | None = request.scope["state"]["caller"]
        if caller is None:
            raise unauthenticated()
        if caller.role not in roles:
            raise forbidden()
        return caller

    return Depends(allowed)
