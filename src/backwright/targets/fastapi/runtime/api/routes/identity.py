from typing import Annotated

from fastapi import Response
from fastapi.responses import JSONResponse

from api.middleware.authentication import only
from api.routing import JSON, strict_router
from config.application import ROLES
from database.models.fields import Body, email, text
from database.models.registration import Password, Registration
from services.security.accounts import register, request_reset, request_verification, reset_password, verify_address
from services.security.caller import Caller
from services.security.sessions import login, logout, refresh

router = strict_router()


class Address(Body):
    email: Annotated[str, email(3, 254)]


class Login(Address):
    password: Annotated[str, text(1, 128)]


class Refresh(Body):
    refreshToken: Annotated[str, text(1, 200)]  # noqa: N815


class Verification(Body):
    token: Annotated[str, text(1, 200)]


class Reset(Verification):
    password: Password


def _accepted() -> Response:
    return JSONResponse({"status": "accepted"}, 202, media_type=JSON)


@router.post("/auth/register")
async def post_register(body: Registration) -> Response:
    await register(body)
    return _accepted()


@router.post("/auth/verification")
async def post_verification(body: Address) -> Response:
    await request_verification(body.email)
    return _accepted()


@router.post("/auth/verify")
async def post_verify(body: Verification) -> Response:
    await verify_address(body.token)
    return Response(status_code=204)


@router.post("/auth/password/forgot")
async def post_forgot(body: Address) -> Response:
    await request_reset(body.email)
    return _accepted()


@router.post("/auth/password/reset")
async def post_reset(body: Reset) -> Response:
    await reset_password(body.token, body.password)
    return Response(status_code=204)


@router.post("/auth/login")
async def post_login(body: Login) -> Response:
    return JSONResponse(await login(body.email, body.password), media_type=JSON)


@router.post("/auth/refresh")
async def post_refresh(body: Refresh) -> Response:
    return JSONResponse(await refresh(body.refreshToken), media_type=JSON)


@router.post("/auth/logout")
async def post_logout(caller: Annotated[Caller, only(*ROLES)]) -> Response:
    await logout(caller.session_id)
    return Response(status_code=204, headers={"Clear-Site-Data": '"storage"'})
