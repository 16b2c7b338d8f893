import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from structlog.typing import FilteringBoundLogger

from config.outbox import OutboxSettings, outbox_settings
from database.queries.outbox import CLAIM, FAIL, PUBLISH, PURGE
from services.data.batch import Row, Statement
from services.data.database import Context, write
from services.data.listener import listen
from services.external.log import described


@dataclass(frozen=True, slots=True)
class Delivery:
    # The same in every delivery of one event.
    id: str
    event: str
    # Events of one subject come in order; an event without one comes when it can.
    subject: str | None
    payload: Mapping[str, Any]


Subscriber = Callable[[Delivery], Awaitable[None]]
Subscribers = Mapping[str, Sequence[Subscriber]]

AT_ONCE = 16
PURGE_SECONDS = 60
NOBODY = Context(None, None, "outbox")


class Dispatcher:
    """Delivers events from the outbox to every subscriber: at least once, those of one subject in order."""

    def __init__(
        self, log: FilteringBoundLogger, subscribers: Subscribers, limits: OutboxSettings = outbox_settings
    ) -> None:
        self._log = log
        self._subscribers = subscribers
        self._limits = limits
        self._under_way: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._wanted = asyncio.Event()
        self._listening = asyncio.create_task(listen("outbox", self._wanted.set))
        self._purging = asyncio.create_task(self._purge())
        self._claiming = asyncio.create_task(self._claim())

    async def stop(self, timeout: float) -> None:
        """Claims nothing more, and waits for the deliveries under way."""
        self._stopping = True
        self._wanted.set()
        await self._claiming
        for task in (self._listening, self._purging):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=timeout)
            for task in late:
                task.cancel()

    async def purge(self) -> None:
        """Deletes events that were settled long ago."""
        try:
            await write(NOBODY, Statement("outbox.purge", PURGE, (self._limits.outbox_retention_hours,)))
        except Exception as error:
            self._log.error("outbox.failed", err=described(error))

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
                self._log.error("outbox.failed", err=described(error))
            with suppress(TimeoutError):
                async with asyncio.timeout(self._limits.outbox_poll_ms / 1000):
                    await self._wanted.wait()

    async def _begin(self, free: int) -> None:
        if free == 0:
            return
        [claimed] = await write(NOBODY, Statement("outbox.claim", CLAIM, (free, self._limits.outbox_lease_ms)))
        for row in claimed.rows:
            task = asyncio.create_task(self._deliver(row))
            self._under_way.add(task)
            task.add_done_callback(self._finish)

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._wanted.set()

    async def _deliver(self, row: Row) -> None:
        position, attempts, row_id, event, subject, payload = (each.decode() if each is not None else None for each in row)
        about = {"id": row_id, "name": event, "subject": subject, "attempts": int(attempts or 0)}
        settled = (position, attempts)
        try:
            delivery = Delivery(row_id or "", event or "", subject, json.loads(payload or "{}"))
            # Given up before the lease ends.
            async with asyncio.timeout(self._limits.outbox_lease_ms * 0.9 / 1000):
                for subscriber in self._subscribers.get(delivery.event, ()):
                    await subscriber(delivery)
            [published] = await write(NOBODY, Statement("outbox.publish", PUBLISH, settled))
            if published.count:
                self._log.info("event.published", **about)
        except Exception as error:
            self._log.warning("event.failed", **about, err=described(error))
            await self._fail(settled, about)

    async def _fail(self, settled: tuple[str | None, ...], about: Mapping[str, object]) -> None:
        values = (*settled, self._limits.outbox_attempts, self._limits.outbox_retry_ms)
        try:
            [failed] = await write(NOBODY, Statement("outbox.fail", FAIL, values))
            if failed.rows == [(b"dead",)]:
                self._log.error("event.dead", **about)
        except Exception as error:
            self._log.error("outbox.failed", err=described(error))
