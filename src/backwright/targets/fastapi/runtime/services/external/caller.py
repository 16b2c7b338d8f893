import json
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from structlog.typing import FilteringBoundLogger

from config.calls import CallSettings, call_settings
from config.metrics import CALL_DURATION, CALLS_LAG
from database.queries.calls import CLAIM, FAIL, LAG, PURGE, REFUSE
from services.business.perform import Called, Settled
from services.business.problem import Problem
from services.data.batch import Row
from services.data.database import Context, Transaction, transaction
from services.data.worker import Limits, Queue, Worker
from services.external.log import described
from services.observability.metrics import histogram, latest

# By `PORT.call`, who makes it; the key is the same in every attempt.
Ports = Mapping[str, Callable[[Any, str], Awaitable[str]]]
# By `operation.outcome`, what follows from it.
Outcomes = Mapping[str, Callable[[Transaction, Called], Awaitable[bytes]]]

observe = histogram(CALL_DURATION)
waited = latest(CALLS_LAG)


class Caller(Worker):
    """Makes the calls that operations have left behind, and lets happen what follows from them: each outcome once."""

    def __init__(
        self, log: FilteringBoundLogger, ports: Ports, outcomes: Outcomes, settings: CallSettings = call_settings
    ) -> None:
        limits = Limits(
            poll_ms=settings.calls_poll_ms,
            lease_ms=settings.calls_lease_ms,
            attempts=settings.calls_attempts,
            retry_ms=settings.calls_retry_ms,
            retention_hours=settings.calls_retention_hours,
        )
        operations = {name.rpartition(".")[0] for name in outcomes}
        known = [sorted(operations), sorted(ports)]
        super().__init__(Queue("calls", CLAIM, FAIL, PURGE, LAG, waited, known), log, limits)
        self._ports = ports
        self._outcomes = outcomes

    async def work(self, row: Row) -> None:
        row_id, attempts, operation, name, given, rows = ((each or b"").decode() for each in row)
        about = {"id": row_id, "call": name, "operation": operation, "attempts": int(attempts)}
        try:
            outcome = await self._ask(name, json.loads(given), row_id)
            await self._settle(f"{operation}.{outcome}", Called(row_id, json.loads(rows)), {**about, "outcome": outcome})
        except Exception as error:
            self._log.warning("call.failed", **about, err=described(error))
            if await self.give_back(row):
                self._log.error("call.dead", **about)

    async def _ask(self, name: str, given: object, key: str) -> str:
        """Outside of any transaction."""
        started = time.monotonic()
        outcome = "failed"
        try:
            async with self.in_time():
                outcome = await self._ports[name](given, key)
            return outcome
        finally:
            observe(time.monotonic() - started, name, outcome)

    async def _settle(self, name: str, call: Called, about: Mapping[str, Any]) -> None:
        follow = self._outcomes[name]
        try:
            await transaction(Context(None, None, name), lambda tx: follow(tx, call))
            self._log.info("call.done", **about)
        except Settled:
            # Whoever has settled it in the meantime has done everything.
            return
        except Problem as problem:
            # Its steps would refuse again.
            await self.write("refuse", REFUSE, call.id, about["attempts"], about["outcome"])
            self._log.error("call.refused", **about, reason=problem.code)

    def unavailable(self, error: Exception) -> None:
        self._log.error("calls.failed", err=described(error))
