import time
from typing import Any
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.middleware.headers import SECURITY_HEADERS
from api.middleware.security_log import log_security
from config.limits import TRUSTED_PROXIES
from config.metrics import METHODS, REQUEST_DURATION
from services.external.log import log
from services.observability.metrics import histogram
from services.observability.tracing import tracer
from services.security.address import client_address


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
        state["address"] = _address(scope)
        span = tracer.request(_traceparent(scope)) if tracer else None
        state["traced"] = traced = {"traceId": span.trace_id} if span else {}
        own_headers = [(b"x-request-id", request_id.encode()), *SECURITY_HEADERS]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                state["status"] = message["status"]
                said = {name for name, _ in message["headers"]}
                defaults = [each for each in own_headers if each[0] not in said]
                message["headers"] = [*defaults, *state.get("notices", ()), *_left(state), *message["headers"]]
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
            # What became of it, whether or not the client stayed to hear.
            log_security(state, f"{known_method} {route}", state.get("status", 500))
            caller = state.get("caller")
            known = {"userId": caller.user_id} if caller else {}
            log.info(
                "request",
                requestId=request_id,
                **traced,
                method=method,
                path=scope["raw_path"].decode("ascii"),
                address=state["address"],
                status=status,
                **known,
                milliseconds=round(seconds * 1000, 1),
            )


def _address(scope: Scope) -> str:
    """The client's, where it can be known."""
    connected = scope["client"][0] if scope["client"] else ""
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    return client_address(connected, forwarded.decode("latin-1"), TRUSTED_PROXIES)


def _left(state: dict[str, Any]) -> list[tuple[bytes, bytes]]:
    """What the caller may still ask, by policy."""
    if "policies" not in state:
        return []
    policies, left = ", ".join(state["policies"]), ", ".join(state["left"])
    return [(b"ratelimit-policy", policies.encode()), (b"ratelimit", left.encode())]
