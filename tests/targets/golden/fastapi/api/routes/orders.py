from typing import Annotated

from fastapi import Request, Response

from api.controllers import operation, resource
from api.controllers.operation import IdempotencyKey, input_of
from api.controllers.resource import RowId
from api.middleware.authentication import only
from api.middleware.limits import limited
from api.routing import strict_router
from database.queries import includes
from database.queries.orders import orders
from services.business.cancel_order import cancel_order
from services.business.deliver_order import deliver_order
from services.business.pay_order import pay_order
from services.business.place_order import PlaceOrder, place_order
from services.business.ship_order import ship_order
from services.security.caller import Caller

router = strict_router()


@router.get("/orders")
async def list_orders(caller: Annotated[Caller, only("customer", "staff", "admin")], request: Request) -> Response:
    return await resource.list_rows(orders, caller, request, includes.ORDERS)


@router.post("/orders")
async def post_place_order(
    caller: Annotated[Caller, only("customer")],
    _: Annotated[None, limited("placeOrder")],
    key: IdempotencyKey,
    given: Annotated[PlaceOrder, input_of(PlaceOrder)],
) -> Response:
    return await operation.idempotent("placeOrder", caller, place_order, given, key, 201)


@router.get("/orders/{id}")
async def show_order(
    caller: Annotated[Caller, only("customer", "staff", "admin")], row_id: RowId, request: Request
) -> Response:
    return await resource.show(orders, caller, row_id, request, includes.ORDERS)


@router.post("/orders/{id}/pay")
async def post_pay_order(
    caller: Annotated[Caller, only("staff", "admin")], row_id: RowId, request: Request
) -> Response:
    return await operation.transition("orders.pay", caller, pay_order, orders, row_id, request)


@router.post("/orders/{id}/ship")
async def post_ship_order(
    caller: Annotated[Caller, only("staff", "admin")], row_id: RowId, request: Request
) -> Response:
    return await operation.transition("orders.ship", caller, ship_order, orders, row_id, request)


@router.post("/orders/{id}/deliver")
async def post_deliver_order(
    caller: Annotated[Caller, only("staff", "admin")], row_id: RowId, request: Request
) -> Response:
    return await operation.transition("orders.deliver", caller, deliver_order, orders, row_id, request)


@router.post("/orders/{id}/cancel")
async def post_cancel_order(
    caller: Annotated[Caller, only("customer", "staff", "admin")], row_id: RowId, request: Request
) -> Response:
    return await operation.transition("orders.cancel", caller, cancel_order, orders, row_id, request)
