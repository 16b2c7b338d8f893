import http.client
import json as notation
import math
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partialmethod
from typing import Protocol

from tests.support.server import Server

SECONDS = float(os.environ.get("LOAD_SECONDS", "10"))
WARMING_SECONDS = 1
# One request of so many is a write.
WRITES = 5
# So many of each kind of read are prepared, and asked again and again.
PREPARED = 20
AT_ONCE = 100


class Bearer(Protocol):
    @property
    def token(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Answer:
    status_code: int


class Client:
    """Sends as httpx does, in a fraction of its time; each thread has a connection of its own."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._own = threading.local()
        self._connections: list[http.client.HTTPConnection] = []

    def request(
        self,
        method: str,
        path: str,
        auth: Bearer | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
    ) -> Answer:
        sent = dict(headers or {})
        if auth:
            sent["Authorization"] = f"Bearer {auth.token}"
        if json is not None:
            sent["Content-Type"] = "application/json"
        connection = self._connection()
        connection.request(method, path, None if json is None else notation.dumps(json), sent)
        answer = connection.getresponse()
        answer.read()
        return Answer(answer.status)

    get = partialmethod(request, "GET")
    post = partialmethod(request, "POST")
    put = partialmethod(request, "PUT")
    patch = partialmethod(request, "PATCH")
    delete = partialmethod(request, "DELETE")

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self._own, "connection"):
            self._own.connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            self._connections.append(self._own.connection)
        connection: http.client.HTTPConnection = self._own.connection
        return connection

    def close(self) -> None:
        for connection in self._connections:
            connection.close()


# Sends a request and looks at its answer.
Ask = Callable[[], None]
# Puts there what a request needs.
Prepare = Callable[[Client], Ask]


@dataclass(frozen=True, slots=True)
class Named:
    name: str
    ask: Ask


@dataclass(frozen=True, slots=True)
class Timed:
    name: str
    ms: float
    error: Exception | None = None


def under_load(*, rate: int, within: int, reads: Sequence[Prepare], writes: Sequence[Prepare]) -> None:
    """Sends each request when it is due, whether or not others are answered: 95 of 100 must be answered `within` so many ms from then."""
    count = math.ceil(rate * SECONDS)
    with Server() as server, closing(Client(server.port)) as client:
        reading = _prepared(client, reads, PREPARED * len(reads))
        writing = _prepared(client, writes, count // WRITES)
        _offer(_mixed(reading, [], rate * WARMING_SECONDS), rate)
        answered = _offer(_mixed(reading, writing, count), rate)
    failed = [each for each in answered if each.error]
    assert not failed, f"{len(failed)} of {len(answered)} requests failed, {failed[0].name} with {failed[0].error!r}"
    names = (prepare.__name__ for prepare in (*reads, *writes))
    kinds = ", ".join(f"{name} {_slowest([each for each in answered if each.name == name])}" for name in names)
    said = f"{len(answered)} requests, 95 of 100 within {_slowest(answered)} ms: {kinds}"
    print(said)
    assert _slowest(answered) <= within, said


def _prepared(client: Client, kinds: Sequence[Prepare], count: int) -> list[Named]:
    ready: list[Named] = []
    while kinds and len(ready) < count:
        ready += [Named(prepare.__name__, prepare(client)) for prepare in kinds]
    return ready


def _mixed(reads: Sequence[Named], writes: Sequence[Named], count: int) -> list[Named]:
    """Reads in turn, and after every fourth a write."""
    left = deque(writes)
    asks: list[Named] = []
    while reads and len(asks) < count:
        for read in reads:
            asks.append(read)
            if left and len(asks) % WRITES == WRITES - 1:
                asks.append(left.popleft())
    return asks[:count]


def _offer(asks: Sequence[Named], rate: int) -> list[Timed]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        began = time.perf_counter()
        running = []
        for turn, each in enumerate(asks):
            due = began + turn / rate
            time.sleep(max(due - time.perf_counter(), 0))
            running.append(pool.submit(_timed, each, due))
        return [each.result() for each in running]


def _timed(each: Named, due: float) -> Timed:
    error = None
    try:
        each.ask()
    except Exception as problem:
        error = problem
    return Timed(each.name, (time.perf_counter() - due) * 1000, error)


def _slowest(requests: Sequence[Timed]) -> int:
    """What 95 of 100 take at most, in ms."""
    times = sorted(each.ms for each in requests)
    return math.ceil(times[math.ceil(len(times) * 0.95) - 1]) if times else 0
