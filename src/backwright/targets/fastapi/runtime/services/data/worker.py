import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from structlog.typing import FilteringBoundLogger

from services.data.batch import Result, Row, Statement
from services.data.database import Context, read, write
from services.data.listener import listen

AT_ONCE = 16
PURGE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Queue:
    # Also the channel that says when there is more.
    name: str
    claim: str
    fail: str
    purge: str
    lag: str
    # Told how long the oldest row has waited, or that nobody knows.
    waited: Callable[[float | None], None]
    # What this process can work on, one list for each further parameter of `claim`.
    known: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Limits:
    poll_ms: int
    lease_ms: int
    attempts: int
    retry_ms: int
    retention_hours: int


class Worker(ABC):
    """Claims rows of a queue that are due, each under a lease, and works on several at once, until it is stopped."""

    def __init__(self, queue: Queue, log: FilteringBoundLogger, limits: Limits) -> None:
        self._log = log
        self._queue = queue
        self._limits = limits
        self._context = Context(None, None, queue.name)
        self._under_way: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._wanted = asyncio.Event()
        besides = (listen(queue.name, self._wanted.set), self._purge(), self._measure())
        self._besides = [asyncio.create_task(each) for each in besides]
        self._claiming = asyncio.create_task(self._claim())

    @abstractmethod
    async def work(self, row: Row) -> None:
        """Works on a row that was claimed, and settles it."""

    @abstractmethod
    def unavailable(self, error: Exception) -> None:
        """Says that the queue cannot be read or written."""

    async def stop(self) -> None:
        """Claims nothing more, and waits for the work under way."""
        self._stopping = True
        self._wanted.set()
        await self._claiming
        for task in self._besides:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def purge(self) -> None:
        """Deletes what was settled long ago, some rows at a time."""
        try:
            while (await self.write("purge", self._queue.purge, self._limits.retention_hours)).count:
                pass
        except Exception as error:
            self.unavailable(error)

    async def write(self, name: str, text: str, *values: str | bytes | int | None) -> Result:
        [result] = await write(self._context, Statement(f"{self._queue.name}.{name}", text, values))
        return result

    async def give_back(self, row: Row) -> bool:
        """To be claimed again after a while; true where there was one attempt too many."""
        limits = self._limits
        failed = await self.write("fail", self._queue.fail, row[0], row[1], limits.attempts, limits.retry_ms)
        return failed.rows == [(b"dead",)]

    def in_time(self) -> asyncio.Timeout:
        """What takes too long is given up before its lease ends."""
        return asyncio.timeout(self._limits.lease_ms * 0.9 / 1000)

    async def _purge(self) -> None:
        while True:
            await asyncio.sleep(PURGE_SECONDS)
            await self.purge()

    async def _claim(self) -> None:
        while not self._stopping:
            self._wanted.clear()
            try:
                await self._begin(AT_ONCE - len(self._under_way))
            except Exception as error:
                self.unavailable(error)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._limits.poll_ms / 1000):
                    await self._wanted.wait()

    async def _begin(self, free: int) -> None:
        if free == 0:
            return
        known = [f"{{{','.join(names)}}}" for names in self._queue.known]
        claimed = await self.write("claim", self._queue.claim, free, self._limits.lease_ms, *known)
        for row in claimed.rows:
            task = asyncio.create_task(self._work(row))
            self._under_way.add(task)
            task.add_done_callback(self._finish)

    async def _work(self, row: Row) -> None:
        try:
            await self.work(row)
        except Exception as error:
            self.unavailable(error)

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._wanted.set()

    async def _measure(self) -> None:
        statement = Statement(f"{self._queue.name}.lag", self._queue.lag, ())
        while True:
            await asyncio.sleep(self._limits.poll_ms / 1000)
            try:
                [lag] = await read(self._context, statement)
                self._queue.waited(float(lag.rows[0][0] or 0))
            except Exception:
                self._queue.waited(None)
