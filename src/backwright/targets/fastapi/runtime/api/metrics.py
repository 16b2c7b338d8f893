import asyncio
import os
import time
from asyncio import IncompleteReadError, LimitOverrunError, Server, StreamReader, StreamWriter
from contextlib import suppress
from pathlib import Path

from config.metrics import (
    CONNECTION_COUNT,
    CONNECTION_MAX,
    EVENT_LOOP_DELAY,
    PENDING_REQUESTS,
    PROCESS_MEMORY,
    PROCESS_TIME,
)
from config.settings import settings
from services.data.database import pools
from services.observability.metrics import Sample, exposition, gauge, histogram, total

gauge(
    CONNECTION_COUNT,
    lambda: [
        sample
        for pool in pools()
        for sample in ((pool.used, (pool.name, "used")), (pool.idle, (pool.name, "idle")))
    ],
)
gauge(CONNECTION_MAX, lambda: [(pool.max, (pool.name,)) for pool in pools()])
gauge(PENDING_REQUESTS, lambda: [(pool.waiting, (pool.name,)) for pool in pools()])
total(PROCESS_TIME, time.process_time)


def _memory() -> list[Sample]:
    with suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return [(pages * os.sysconf("SC_PAGESIZE"), ())]
    return []


gauge(PROCESS_MEMORY, _memory)

SAMPLED_SECONDS = 0.05
HEAD_SECONDS = 5

_delayed = histogram(EVENT_LOOP_DELAY)


async def _sample_event_loop() -> None:
    while True:
        due = time.perf_counter() + SAMPLED_SECONDS
        await asyncio.sleep(SAMPLED_SECONDS)
        _delayed(max(0.0, time.perf_counter() - due))


async def _answer(reader: StreamReader, writer: StreamWriter) -> None:
    with suppress(IncompleteReadError, LimitOverrunError, TimeoutError, ConnectionError):
        async with asyncio.timeout(HEAD_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
            if head.startswith(b"GET /metrics HTTP/1."):
                status, content = "200 OK", exposition().encode()
            else:
                status, content = "404 Not Found", b""
            writer.write(
                f"HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
                f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode()
            )
            writer.write(content)
            await writer.drain()
    writer.close()


class Metrics:
    """Serves `GET /metrics` on a port that is nobody's but the operator's."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._sampling = asyncio.create_task(_sample_event_loop())

    @classmethod
    async def listening(cls, port: int) -> "Metrics":
        return cls(await asyncio.start_server(_answer, settings.metrics_host, port))

    @property
    def port(self) -> int:
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def close(self) -> None:
        self._sampling.cancel()
        self._server.close()
