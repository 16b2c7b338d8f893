from fastapi import Response
from fastapi.responses import JSONResponse

from api.routing import JSON, strict_router
from services.data.batch import Failed, Statement, Unreachable
from services.data.database import Context, is_exhausted, read

router = strict_router(prefix="")

NOBODY = Context(None, None, "health")
READY = Statement("ready", "select 1")

_stopping = False


def announce_stop() -> None:
    """From now on `/readyz` says 503, so that no new work is sent here."""
    global _stopping
    _stopping = True


def is_stopping() -> bool:
    return _stopping


@router.get("/livez")
async def live() -> Response:
    return JSONResponse({"status": "alive"}, media_type=JSON)


@router.get("/readyz")
async def ready() -> Response:
    status = await _readiness()
    return JSONResponse({"status": status}, 200 if status == "ready" else 503, media_type=JSON)


async def _readiness() -> str:
    if _stopping:
        return "stopping"
    if is_exhausted():
        return "connections exhausted"
    try:
        await read(NOBODY, READY)
    except (Failed, Unreachable):
        return "database unavailable"
    return "stopping" if _stopping else "ready"
