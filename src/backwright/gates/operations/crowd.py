"""Requests without pause while servers are replaced; none may fail."""

from __future__ import annotations

import http.client
import threading
from collections import Counter
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from backwright.gates.wire import BASE, Connection

__all__ = ["Crowd"]

_CLIENTS, _PAUSE, _PATIENCE = 4, 0.02, 15.0


@dataclass(slots=True)
class Crowd:
    """GET of one path from the first of `urls` that takes the connection, each time on a connection of its own."""

    urls: list[str]
    path: str
    token: str | None = None
    base: str = BASE
    answers: Counter[str] = field(default_factory=Counter)
    _ended: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        for number in range(_CLIENTS):
            thread = threading.Thread(target=self._work, args=(number,), daemon=True)
            self._threads.append(thread)
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(_PATIENCE)

    def _work(self, number: int) -> None:
        while not self._ended.wait(_PAUSE):
            number += 1
            self.answers[self._ask(number)] += 1

    def _ask(self, number: int) -> str:
        for at in range(len(self.urls)):
            connection = Connection(self.urls[(number + at) % len(self.urls)], _PATIENCE, self.base)
            try:
                return str(connection.call("GET", self.path, None, self.token).status)
            except ConnectionRefusedError:
                continue
            except (OSError, http.client.HTTPException) as error:
                return type(error).__name__
            finally:
                connection.close()
        return "nobody listens"
