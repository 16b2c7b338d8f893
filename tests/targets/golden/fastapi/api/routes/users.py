from typing import Annotated

from fastapi import Request, Response

from api.controllers import resource
from api.controllers.resource import RowId
from api.middleware.authentication import only
from api.routing import strict_router
from database.models.users import UserUpdate
from database.queries.users import users
from services.security.caller import Caller

router = strict_router()


@router.get("/users")
async def list_users(caller: Annotated[Caller, only("customer", "staff", "admin")], request: Request) -> Response:
    return await resource.list_rows(users, caller, request)


@router.get("/me")
async def show_me(caller: Annotated[Caller, only("customer", "staff", "admin")], request: Request) -> Response:
    return await resource.show(users, caller, caller.user_id, request)


@router.get("/users/{id}")
async def show_user(
    caller: Annotated[Caller, only("customer", "staff", "admin")], row_id: RowId, request: Request
) -> Response:
    return await resource.show(users, caller, row_id, request)


@router.patch("/users/{id}")
async def update_user(
    caller: Annotated[Caller, only("customer", "staff", "admin")], row_id: RowId, body: UserUpdate, request: Request
) -> Response:
    return await resource.update(users, caller, row_id, body, request)
