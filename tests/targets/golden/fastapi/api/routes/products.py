from typing import Annotated

from fastapi import Request, Response

from api.controllers import resource
from api.controllers.resource import RowId
from api.middleware.access import Everyone
from api.middleware.authentication import only
from api.routing import strict_router
from database.models.products import ProductCreate, ProductUpdate
from database.queries import includes
from database.queries.products import products
from services.security.caller import Caller

router = strict_router()


@router.get("/products")
async def list_products(caller: Everyone, request: Request) -> Response:
    return await resource.list_rows(products, caller, request, includes.PRODUCTS)


@router.post("/products")
async def create_product(
    caller: Annotated[Caller, only("staff", "admin")], body: ProductCreate, request: Request
) -> Response:
    return await resource.create(products, caller, body, request)


@router.get("/products/{id}")
async def show_product(caller: Everyone, row_id: RowId, request: Request) -> Response:
    return await resource.show(products, caller, row_id, request, includes.PRODUCTS)


@router.patch("/products/{id}")
async def update_product(
    caller: Annotated[Caller, only("staff", "admin")], row_id: RowId, body: ProductUpdate, request: Request
) -> Response:
    return await resource.update(products, caller, row_id, body, request)


@router.delete("/products/{id}")
async def delete_product(caller: Annotated[Caller, only("admin")], row_id: RowId, request: Request) -> Response:
    return await resource.remove(products, caller, row_id, request)
