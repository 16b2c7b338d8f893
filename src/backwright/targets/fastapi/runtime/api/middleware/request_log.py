import time
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.middleware.headers import SECURITY_HEADERS
from services.external.log import log

class RequestLog:
    """One line per request, without query string, body or headers: they may hold personal data."""

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
        own_headers = [(b"x-request-id", request_id.encode()), *SECURITY_HEADERS]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                state["status"] = message["status"]
                message["headers"] = [*own_headers, *message["headers"]]
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            caller = state.get("caller")
            known = {"userId": caller.user_id} if caller else {}
            log.info(
                "request",
                requestId=request_id,
                method=scope["method"],
                path=scope["raw_path"].decode("ascii"),
                status=499 if state.get("aborted") else state.get("status", 500),
                **known,
                milliseconds=round((time.perf_counter() - started) * 1000, 1),
            )
