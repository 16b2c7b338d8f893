from typing import Annotated

from fastapi import Response
from fastapi.responses import JSONResponse

from api.middleware.authentication import only
from api.routing import JSON, strict_router
from config.application import ROLES
from services.realtime.tickets import issue_ticket
from services.security.caller import Caller

router = strict_router()


@router.post("/auth/socket-ticket")
async def post_socket_ticket(caller: Annotated[Caller, only(*ROLES)]) -> Response:
    return JSONResponse(await issue_ticket(caller.session_id), 201, media_type=JSON)
