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
from api.routes import categories, health, identity, orders, products, sandbox, socket_ticket, users
from api.routing import refuse_invalid, refuse_unknown
from api.socket.handshake import socket_route
from config.calls import call_settings
from config.outbox import outbox_settings
from services.data.database import close_database
from services.events.dispatcher import Dispatcher
from services.events.subscribers import SUBSCRIBERS
from services.external.caller import Caller
from services.external.delivery import delivery
from services.external.log import log
from services.external.outcomes import OUTCOMES
from services.external.port_adapters import PORTS
from services.security.cleaning import keep_clean
from services.security.limit_store import store


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    cleaning = asyncio.create_task(keep_clean())
    delivery.start()
    caller = Caller(log, PORTS, OUTCOMES) if call_settings.calls == "on" else None
    dispatcher = Dispatcher(log, SUBSCRIBERS) if outbox_settings.outbox == "on" else None
    yield
    if caller:
        await caller.stop()
    if dispatcher:
        await dispatcher.stop()
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
    for part in (health, sandbox, identity, socket_ticket, users, categories, products, orders):
        app.router.routes.extend(part.router.routes)
    app.router.routes.append(socket_route)
    return app
