"""Requests at a steady rate while something breaks, and what became of each."""

from __future__ import annotations

import http.client
import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from backwright.gates.crowd import NO_ANSWER, Call
from backwright.gates.wire import BASE, Connection, Reply

__all__ = ["Load", "Outcome", "attempt"]

_CLIENTS = 8
_PAUSE = 0.04
_PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One request: when it was sent, how long its answer took (seconds), and the answer; status 0 is none."""

    call: Call
    reply: Reply
    sent: float
    seconds: float

    @property
    def writes(self) -> bool:
        """Whether it may have changed something."""
        return self.call.method != "GET"

    @property
    def known(self) -> bool:
        """Whether the answer says what happened."""
        return 0 < self.reply.status < 500


def attempt(url: str, call: Call, timeout: float = _PATIENCE, base: str = BASE) -> Outcome:
    """Sends one request on a connection of its own; without an answer its status is 0."""
    sent = time.monotonic()
    connection = Connection(url, timeout, base)
    try:
        reply = connection.call(call.method, call.path, call.body, call.token, call.headers)
    except (OSError, http.client.HTTPException):
        reply = NO_ANSWER
    finally:
        connection.close()
    return Outcome(call, reply, sent, time.monotonic() - sent)


@dataclass(slots=True)
class Load:
    """Clients that send calls in turn to the servers in `urls`, which may change meanwhile.

    Each request has a connection of its own, as behind a proxy that keeps none; about 150 requests a second in all.
    """

    urls: list[str]
    calls: Iterator[Call]
    outcomes: list[Outcome] = field(default_factory=list)
    _ended: threading.Event = field(default_factory=threading.Event)
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _threads: list[threading.Thread] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def __enter__(self) -> Self:
        for _ in range(_CLIENTS):
            thread = threading.Thread(target=self._work, daemon=True)
            self._threads.append(thread)
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(_PATIENCE)

    def between(self, start: float, end: float) -> Sequence[Outcome]:
        """What was sent then, by the monotonic clock."""
        return [each for each in self.outcomes if start <= each.sent < end]

    def _work(self) -> None:
        while not self._ended.is_set():
            with self._turn:
                call, urls = next(self.calls), list(self.urls)
            self.outcomes.append(attempt(urls[next(self._numbers) % len(urls)], call))
            self._ended.wait(_PAUSE)
