import asyncio
import json
import os
import random
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import structlog

from config.calls import CallSettings
from services.business.perform import Called, Step, perform, unless_pending
from services.business.problem import conflict
from services.data import database
from services.data.database import Transaction
from services.external.caller import Caller
from services.observability.metrics import exposition
from tests.support.database import query
from tests.support.server import Server, start_refused
from tests.support.unique import unique

pytestmark = pytest.mark.anyio

LIMITS = {
    "calls_poll_ms": 100,
    "calls_lease_ms": 1000,
    "calls_attempts": 3,
    "calls_retry_ms": 10,
    "calls_retention_hours": 24,
}
QUIET: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
    None, wrapper_class=structlog.make_filtering_bound_logger("critical")
)
SETTLE = "update internal.calls set state = 'done', outcome = 'done' where id = $1 and state = 'pending' returning id"

Port = Callable[[Any, str], Awaitable[str]]
Outcome = Callable[[Transaction, Called], Awaitable[bytes]]


@pytest.fixture(scope="module", autouse=True)
async def closed(anyio_backend: str) -> AsyncIterator[None]:
    yield
    database.close_database()


def settling(operation: str) -> Outcome:
    """Settles a call as the outcome of its operation does."""
    return lambda tx, call: perform(tx, f"{operation}.done", [Step(SETTLE, [call.id], unless_pending)])


async def done(_given: object, _key: str) -> str:
    return "done"


def intend(operation: str, **given: object) -> str:
    text = "insert into internal.calls (operation, call, input, named_rows) values (%s, %s, %s, '{}') returning id"
    [[row_id]] = query(text, operation, operation, json.dumps(given))
    return str(row_id)


def found(operation: str) -> list[tuple[Any, ...]]:
    return query("select state, outcome, attempts from internal.calls where operation = %s", operation)


