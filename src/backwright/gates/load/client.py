"""An open loop: every request is sent when it is due, whether others were answered or not, and timed from then."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from backwright.gates.crowd import Call
from backwright.gates.wire import BASE

__all__ = ["Measured", "offer"]

_PATIENCE = 10.0
_MOST_CONNECTIONS = 500
_STALE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A request: `seconds` from when it was due to its answer, `late` from then to when the client came to it.

    Without an answer the status is 0.
    """

    call: Call
    status: int
    seconds: float
    late: float


class _Connection:
    """One kept-alive connection that reads answers with a length."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.is_open = True
        self.used = time.perf_counter()

    async def send(self, request: bytes) -> int:
        """The status of the answer."""
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        _, _, after = head.partition(b"\r\ncontent-length:")
        if after:
            await self._reader.readexactly(int(after.partition(b"\r\n")[0]))
        self.is_open = b"\r\nconnection: close" not in head
        self.used = time.perf_counter()
        return int(head.split(b" ", 2)[1])

    def close(self) -> None:
        self.is_open = False
        self._writer.close()

    async def ended(self) -> None:
        self.close()
        await self._writer.wait_closed()


class _Client:
    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self._host, self._port = str(place.hostname), place.port or 80
        self._idle: list[_Connection] = []
        self._turns = asyncio.Semaphore(_MOST_CONNECTIONS)

    def bytes_of(self, call: Call) -> bytes:
        body = b"" if call.body is None else json.dumps(call.body).encode()
        headers = dict(call.headers) | {"Host": f"{self._host}:{self._port}", "Content-Length": str(len(body))}
        if call.body is not None:
            headers["Content-Type"] = "application/json"
        if call.token is not None:
            headers["Authorization"] = f"Bearer {call.token}"
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{call.method} {BASE}{call.path} HTTP/1.1\r\n{lines}\r\n".encode() + body

    async def measure(self, call: Call, request: bytes, due: float) -> Measured:
        connection = None
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(_PATIENCE), self._turns:
                connection = self._fresh() or await self._open()
                status = await connection.send(request)
        except (OSError, EOFError, TimeoutError, ValueError, asyncio.LimitOverrunError):
            status = 0
            if connection:
                connection.close()
        ended = time.perf_counter()
        if connection and connection.is_open:
            self._idle.append(connection)
        return Measured(call, status, ended - due, begun - due)

    def _fresh(self) -> _Connection | None:
        """The one that was used last, unless the server may have closed it meanwhile."""
        connection = self._idle.pop() if self._idle else None
        if connection and time.perf_counter() - connection.used > _STALE_SECONDS:
            connection.close()
            return None
        return connection

    async def _open(self) -> _Connection:
        return _Connection(*await asyncio.open_connection(self._host, self._port))

    async def close(self) -> None:
        await asyncio.gather(*(each.ended() for each in self._idle), return_exceptions=True)


def offer(url: str, calls: Iterator[Call], rate: float, seconds: float) -> list[Measured]:
    """So many calls a second for so long, evenly spread; all of them, in the order in which they were due."""
    return asyncio.run(_offer(url, [next(calls) for _ in range(round(rate * seconds))], rate))


async def _offer(url: str, calls: Sequence[Call], rate: float) -> list[Measured]:
    client = _Client(url)
    prepared = [(call, client.bytes_of(call)) for call in calls]
    began = time.perf_counter() + 0.1
    tasks = []
    for number, (call, request) in enumerate(prepared):
        due = began + number / rate
        wait = due - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(client.measure(call, request, due)))
    measured = await asyncio.gather(*tasks)
    await client.close()
    return measured
