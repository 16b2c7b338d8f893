import time
import traceback
from uuid import uuid4

import structlog
from pydantic_core import to_json
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict

from api.middleware.headers import SECURITY_HEADERS
from config.application import NAME
from config.metrics import METHODS, REQUEST_DURATION
from config.settings import settings
from services.data.batch import Failed
from services.observability.metrics import histogram
from services.observability.tracing import tracer

NAMES = {"critical": "fatal", "warning": "warn"}
QUIET = {"silent": "critical", "fatal": "critical"}


def described(error: BaseException) -> dict[str, object]:
    """Without what else a database error carries: the values of the row that failed."""
    message = str(error).split("\n", 1)[0]
    stack = "".join(traceback.format_tb(error.__traceback__))
    known = {"code": error.error.sqlstate} if isinstance(error, Failed) else {}
    cause = {"cause": described(error.__cause__)} if error.__cause__ else {}
    return {"name": type(error).__name__, "message": message, "stack": stack, **known, **cause}


def with_level(_logger: object, method: str, event: EventDict) -> EventDict:
    event["level"] = NAMES.get(method, method)
    return event


structlog.configure(
    processors=[
        with_level,
        structlog.processors.TimeStamper("iso", utc=True, key="time"),
        structlog.processors.JSONRenderer(lambda event, **_: to_json(event)),
    ],
    wrapper_class=structlog.make_filtering_bound_logger(QUIET.get(settings.log_level, settings.log_level)),
    logger_factory=structlog.ReturnLoggerFactory() if settings.log_level == "silent" else structlog.BytesLoggerFactory(),
    cache_logger_on_first_use=True,
)
log: structlog.typing.FilteringBoundLogger = structlog.get_logger(service=NAME)


_measured = histogram(REQUEST_DURATION)
if tracer:
    tracer.on_dropped = lambda count, reason: log.warning("traces.dropped", count=count, reason=reason)


def _traceparent(scope: Scope) -> str:
    """Two of them are none (W3C Trace Context, 3.2)."""
    found = [value for name, value in scope["headers"] if name == b"traceparent"]
    return found[0].decode("latin-1") if len(found) == 1 else ""


class RequestLog:
    """One line and one measurement per request, the line without query string, body or headers: they may hold personal data."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            # Start and end of the application: what stands between here and the routes is about requests.
            await scope["app"].router(scope, receive, send)
            return
        started = time.perf_counter()
        state = scope["state"]
        state["request_id"] = request_id = str(uuid4())
        span = tracer.request(_traceparent(scope)) if tracer else None
        state["traced"] = traced = {"traceId": span.trace_id} if span else {}
        own_headers = [(b"x-request-id", request_id.encode()), *SECURITY_HEADERS]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                state["status"] = message["status"]
                message["headers"] = [*own_headers, *message["headers"]]
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            seconds = time.perf_counter() - started
            status = 499 if state.get("aborted") else state.get("status", 500)
            method, found = scope["method"], scope.get("route")
            known_method, route = method if method in METHODS else "_OTHER", found.path if found else ""
            _measured(seconds, known_method, route, str(status))
            if tracer and span:
                attributes = {
                    "http.request.method": known_method,
                    "http.route": route,
                    "http.response.status_code": status,
                }
                tracer.end(span, f"{known_method} {route}".strip(), attributes, failed=status >= 500)
            caller = state.get("caller")
            known = {"userId": caller.user_id} if caller else {}
            log.info(
                "request",
                requestId=request_id,
                **traced,
                method=method,
                path=scope["raw_path"].decode("ascii"),
                status=status,
                **known,
                milliseconds=round(seconds * 1000, 1),
            )
