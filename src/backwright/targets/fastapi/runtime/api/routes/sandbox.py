from typing import Annotated

from fastapi import Query, Response
from fastapi.responses import JSONResponse

from api.routing import JSON, strict_router
from config.mail import mail_settings
from database.models.fields import Body, email
from services.external.mailbox import mailbox

router = strict_router(prefix="")


class Parameters(Body):
    to: Annotated[str, email(3, 254)]


if mail_settings.is_sandbox:

    @router.get("/sandbox/mails")
    async def list_mails(parameters: Annotated[Parameters, Query()]) -> Response:
        return JSONResponse({"items": await mailbox(parameters.to)}, media_type=JSON)
