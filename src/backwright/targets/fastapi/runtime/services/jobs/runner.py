import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Literal, NamedTuple

from structlog.typing import FilteringBoundLogger

from config.jobs import job_settings
from config.metrics import JOB_ROWS
from database.queries.jobs import CLAIM
from services.business.perform import Overtaken, Passed, Turn
from services.data.batch import Statement, Unreachable
from services.data.database import Context, Transaction, read, transaction, write
from services.external.log import described
from services.observability.metrics import counter


class Job(NamedTuple):
    # Selects the ids of the next rows behind one.
    rows: str
    # Ends a run, and says when the next one is.
    finish: str
    work: Callable[[Transaction, Turn], Awaitable[bytes]]


Reached = Literal["done", "failed", "passed", "overtaken"]

count = counter(JOB_ROWS)


class Runner:
    """Runs jobs when they are due: one process a run, one transaction a row. Whoever dies leaves its run to another one."""

    def __init__(
        self, log: FilteringBoundLogger, jobs: Mapping[str, Job], poll_ms: int = job_settings.jobs_poll_ms
    ) -> None:
        self._log = log
        self._jobs = jobs
        self._poll = poll_ms / 1000
        self._stopping = asyncio.Event()
        self._running = asyncio.create_task(self._keep_running())

    async def stop(self) -> None:
        """Begins no further row, and waits for the one under way."""
        self._stopping.set()
        await self._running

    async def _keep_running(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._run_all()
            except Exception as error:
                self._log.error("jobs.failed", err=described(error))
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll):
                    await self._stopping.wait()

    async def _run_all(self) -> None:
        known = f"{{{','.join(self._jobs)}}}"
        while not self._stopping.is_set():
            [claimed] = await write(Context(None, None, "jobs"), Statement("jobs.claim", CLAIM, (known,)))
            if not claimed.rows:
                return
            name, claim, reached = (each.decode() if each is not None else None for each in claimed.rows[0])
            await self._run(name or "", claim or "", reached)

    async def _run(self, name: str, claim: str, reached: str | None) -> None:
        job = self._jobs[name]
        context = Context(None, None, f"job {name}")
        results = Counter[Reached]()
        while True:
            [found] = await read(context, Statement(f"{context.operation} rows", job.rows, [reached]))
            if not found.rows:
                break
            for (row,) in found.rows:
                if self._stopping.is_set():
                    return
                reached = (row or b"").decode()
                result = await self._reach(context, job, Turn(reached, claim))
                if result == "overtaken":
                    return
                results[result] += 1
                if result != "passed":
                    count(name, result)
        await write(context, Statement(f"{context.operation} finish", job.finish, [claim]))
        self._log.info("job.done", job=name, count=results["done"] + results["failed"], failed=results["failed"])

    async def _reach(self, context: Context, job: Job, turn: Turn) -> Reached:
        try:
            await transaction(context, lambda tx: job.work(tx, turn))
            return "done"
        except Overtaken:
            return "overtaken"
        except Passed:
            return "passed"
        except Unreachable:
            # Nothing is known of the row then: the run goes on from where it was.
            raise
        except Exception as error:
            name = context.operation.removeprefix("job ")
            self._log.error("job.failed", job=name, row=turn.row, err=described(error))
            return "failed"
