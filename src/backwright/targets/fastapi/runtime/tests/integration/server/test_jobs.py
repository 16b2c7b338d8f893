import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
import structlog

from services.business.perform import Passed, Step, Turn, perform, unless_overtaken
from services.data import database
from services.data.database import Transaction
from services.jobs.runner import Job, Runner
from tests.support.database import query
from tests.support.unique import unique

pytestmark = pytest.mark.anyio

QUIET: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
    None, wrapper_class=structlog.make_filtering_bound_logger("critical")
)
REACH = """update internal.jobs set reached = $1::uuid, due_at = now() + interval '1 minute'
where name = $2 and claim = $3::bigint returning name"""


@pytest.fixture(scope="module", autouse=True)
async def closed(anyio_backend: str) -> AsyncIterator[None]:
    yield
    database.close_database()


def ids(count: int) -> list[str]:
    return sorted(str(uuid4()) for _ in range(count))


def job_for(name: str, rows: Sequence[str], work: Callable[[Turn], Awaitable[None]]) -> Job:
    """A job for these rows that does `work` with each of them in its transaction."""

    async def per_row(tx: Transaction, turn: Turn) -> bytes:
        answer = await perform(tx, f"job {name}", [Step(REACH, [turn.row, name, turn.claim], unless_overtaken)])
        await work(turn)
        return answer

    listed = ",".join(rows)
    return Job(
        f"select id from unnest('{{{listed}}}'::uuid[]) as id where $1::uuid is null or id > $1 order by id limit 7",
        "update internal.jobs set started_at = null, reached = null, due_at = now() + interval '1 day'"
        f" where name = '{name}' and claim = $1",
        per_row,
    )


def announce(name: str) -> None:
    query("insert into internal.jobs (name, due_at) values (%s, now())", name)


def found(name: str) -> tuple[Any, ...]:
    """Whether it runs, the row that it has reached, who has it, and whether it is due later."""
    text = "select started_at is not null, reached::text, claim, due_at > now() from internal.jobs where name = %s"
    [row] = query(text, name)
    return row


async def finished(name: str) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        running, _, _, later = found(name)
        if later and not running:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"the job {name} does not come to its end")


@asynccontextmanager
async def running(name: str, job: Job, times: int = 1) -> AsyncIterator[None]:
    """While this many processes know one job; afterwards there is no such job."""
    runners = [Runner(QUIET, {name: job}, 50) for _ in range(times)]
    try:
        yield
    finally:
        for runner in runners:
            await runner.stop()
        query("delete from internal.jobs where name = %s", name)


async def test_several_processes_reach_each_row_once_and_in_order() -> None:
    name, rows, reached = unique(), ids(40), list[str]()

    async def work(turn: Turn) -> None:
        reached.append(turn.row)

    async with running(name, job_for(name, rows, work), times=3):
        announce(name)
        await finished(name)
        assert found(name) == (False, None, 1, True)
    assert reached == rows


async def test_the_others_are_reached_where_a_row_fails_or_is_no_longer_meant() -> None:
    name, rows, reached = unique(), ids(3), list[str]()

    async def work(turn: Turn) -> None:
        if turn.row == rows[0]:
            raise ConnectionError("not this one")
        if turn.row == rows[1]:
            raise Passed
        reached.append(turn.row)

    async with running(name, job_for(name, rows, work)):
        announce(name)
        await finished(name)
    assert reached == [rows[2]]


async def test_the_run_of_a_process_that_died_goes_on_behind_the_last_row_that_was_reached() -> None:
    name, rows, reached = unique(), ids(10), list[str]()

    async def work(turn: Turn) -> None:
        reached.append(turn.row)

    query(
        "insert into internal.jobs (name, due_at, claim, started_at, reached)"
        " values (%s, now() + interval '500 milliseconds', 1, now(), %s)",
        name,
        rows[5],
    )
    async with running(name, job_for(name, rows, work)):
        await finished(name)
        assert found(name) == (False, None, 2, True)
    assert reached == rows[6:]


async def test_a_process_that_comes_back_to_a_run_of_another_leaves_it_alone() -> None:
    name, rows, reached = unique(), ids(3), list[str]()

    async def work(turn: Turn) -> None:
        reached.append(turn.row)

    job = job_for(name, rows, work)

    async def taken_away(tx: Transaction, turn: Turn) -> bytes:
        if turn.row == rows[1]:
            query("update internal.jobs set claim = claim + 1 where name = %s", name)
        return await job.work(tx, turn)

    async with running(name, job._replace(work=taken_away)):
        announce(name)
        await asyncio.sleep(0.7)
        assert found(name) == (True, rows[0], 2, True)
    assert reached == [rows[0]]


async def test_the_row_under_way_is_finished_when_the_server_stops_and_the_others_are_left() -> None:
    name, rows, reached = unique(), ids(3), list[str]()

    async def work(turn: Turn) -> None:
        await asyncio.sleep(0.3)
        reached.append(turn.row)

    announce(name)
    runner = Runner(QUIET, {name: job_for(name, rows, work)}, 50)
    while found(name)[2] == 0:
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)
    await runner.stop()
    assert reached == [rows[0]]
    assert found(name) == (True, rows[0], 1, True)
    query("delete from internal.jobs where name = %s", name)
