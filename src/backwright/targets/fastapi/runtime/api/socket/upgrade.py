from api.middleware.unreadable import LimitedProtocol
from config.channels import SOCKET_PATH


class UpgradingProtocol(LimitedProtocol):
    """Hands the handshakes of sockets over. What asks for another protocol stays an ordinary request."""

    def _stay(self, rest: bytes) -> None:
        if self.parser.get_method() != b"GET" or self.url.partition(b"?")[0] != SOCKET_PATH.encode() or not self._is_asked():
            super()._stay(rest)
            return
        self._arrived()
        self._set_timer(None)
        self.scope["method"] = "GET"
        self.handle_websocket_upgrade()
        if rest:
            self.transport.get_protocol().data_received(rest)  # type: ignore[attr-defined]

    def _is_asked(self) -> bool:
        return any(name == b"upgrade" and value.lower() == b"websocket" for name, value in self.headers)
