import json
import socket
from dataclasses import dataclass
from typing import Any

from tests.support.server import Server


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)


def rest(connection: socket.socket) -> bytes:
    """Everything that the server says until it closes the connection."""
    with connection:
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def parsed(message: bytes) -> Answer:
    """The first answer in what a server said."""
    head, _, content = message.partition(b"\r\n\r\n")
    status, *fields = head.decode("latin-1").split("\r\n")
    headers = dict(field.lower().split(": ", 1) for field in fields)
    return Answer(int(status.split(" ")[1]), headers, content[: int(headers.get("content-length", 0))])


def sent(server: Server, message: bytes) -> Answer:
    """The answer to a message after which the server closes the connection."""
    connection = server.connect()
    connection.sendall(message)
    return parsed(rest(connection))
