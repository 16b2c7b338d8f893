from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse

from api.middleware.access import Everyone
from api.middleware.authentication import only
from api.middleware.limits import limited
from api.routing import JSON, strict_router
from config.application import ROLES
from database.models.fields import Body, email, text
from database.models.registration import Registration
from services.security.attempts import admit_address
from services.security.caller import Caller
from services.security.sessions import login, logout, refresh, register

router = strict_router()


class Login(Body):
    email: Annotated[str, email(3, 254)]
    password: Annotated[str, text(1, 128)]


class Refresh(Body):
    refreshToken: Annotated[str, text(1, 200)]  # noqa: N815


async def _client_address(request: Request) -> str:
    address: str = request.scope["state"]["address"]
    await admit_address(address)
    return address


@router.post("/auth/register")
async def post_register(_caller: Everyone, _: Annotated[None, limited("register")], body: Registration) -> Response:
    await register(body)
    return JSONResponse({"status": "accepted"}, 202, media_type=JSON)


@router.post("/auth/login")
async def post_login(_caller: Everyone, address: Annotated[str, Depends(_client_address)], body: Login) -> Response:
    return JSONResponse(await login(body.email, body.password, address), media_type=JSON)


@router.post("/auth/refresh")
async def post_refresh(_caller: Everyone, body: Refresh) -> Response:
    return JSONResponse(await refresh(body.refreshToken), media_type=JSON)


@router.post("/auth/logout")
async def post_logout(caller: Annotated[Caller, only(*ROLES)]) -> Response:
    await logout(caller.session_id)
    return Response(status_code=204, headers={"Clear-Site-Data": '"storage"'})
