from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse

from api.controllers.resource import RowId, json_response
from api.middleware.access import Everyone
from api.middleware.authentication import only
from api.middleware.limits import limited
from api.routing import JSON, strict_router
from config.application import ROLES
from database.models.fields import ABSENT, Body, email, text, timestamp
from database.models.registration import Password, Registration
from services.security.accounts import (
    change_password,
    register,
    request_reset,
    request_verification,
    reset_password,
    verify_address,
)
from services.security.attempts import admit_address
from services.security.caller import Caller
from services.security.keys import create_key, delete_key, list_keys
from services.security.sessions import Opened, end_session, end_sessions, list_sessions, login, logout, refresh

router = strict_router()


class Address(Body):
    email: Annotated[str, email(3, 254)]


class Login(Address):
    password: Annotated[str, text(1, 128)]


class Refresh(Body):
    refreshToken: Annotated[str, text(1, 200)]  # noqa: N815


async def _client_address(request: Request) -> str:
    address: str = request.scope["state"]["address"]
    await admit_address(address)
    return address


class Verification(Body):
    token: Annotated[str, text(1, 200)]


class Reset(Verification):
    password: Password


class Change(Body):
    currentPassword: Annotated[str, text(1, 128)]  # noqa: N815
    newPassword: Password  # noqa: N815


class Key(Body):
    name: Annotated[str, text(1, 100)]
    # May be left out, and is no null.
    expiresAt: Annotated[str, timestamp()] = ABSENT  # noqa: N815


SignedIn = Annotated[Caller, only(*ROLES)]


def _acting(request: Request, user_id: str) -> None:
    """Says who has proved who they are without a token."""
    request.scope["state"]["user_id"] = user_id


def _opened(request: Request, opened: Opened) -> Response:
    _acting(request, opened.user_id)
    return JSONResponse(opened.tokens, media_type=JSON)


def _accepted() -> Response:
    return JSONResponse({"status": "accepted"}, 202, media_type=JSON)


@router.post("/auth/register")
async def post_register(_caller: Everyone, _: Annotated[None, limited("register")], body: Registration) -> Response:
    await register(body)
    return _accepted()


@router.post("/auth/verification")
async def post_verification(_caller: Everyone, _: Annotated[None, limited("register")], body: Address) -> Response:
    await request_verification(body.email)
    return _accepted()


@router.post("/auth/verify")
async def post_verify(request: Request, _caller: Everyone, body: Verification) -> Response:
    _acting(request, await verify_address(body.token))
    return Response(status_code=204)


@router.post("/auth/password/forgot")
async def post_forgot(_caller: Everyone, _: Annotated[None, limited("register")], body: Address) -> Response:
    await request_reset(body.email)
    return _accepted()


@router.post("/auth/password/reset")
async def post_reset(request: Request, _caller: Everyone, body: Reset) -> Response:
    _acting(request, await reset_password(body.token, body.password))
    return Response(status_code=204)


@router.post("/auth/login")
async def post_login(
    request: Request, _caller: Everyone, address: Annotated[str, Depends(_client_address)], body: Login
) -> Response:
    return _opened(request, await login(body.email, body.password, address))


@router.post("/auth/refresh")
async def post_refresh(request: Request, _caller: Everyone, body: Refresh) -> Response:
    return _opened(request, await refresh(body.refreshToken))


@router.post("/auth/logout")
async def post_logout(caller: SignedIn) -> Response:
    await logout(caller.session_id)
    return Response(status_code=204, headers={"Clear-Site-Data": '"storage"'})


@router.post("/auth/password")
async def post_password(request: Request, caller: SignedIn, body: Change) -> Response:
    await change_password(caller, body.currentPassword, body.newPassword, request.scope["state"]["address"])
    return Response(status_code=204)


@router.get("/auth/sessions")
async def get_sessions(caller: SignedIn) -> Response:
    return json_response(await list_sessions(caller))


@router.delete("/auth/sessions")
async def delete_sessions(caller: SignedIn) -> Response:
    await end_sessions(caller.user_id)
    return Response(status_code=204)


@router.delete("/auth/sessions/{id}")
async def delete_session(caller: SignedIn, row_id: RowId) -> Response:
    await end_session(caller.user_id, row_id)
    return Response(status_code=204)


@router.get("/auth/keys")
async def get_keys(caller: SignedIn) -> Response:
    return json_response(await list_keys(caller.user_id))


@router.post("/auth/keys")
async def post_key(caller: SignedIn, body: Key) -> Response:
    return json_response(await create_key(caller, body.name, body.expiresAt), 201)


@router.delete("/auth/keys/{id}")
async def remove_key(caller: SignedIn, row_id: RowId) -> Response:
    await delete_key(caller.user_id, row_id)
    return Response(status_code=204)
