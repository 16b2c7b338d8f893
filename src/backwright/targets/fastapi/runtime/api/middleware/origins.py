from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.middleware.headers import header_of
from config.application import EXPOSED_HEADERS, SHARED_HEADERS, SHARED_METHODS
from config.settings import settings

VARY = (b"vary", b"Origin")
PERMITTED = [
    (b"access-control-allow-methods", SHARED_METHODS),
    (b"access-control-allow-headers", SHARED_HEADERS),
    (b"access-control-max-age", b"600"),
]


class Origins:
    """Lets pages of known origins use this API, and answers what their browsers ask beforehand (Fetch Standard, 3.3)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._known = {origin.encode() for origin in settings.cors_origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._known:
            await self._app(scope, receive, send)
            return
        origin = header_of(scope, b"origin")
        own_headers = [VARY]
        if origin is not None and origin in self._known:
            own_headers.append((b"access-control-allow-origin", origin))
            if scope["method"] == "OPTIONS" and header_of(scope, b"access-control-request-method") is not None:
                headers = [*own_headers, *PERMITTED]
                await send({"type": "http.response.start", "status": 204, "headers": headers})
                await send({"type": "http.response.body", "body": b""})
                return
            own_headers.append((b"access-control-expose-headers", EXPOSED_HEADERS))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*own_headers, *message["headers"]]
            await send(message)

        await self._app(scope, receive, send_with_headers)
