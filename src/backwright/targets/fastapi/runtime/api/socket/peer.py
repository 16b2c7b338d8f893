import json
import time
from collections.abc import Mapping

from starlette.websockets import WebSocket

from api.socket.messages import Subscribe, Unsubscribe, read_message
from api.socket.protocol import SocketProtocol
from config.channels import BURST, MESSAGES_PER_SECOND
from config.metrics import SOCKET_MESSAGES
from services.external.log import log
from services.observability.metrics import counter
from services.realtime.addresses import Address
from services.realtime.hub import hub
from services.security.caller import Caller

_count = counter(SOCKET_MESSAGES)


class Peer:
    """One open socket."""

    def __init__(self, socket: SocketProtocol, caller: Caller) -> None:
        self.caller = caller
        self.addresses: dict[str, Address] = {}
        self._socket = socket
        self._credit: float = BURST
        self._credited_at = time.monotonic()
        socket.pinged = self._is_admitted

    async def run(self, websocket: WebSocket, request_id: str) -> None:
        """Until the socket is closed."""
        opened = time.monotonic()
        hub.join(self)
        code = 1006
        try:
            while (message := await websocket.receive())["type"] == "websocket.receive":
                if self._is_admitted():
                    _count("received")
                    await self._receive(message.get("text"))
            code = message.get("code", code)
        finally:
            hub.leave(self)
            milliseconds = round((time.monotonic() - opened) * 1000)
            user_id = self.caller.user_id
            log.info("socket.closed", requestId=request_id, userId=user_id, code=code, milliseconds=milliseconds)

    def tell(self, message: Mapping[str, object] | str) -> None:
        _count("sent")
        self._socket.tell(message if isinstance(message, str) else json.dumps(message, separators=(",", ":")))

    def end(self, code: int, reason: str) -> None:
        self._socket.end(code, reason)

    async def _receive(self, text: str | None) -> None:
        if text is None:
            self.end(1003, "binary")
            return
        match read_message(text):
            case Subscribe(id=request, channel=channel, after=after):
                await hub.subscribe(self, request, channel, after)
            case Unsubscribe(id=request, channel=channel):
                await hub.unsubscribe(self, request, channel)
            case request_id:
                self.tell({"type": "error", "id": request_id, "code": "invalid_message"})

    def _is_admitted(self) -> bool:
        """So many at once, and so many a second after that."""
        now = time.monotonic()
        earned = (now - self._credited_at) * MESSAGES_PER_SECOND
        self._credit = min(BURST, self._credit + earned) - 1
        self._credited_at = now
        if self._credit < 0:
            self.end(1008, "too_many_messages")
        return self._credit >= 0
