import socketserver
import threading
from types import TracebackType
from typing import Literal, Self


class _Conversation(socketserver.StreamRequestHandler):
    server: "Smtp"

    def handle(self) -> None:
        self._say("220 mail.example")
        message: list[str] | None = None
        for line in (each.decode().rstrip("\r\n") for each in self.rfile):
            if message is None:
                message = [] if line.upper() == "DATA" else None
                self._say("250 well" if message is None else "354 go on")
            elif line == ".":
                self._say(self.server.taken("\n".join(message)))
                message = None
            else:
                message.append(line)

    def _say(self, line: str) -> None:
        if line:
            self.wfile.write(f"{line}\r\n".encode())


class Smtp(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it is given (RFC 5321), on a free port."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        # Whole messages with their headers, lines of the text joined again.
        self.messages: list[str] = []
        # What happens to the next message; then all is well again.
        self.next: Literal["kept", "refused", "unanswered"] = "kept"
        # Set when a message has come that is not answered.
        self.holding = threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def to(self, address: str) -> list[str]:
        """The messages to an address."""
        return [message for message in self.messages if f"\nTo: {address}\n" in message]

    def taken(self, message: str) -> str:
        """What is said about a message."""
        wanted, self.next = self.next, "kept"
        if wanted == "refused":
            return "451 not now"
        if wanted == "unanswered":
            self.holding.set()
            return ""
        head, _, body = message.partition("\n\n")
        self.messages.append(f"{head}\n\n" + body.replace("=\n", "").replace("=3D", "="))
        return "250 kept"

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.shutdown()
        self.server_close()
