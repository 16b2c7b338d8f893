import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from api.dispatch import Dispatch
from api.middleware.authentication import Authentication
from api.middleware.body import StrictBody
from api.middleware.limits import Limits
from api.middleware.origins import Origins
from api.middleware.problems import Problems
from api.middleware.request_log import RequestLog
from api.routes import categories, health, identity, orders, products, sandbox, users
from api.routing import refuse_invalid, refuse_unknown
from services.data.database import close_database
from services.external.delivery import delivery
from services.security.cleaning import keep_clean
from services.security.limit_store import store


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    cleaning = asyncio.create_task(keep_clean())
    delivery.start()
    yield
    cleaning.cancel()
    await delivery.stop()
    close_database()
    await store.close()


def application() -> FastAPI:
    app = FastAPI(
        lifespan=lifespan,
        # The contract is a file of its own; what the framework would derive is not served.
        openapi_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.add_exception_handler(RequestValidationError, refuse_invalid)
    app.add_exception_handler(HTTPException, refuse_unknown)
    app.add_middleware(Dispatch, routes=app.router.routes)
    probes = {route.path for part in (health, sandbox) for route in part.router.routes if isinstance(route, APIRoute)}
    app.add_middleware(Limits, probes=probes)
    app.add_middleware(Authentication, probes=probes)
    for middleware in (StrictBody, Problems, Origins, RequestLog):
        app.add_middleware(middleware)
    # In the order of matching.
    for part in (health, sandbox, identity, users, categories, products, orders):
        app.router.routes.extend(part.router.routes)
    return app
