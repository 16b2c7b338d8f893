from collections.abc import Callable

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from config.channels import WAITING_BYTES

# Who has been told to go gets so long to say goodbye.
GOODBYE_SECONDS = 2


class SocketProtocol(WebSocketsSansIOProtocol):
    """A socket that is written to at once; what cannot be sent yet is bounded."""

    pinged: Callable[[], object] | None = None

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            self.scope["state"]["socket"] = self

    def handle_ping(self) -> None:
        super().handle_ping()
        if self.pinged:
            self.pinged()

    def keepalive_timeout(self) -> None:
        self.transport.abort()

    def handle_parser_exception(self) -> None:
        """Closed at once, the connection would be reset by what is still on its way, and the code be lost."""
        if self.close_sent or self.conn.close_sent is None:
            return
        self._part(self.conn.close_sent.code, self.conn.close_sent.reason)

    def shutdown(self) -> None:
        if not self.handshake_complete:
            self.transport.abort()
        self.tell('{"type":"stopping"}')
        self.end(1001, "stopping")

    def tell(self, text: str) -> None:
        if not self._is_open():
            return
        content = text.encode()
        if self.transport.get_write_buffer_size() + len(content) > WAITING_BYTES:
            self.end(1013, "too_slow")
            return
        self.conn.send_text(content)
        self.transport.write(b"".join(self.conn.data_to_send()))

    def end(self, code: int, reason: str) -> None:
        if not self._is_open():
            return
        self.conn.send_close(code, reason)
        self._part(code, reason)

    def _is_open(self) -> bool:
        return self.handshake_complete and not self.close_sent and not self.transport.is_closing()

    def _part(self, code: int, reason: str) -> None:
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(GOODBYE_SECONDS, self.transport.abort)
