from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.changes import CHANGES
from services.data.cache import cache


class DropChanged:
    """Whoever has written something reads it back: kept answers that show it are dropped before the writer is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return

        async def send_after_drop(message: Message) -> None:
            # A refusal has changed nothing; after a failure nobody knows.
            if message["type"] == "http.response.start" and not 400 <= message["status"] < 500 and "route" in scope:
                for collection in CHANGES.get(f"{scope['method']} {scope['route'].path}", ()):
                    cache.drop(collection)
            await send(message)

        await self._app(scope, receive, send_after_drop)
