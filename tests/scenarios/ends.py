"""The sockets of a scenario: what is said to the server, and what comes back in its order."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import ExitStack
from urllib.parse import quote

from backwright.gates.realtime.client import Socket
from tests.pace import pace
from tests.scenarios.form import Ending, Hearing, Saying, Silence
from tests.scenarios.matching import filled, mismatch, pointed

__all__ = ["Ends"]

_PATH = "/v1/socket?ticket="
_SECONDS = 10.0


class Ends:
    """Our ends of sockets, by their names; `leaving` closes them."""

    def __init__(self, url: str, leaving: ExitStack) -> None:
        self._url = url
        self._leaving = leaving
        self._sockets: dict[str, Socket] = {}
        self._looked_at: dict[str, int] = {}

    def open(self, name: str, ticket: str) -> str | None:
        """Connects; why it could not."""
        socket = Socket(self._url, _PATH + quote(ticket))
        self._leaving.callback(socket.close)
        self._sockets[name], self._looked_at[name] = socket, 0
        return None if socket.status == 101 else f"expected 101, found {socket.head}"

    def take(self, step: Saying | Hearing | Silence | Ending, kept: dict[str, str]) -> str | None:
        """One step; where it ends otherwise than expected."""
        socket = self._sockets[step.socket]
        match step:
            case Saying():
                message = filled(step.message, kept)
                assert isinstance(message, dict)
                socket.say(message)
                return None
            case Hearing():
                return self._hear(step, kept)
            case Silence():
                time.sleep(step.seconds)
                said = socket.messages[self._looked_at[step.socket] :]
                return f"expected nothing, found {said!r}" if said else None
            case Ending():
                code = socket.closed(_SECONDS * pace())
                return None if code == step.code else f"expected the end with {step.code}, found {code}"

    def _hear(self, step: Hearing, kept: dict[str, str]) -> str | None:
        socket, place = self._sockets[step.socket], self._looked_at[step.socket]
        if not socket.until(lambda: len(socket.messages) > place, _SECONDS * pace()):
            return "no message came"
        self._looked_at[step.socket] += 1
        message: Mapping[str, object] = socket.messages[place]
        apart = mismatch(filled(step.message, kept), message)
        for name, pointer in step.keep.items() if apart is None else ():
            kept[name] = str(pointed(message, pointer))
        return apart
