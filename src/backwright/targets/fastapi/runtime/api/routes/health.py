from fastapi import Response
from fastapi.responses import JSONResponse

from api.routing import JSON, strict_router
from services.data.batch import Failed, Statement, Unreachable
from services.data.database import Context, read

router = strict_router(prefix="")

NOBODY = Context(None, None, "health")
READY = Statement("ready", "select 1")

_stopping = False


def announce_stop() -> None:
    """From now on `/readyz` says 503, so that no new work is sent here."""
    global _stopping
    _stopping = True


@router.get("/livez")
async def live() -> Response:
    return JSONResponse({"status": "alive"}, media_type=JSON)


@router.get("/readyz")
async def ready() -> Response:
    if _stopping:
        return JSONResponse({"status": "stopping"}, 503, media_type=JSON)
    try:
        await read(NOBODY, READY)
    except (Failed, Unreachable):
        return JSONResponse({"status": "database unavailable"}, 503, media_type=JSON)
    return JSONResponse({"status": "ready"}, media_type=JSON)
