import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from structlog.typing import FilteringBoundLogger

from config.calls import CallSettings, call_settings
from config.metrics import CALL_DURATION
from database.queries.calls import CLAIM, FAIL, PURGE, REFUSE
from services.business.perform import Called, Settled
from services.business.problem import Problem
from services.data.batch import Result, Row, Statement
from services.data.database import Context, Transaction, transaction, write
from services.data.listener import listen
from services.external.log import described
from services.observability.metrics import histogram

# By `PORT.call`, who makes it; the key is the same in every attempt.
Ports = Mapping[str, Callable[[Any, str], Awaitable[str]]]
# By `operation.outcome`, what follows from it.
Outcomes = Mapping[str, Callable[[Transaction, Called], Awaitable[bytes]]]

AT_ONCE = 16
PURGE_SECONDS = 60

observe = histogram(CALL_DURATION)


class Caller:
    """Makes the calls that operations have left behind, and lets happen what follows from them: each outcome once."""

    def __init__(
        self, log: FilteringBoundLogger, ports: Ports, outcomes: Outcomes, limits: CallSettings = call_settings
    ) -> None:
        self._log = log
        self._ports = ports
        self._outcomes = outcomes
        self._limits = limits
        self._under_way: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._wanted = asyncio.Event()
        self._listening = asyncio.create_task(listen("calls", self._wanted.set))
        self._purging = asyncio.create_task(self._purge())
        self._claiming = asyncio.create_task(self._claim())

    async def stop(self, timeout: float) -> None:
        """Claims nothing more, and waits for the calls under way."""
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
        """Deletes calls that were settled long ago."""
        try:
            await _write("purge", PURGE, self._limits.calls_retention_hours)
        except Exception as error:
            self._log.error("calls.failed", err=described(error))

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
                self._log.error("calls.failed", err=described(error))
            with suppress(TimeoutError):
                async with asyncio.timeout(self._limits.calls_poll_ms / 1000):
                    await self._wanted.wait()

    async def _begin(self, free: int) -> None:
        if free == 0:
            return
        claimed = await _write("claim", CLAIM, free, self._limits.calls_lease_ms)
        for row in claimed.rows:
            task = asyncio.create_task(self._make(row))
            self._under_way.add(task)
            task.add_done_callback(self._finish)

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._wanted.set()

    async def _make(self, row: Row) -> None:
        row_id, attempts, operation, name, given, rows = ((each or b"").decode() for each in row)
        about = {"id": row_id, "call": name, "operation": operation, "attempts": int(attempts)}
        try:
            outcome = await self._ask(name, json.loads(given), row_id)
            await self._settle(f"{operation}.{outcome}", Called(row_id, json.loads(rows)), {**about, "outcome": outcome})
        except Exception as error:
            self._log.warning("call.failed", **about, err=described(error))
            await self._fail(row_id, int(attempts), about)

    async def _ask(self, name: str, given: object, key: str) -> str:
        """Outside of any transaction, and given up before the lease ends."""
        started = time.monotonic()
        outcome = "failed"
        try:
            async with asyncio.timeout(self._limits.calls_lease_ms * 0.9 / 1000):
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
            await _write("refuse", REFUSE, call.id, about["attempts"], about["outcome"])
            self._log.error("call.refused", **about, reason=problem.code)

    async def _fail(self, row_id: str, attempts: int, about: Mapping[str, object]) -> None:
        values = (row_id, attempts, self._limits.calls_attempts, self._limits.calls_retry_ms)
        try:
            failed = await _write("fail", FAIL, *values)
            if failed.rows and failed.rows[0][0] == b"dead":
                self._log.error("call.dead", **about)
        except Exception as error:
            self._log.error("calls.failed", err=described(error))


async def _write(name: str, text: str, *values: str | int) -> Result:
    [result] = await write(Context(None, None, "calls"), Statement(f"calls.{name}", text, values))
    return result
