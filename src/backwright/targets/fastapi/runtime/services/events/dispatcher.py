import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from structlog.typing import FilteringBoundLogger

from config.metrics import OUTBOX_LAG
from config.outbox import OutboxSettings, outbox_settings
from database.queries.outbox import CLAIM, FAIL, LAG, PUBLISH, PURGE
from services.data.batch import Row
from services.data.worker import Limits, Queue, Worker
from services.external.log import described
from services.observability.metrics import latest


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

waited = latest(OUTBOX_LAG)


class Dispatcher(Worker):
    """Delivers events from the outbox to every subscriber: at least once, those of one subject in order."""

    def __init__(
        self, log: FilteringBoundLogger, subscribers: Subscribers, settings: OutboxSettings = outbox_settings
    ) -> None:
        limits = Limits(
            poll_ms=settings.outbox_poll_ms,
            lease_ms=settings.outbox_lease_ms,
            attempts=settings.outbox_attempts,
            retry_ms=settings.outbox_retry_ms,
            retention_hours=settings.outbox_retention_hours,
        )
        super().__init__(Queue("outbox", CLAIM, FAIL, PURGE, LAG, waited, [list(subscribers)]), log, limits)
        self._subscribers = subscribers

    async def work(self, row: Row) -> None:
        position, attempts, row_id, event, subject, payload = (each.decode() if each is not None else None for each in row)
        about = {"id": row_id, "name": event, "subject": subject, "attempts": int(attempts or 0)}
        try:
            delivery = Delivery(row_id or "", event or "", subject, json.loads(payload or "{}"))
            async with self.in_time():
                for subscriber in self._subscribers.get(delivery.event, ()):
                    await subscriber(delivery)
            published = await self.write("publish", PUBLISH, position, attempts)
            if published.count:
                self._log.info("event.published", **about)
        except Exception as error:
            self._log.warning("event.failed", **about, err=described(error))
            if await self.give_back(row):
                self._log.error("event.dead", **about)

    def unavailable(self, error: Exception) -> None:
        self._log.error("outbox.failed", err=described(error))
