from typing import Annotated

from fastapi import Request, Response

from api.controllers import resource
from api.controllers.resource import RowId
from api.middleware.access import Everyone
from api.middleware.authentication import only
from api.routing import strict_router
from database.models.categories import CategoryCreate, CategoryUpdate
from database.queries.categories import categories
from services.security.caller import Caller

router = strict_router()


@router.get("/categories")
async def list_categories(caller: Everyone, request: Request) -> Response:
    return await resource.list_rows(categories, caller, request)


@router.post("/categories")
async def create_category(
    caller: Annotated[Caller, only("staff", "admin")], body: CategoryCreate, request: Request
) -> Response:
    return await resource.create(categories, caller, body, request)


@router.get("/categories/{id}")
async def show_category(caller: Everyone, row_id: RowId, request: Request) -> Response:
    return await resource.show(categories, caller, row_id, request)


@router.patch("/categories/{id}")
async def update_category(
    caller: Annotated[Caller, only("staff", "admin")], row_id: RowId, body: CategoryUpdate, request: Request
) -> Response:
    return await resource.update(categories, caller, row_id, body, request)


@router.delete("/categories/{id}")
async def delete_category(caller: Annotated[Caller, only("admin")], row_id: RowId, request: Request) -> Response:
    return await resource.remove(categories, caller, row_id, request)
