"""HTTP byte by byte: what is sent need not be what a careful client would send."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["Answer", "Connection", "Sent", "connected"]

# Longer than any request takes that is answered at all.
_SECONDS = 6.0
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """A request, its target and headers as they travel."""

    method: str
    target: str
    headers: Headers
    body: bytes = b""

    def content(self) -> bytes:
        """The bytes of the request; `Content-Length` is added where the headers say nothing of a body's length."""
        headers = list(self.headers)
        framed = any(name.lower() in ("content-length", "transfer-encoding") for name, _ in headers)
        if self.body and not framed:
            headers.append(("Content-Length", str(len(self.body))))
        lines = [f"{self.method} {self.target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + self.body


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 where the server hung up without an answer."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first header of that name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Connection:
    """A connection that is kept as long as the server keeps it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "", parts.port or 80)
        self._socket: socket.socket | None = None

    def exchange(self, sent: Sent) -> Answer:
        """Sends and receives once."""
        for attempt in (1, 2):
            fresh = self._socket is None
            try:
                return self._once(sent)
            except (http.client.HTTPException, OSError):
                self.close()
                # A connection that was kept may have been closed since; a new one has no such excuse.
                if fresh or attempt == 2:
                    return Answer(0)
        raise AssertionError

    def _once(self, sent: Sent) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection(self._address, _SECONDS)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(sent.content())
        response = http.client.HTTPResponse(self._socket, method=sent.method)
        response.begin()
        body = response.read()
        answer = Answer(response.status, tuple(response.getheaders()), body)
        if response.will_close:
            self.close()
        response.close()
        return answer

    def close(self) -> None:
        """Ends it."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection that is closed at the end."""
    connection = Connection(url)
    try:
        yield connection
    finally:
        connection.close()
