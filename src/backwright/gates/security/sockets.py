"""HTTP/1.1 as an attacker speaks it: any bytes, at any pace, and what came back."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from backwright.gates.wire import Reply

__all__ = ["Heard", "connected", "head", "replies_in", "say"]

_QUIET = 0.4
_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Heard:
    """Every answer on a connection, whether the server closed it, and how many bytes it took first."""

    replies: tuple[Reply, ...]
    closed: bool
    taken: int
    seconds: float

    @property
    def first(self) -> Reply:
        """The first answer; status 0 where there was none."""
        return self.replies[0] if self.replies else Reply(0, (), "")


def connected(url: str, timeout: float = 10.0, source: str = "") -> socket.socket:
    """A TCP connection to a server, from an address of this machine if one is given."""
    parts = urlsplit(url)
    own = (source, 0) if source else None
    return socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 80), timeout, own)


def head(method: str, target: str, headers: Iterable[tuple[str, str]] | Mapping[str, str] = ()) -> bytes:
    """A request's head with a Host of its own."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in pairs)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def say(url: str, *parts: bytes, timeout: float = 10.0, source: str = "") -> Heard:
    """Sends the parts until the server has enough of them, and listens until it is quiet or has closed."""
    started, taken, data, closed = time.monotonic(), 0, b"", True
    with contextlib.suppress(OSError), contextlib.closing(connected(url, timeout, source)) as connection:
        with contextlib.suppress(OSError):
            for part in parts:
                connection.sendall(part)
                taken += len(part)
        closed = False
        while not closed and time.monotonic() - started < timeout:
            connection.settimeout(_QUIET if replies_in(data) else timeout)
            try:
                received = connection.recv(_CHUNK)
            except TimeoutError:
                break
            except OSError:
                closed = True
                break
            closed = not received
            data += received
    return Heard(tuple(replies_in(data)), closed, taken, time.monotonic() - started)


def replies_in(data: bytes) -> list[Reply]:
    """The complete answers in what was received."""
    found = []
    while data:
        above, separator, rest = data.partition(b"\r\n\r\n")
        if not separator or not above.startswith(b"HTTP/1."):
            break
        first, *lines = above.decode("latin-1").split("\r\n")
        pairs = [line.partition(":") for line in lines]
        headers = tuple((name.strip(), value.strip()) for name, _, value in pairs)
        status = int(first.split()[1])
        reply = Reply(status, headers, "")
        length = int(reply.header("content-length") or 0)
        if len(rest) < length:
            break
        if status != 100:
            found.append(Reply(status, headers, rest[:length].decode("utf-8", "replace")))
        data = rest[length:]
    return found