async def settled(operation: str, state: str = "done") -> None:
    """Waits until every call of an operation has come to this state."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if {row[0] for row in found(operation)} == {state}:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"not every call of {operation} is {state}")


@asynccontextmanager
async def calling(
    operation: str, port: Port = done, outcome: Outcome | None = None, *, times: int = 1
) -> AsyncIterator[None]:
    """While this many processes make the calls of one operation."""
    outcomes = {f"{operation}.done": outcome or settling(operation)}
    limits = CallSettings.model_validate(LIMITS)
    callers = [Caller(QUIET, {operation: port}, outcomes, limits) for _ in range(times)]
    try:
        yield
    finally:
        for caller in callers:
            await caller.stop()


async def test_the_call_of_an_operation_that_is_committed_is_made_with_what_it_was_told_and_settled() -> None:
    operation, told = unique(), list[object]()

    async def port(given: object, key: str) -> str:
        told.extend((given, key))
        return "done"

    async with calling(operation, port):
        row_id = intend(operation, amount="1.00")
        await settled(operation)
    assert told == [{"amount": "1.00"}, row_id]
    assert found(operation) == [("done", "done", 1)]


async def test_several_processes_make_each_call_once() -> None:
    operation, keys = unique(), list[str]()

    async def port(_given: object, key: str) -> str:
        keys.append(key)
        await asyncio.sleep(random.random() * 0.01)
        return "done"

    async with calling(operation, port, times=3):
        for _ in range(60):
            intend(operation)
        await settled(operation)
    assert len(set(keys)) == len(keys) == 60


async def test_a_call_that_fails_is_made_again_with_the_same_key() -> None:
    operation, keys = unique(), list[str]()

    async def port(_given: object, key: str) -> str:
        keys.append(key)
        if len(keys) < 3:
            raise ConnectionError("not today")
        return "done"

    async with calling(operation, port):
        row_id = intend(operation)
        await settled(operation)
    assert keys == [row_id] * 3


async def test_a_call_that_always_fails_is_given_up() -> None:
    operation = unique()

    async def port(_given: object, _key: str) -> str:
        raise ConnectionError("never")

    async with calling(operation, port):
        intend(operation)
        await settled(operation, "dead")
    assert found(operation) == [("dead", None, 3)]


async def test_a_call_that_hangs_holds_up_no_other_and_is_given_up() -> None:
    operation = unique()

    async def port(given: dict[str, bool], _key: str) -> str:
        if given["hangs"]:
            await asyncio.Event().wait()
        return "done"

    async def comes_to(state: str, *, hangs: bool) -> None:
        text = "select state from internal.calls where operation = %s and input = %s"
        until = time.monotonic() + 30
        while query(text, operation, json.dumps({"hangs": hangs})) != [(state,)]:
            assert time.monotonic() < until
            await asyncio.sleep(0.02)

    async with calling(operation, port):
        intend(operation, hangs=True)
        intend(operation, hangs=False)
        await comes_to("done", hangs=False)
        await comes_to("pending", hangs=True)
        await comes_to("dead", hangs=True)


async def test_an_outcome_happens_once_though_the_process_dies_before_its_commit() -> None:
    operation, keys = unique(), list[str]()

    async def port(_given: object, key: str) -> str:
        keys.append(key)
        return "done"

    async def dying(tx: Transaction, call: Called) -> bytes:
        answer = await settling(operation)(tx, call)
        if len(keys) == 1:
            raise ConnectionError("gone before the commit")
        return answer

    async with calling(operation, port, dying):
        row_id = intend(operation)
        await settled(operation)
    assert keys == [row_id] * 2


async def test_a_call_in_the_hands_of_a_process_that_dies_is_made_by_another() -> None:
    operation = unique()
    intend(operation)
    query("update internal.calls set attempts = 1, due_at = now() + interval '1 second' where operation = %s", operation)
    async with calling(operation):
        await settled(operation)
    assert found(operation) == [("done", "done", 2)]


async def test_an_outcome_with_which_two_processes_come_back_happens_once() -> None:
    operation, happened = unique(), list[str]()

    async def port(_given: object, _key: str) -> str:
        query("update internal.calls set due_at = now() where operation = %s and state = 'pending'", operation)
        await asyncio.sleep(0.3)
        return "done"

    async def follow(tx: Transaction, call: Called) -> bytes:
        answer = await settling(operation)(tx, call)
        happened.append(call.id)
        return answer

    async with calling(operation, port, follow, times=2):
        row_id = intend(operation)
        await settled(operation)
    assert happened == [row_id]


async def test_a_call_whose_outcome_refuses_is_not_made_again() -> None:
    operation = unique()

    async def refuse(tx: Transaction, call: Called) -> bytes:
        await settling(operation)(tx, call)
        raise conflict("too_late", "It is too late.")

    async with calling(operation, done, refuse):
        intend(operation)
        await settled(operation, "refused")
    assert found(operation) == [("refused", "done", 1)]


async def test_an_outcome_that_is_none_of_the_call_is_a_failure() -> None:
    operation = unique()

    async def port(_given: object, _key: str) -> str:
        return "surprise"

    async with calling(operation, port):
        intend(operation)
        await settled(operation, "dead")


async def test_the_call_under_way_is_finished_when_the_server_stops() -> None:
    operation = unique()

    async def slow(_given: object, _key: str) -> str:
        await asyncio.sleep(0.3)
        return "done"

    async with calling(operation, slow):
        intend(operation)
        while found(operation) == [("pending", None, 0)]:
            await asyncio.sleep(0.02)
    assert found(operation) == [("done", "done", 1)]


async def test_a_call_of_a_newer_version_waits_for_a_process_that_knows_it_and_how_long_is_shown() -> None:
    operation = unique()
    intend(operation)
    older = Caller(QUIET, {operation: done}, {}, CallSettings.model_validate(LIMITS))
    await asyncio.sleep(0.5)
    await older.stop()
    assert found(operation) == [("pending", None, 0)]
    [lag] = re.findall("^calls_lag_seconds (.+)$", exposition(), re.MULTILINE)
    assert float(lag) > 0.3
    async with calling(operation):
        await settled(operation)


async def test_a_call_that_was_settled_long_ago_is_deleted() -> None:
    old, recent, waiting = names = [unique(), unique(), unique()]
    insert = """insert into internal.calls (operation, call, input, named_rows, state, settled_at, due_at)
        values (%s, 'none', '{}', '{}', %s, now() - %s::interval, now() + interval '1 day')"""
    query(insert, old, "done", "25 hours")
    query(insert, recent, "dead", "23 hours")
    query(insert, waiting, "pending", None)
    caller = Caller(QUIET, {}, {}, CallSettings.model_validate(LIMITS))
    await caller.purge()
    await caller.stop()
    rows = query("select operation from internal.calls where operation = any(%s)", names)
    assert {operation for (operation,) in rows} == {recent, waiting}
    query("delete from internal.calls where operation = any(%s)", names)


def test_production_starts_only_where_it_is_told_who_answers() -> None:
    production = {
        "ENVIRONMENT": "production",
        "DATABASE_URL": "postgres://x@127.0.0.1/x",
        "RATE_LIMITS": "",
        "MAIL_URL": "smtp://127.0.0.1",
        "MAIL_FROM": "a@example.com",
        "APP_URL": "http://127.0.0.1",
    }
    adapters = [name for name in os.environ if name.endswith("_ADAPTER")]
    status, words = start_refused(**production, **dict.fromkeys(adapters, ""))
    assert status == 78
    assert all(f"configuration: {name}" in words for name in adapters)
    with Server(**production, **dict.fromkeys(adapters, "sandbox")) as server:
        assert server.stop() == 0
