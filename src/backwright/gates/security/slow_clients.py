"""F3, F4: clients that take their time; they dawdle while everything else is tried."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Self

from backwright.gates.security.sockets import connected, head
from backwright.gates.security.stage import Stage

__all__ = ["SlowClients"]

_HEADS, _BODIES, _READERS = 100, 10, 5
_PAUSE = 1.0
_HEAD_WITHIN, _BODY_WITHIN = 15.0, 40.0
_PIPELINED = 300


@dataclass(slots=True)
class _Client:
    connection: socket.socket
    kind: str
    began: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    heard: bytes = b""


@dataclass(slots=True)
class SlowClients:
    """A thread of many connections: heads and bodies that come byte by byte, and answers that nobody reads."""

    url: str
    path: str
    _clients: list[_Client] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        start = head("POST", self.path, {"Content-Type": "application/json", "Content-Length": "1000"})
        for kind, count, first in (
            ("head", _HEADS, f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ".encode()),
            ("body", _BODIES, start),
            ("reader", _READERS, head("GET", self.path) * _PIPELINED),
        ):
            for _ in range(count):
                connection = connected(self.url)
                connection.setblocking(False)
                self._clients.append(_Client(connection, kind))
                with contextlib.suppress(OSError):
                    connection.send(first)
        self._thread = threading.Thread(target=self._dawdle, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        for client in self._clients:
            client.connection.close()

    def _dawdle(self) -> None:
        with selectors.DefaultSelector() as selector:
            for client in self._clients:
                if client.kind != "reader":
                    selector.register(client.connection, selectors.EVENT_READ, client)
            while not self._over.is_set() and selector.get_map():
                deadline = time.monotonic() + _PAUSE
                while (left := deadline - time.monotonic()) > 0:
                    for key, _ in selector.select(left):
                        if self._ended(key.data):
                            selector.unregister(key.fileobj)
                for key in list(selector.get_map().values()):
                    with contextlib.suppress(OSError):
                        key.data.connection.send(b"a")

    def _ended(self, client: _Client) -> bool:
        try:
            received = client.connection.recv(65_536)
        except BlockingIOError:
            return False
        except OSError:
            received = b""
        client.heard += received
        if not received:
            client.ended = time.monotonic()
        return not received

    def judge(self, stage: Stage) -> None:
        """Waits until the last of them should be gone."""
        slow = [client for client in self._clients if client.kind != "reader"]
        deadline = max(client.began for client in slow) + _BODY_WITHIN
        while any(not client.ended for client in slow) and time.monotonic() < deadline:
            time.sleep(0.2)
        for kind, within, check in (("head", _HEAD_WITHIN, "F3"), ("body", _BODY_WITHIN, "F4")):
            clients = [client for client in slow if client.kind == kind]
            late = [each for each in clients if not each.ended or each.ended - each.began > within]
            stage.findings.done(len(clients) - 1)
            reason = f"{check}: of {len(clients)} requests whose {kind} came byte by byte, {len(late)} were still held "
            stage.holds(not late, "gate/security-slow", f"{reason}after {within:g} s")
        said = {client.heard.partition(b"\r\n")[0] for client in slow if client.heard}
        wrong = [
            each.decode("latin-1")
            for each in said
            if not each.startswith((b"HTTP/1.1 408", b"HTTP/1.1 400", b"HTTP/1.1 401"))
        ]
        stage.holds(not wrong, "gate/security-answer", f"F3: slow requests were answered with {', '.join(wrong)}")
