"""Many requests at once, over real connections."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from backwright.gates.wire import Connection, Reply

__all__ = ["Call", "rush"]

_CONNECTIONS = 40
_TIMEOUT = 30.0
NO_ANSWER = Reply(0, (), "")


@dataclass(frozen=True, slots=True)
class Call:
    """One request."""

    method: str
    path: str
    body: object = None
    token: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def rush(url: str, calls: Sequence[Call], connections: int = _CONNECTIONS) -> list[Reply]:
    """Sends all calls, as many at once as there are connections; the answers in the order of the calls.

    A call that got no answer has the status 0.
    """
    replies = [NO_ANSWER] * len(calls)
    waiting = iter(range(len(calls)))
    turn = threading.Lock()
    count = min(connections, len(calls))
    ready = threading.Barrier(count)

    def work() -> None:
        connection = Connection(url, _TIMEOUT)
        with contextlib.suppress(OSError):
            connection.open()
        ready.wait()
        while True:
            with turn:
                at = next(waiting, None)
            if at is None:
                break
            call = calls[at]
            try:
                replies[at] = connection.call(call.method, call.path, call.body, call.token, call.headers)
            except (OSError, http.client.HTTPException):
                replies[at] = NO_ANSWER
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return replies
