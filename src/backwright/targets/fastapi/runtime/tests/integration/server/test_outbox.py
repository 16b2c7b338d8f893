import asyncio
import json
import os
import random
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
import structlog
from psycopg.sql import SQL, Identifier

from config.application import DATABASE_OWNER
from config.outbox import OutboxSettings
from services.data import database
from services.events.dispatcher import Delivery, Dispatcher, Subscriber
from services.observability.metrics import exposition
from tests.support.database import query
from tests.support.unique import unique

pytestmark = pytest.mark.anyio

LIMITS = {
    "outbox_poll_ms": 100,
    "outbox_lease_ms": 1000,
    "outbox_attempts": 3,
    "outbox_retry_ms": 10,
    "outbox_retention_hours": 24,
}
INSERT = "insert into internal.outbox (event, subject, payload) values (%s, %s, %s) returning id"
QUIET: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
    None, wrapper_class=structlog.make_filtering_bound_logger("critical")
)


@pytest.fixture(scope="module", autouse=True)
async def closed(anyio_backend: str) -> AsyncIterator[None]:
    yield
    database.close_database()


def emit(event: str, subject: str | None = None, **payload: object) -> str:
    [[row_id]] = query(INSERT, event, subject, json.dumps(payload))
    return str(row_id)


async def settled(event: str, state: str = "published", count: int = 1) -> None:
    """Waits until this many events of a name are there and all of them have come to this state."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        states = [found for (found,) in query("select state from internal.outbox where event = %s", event)]
        if len(states) >= count and set(states) == {state}:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"not every {event} is {state}")


def attempts_of(event: str) -> list[tuple[Any, ...]]:
    return query("select state, attempts from internal.outbox where event = %s", event)


@asynccontextmanager
async def delivering(
    event: str, *subscribers: Subscriber, times: int = 1, others: Sequence[str] = (), **limits: int
) -> AsyncIterator[None]:
    """While this many dispatchers deliver one event, and others to nobody."""
    chosen = OutboxSettings.model_validate({**LIMITS, **limits})
    known = {event: subscribers, **dict.fromkeys(others, ())}
    dispatchers = [Dispatcher(QUIET, known, chosen) for _ in range(times)]
    try:
        yield
    finally:
        for dispatcher in dispatchers:
            await dispatcher.stop()


async def test_an_event_that_is_committed_is_delivered_with_its_id_and_payload() -> None:
    event, found = unique(), list[Delivery]()

    async def collect(delivery: Delivery) -> None:
        found.append(delivery)

    async with delivering(event, collect):
        row_id = emit(event, "things/1", size=2)
        await settled(event)
    assert found == [Delivery(row_id, event, "things/1", {"size": 2})]


async def test_an_event_is_announced_where_nobody_polls() -> None:
    event = unique()
    async with delivering(event, outbox_poll_ms=60_000):
        await asyncio.sleep(0.5)
        emit(event)
        await settled(event)


async def test_an_event_of_a_transaction_that_is_rolled_back_never_was() -> None:
    event = unique()
    query("begin")
    emit(event)
    query("rollback")
    assert attempts_of(event) == []


async def test_several_processes_deliver_each_event_once_and_those_of_a_subject_in_order() -> None:
    event, found = unique(), list[Delivery]()

    async def collect(delivery: Delivery) -> None:
        await asyncio.sleep(random.random() * 0.01)
        found.append(delivery)

    async with delivering(event, collect, times=3):
        for number in range(60):
            emit(event, f"{event}/{number % 6}", number=number)
        await settled(event)
    assert len({each.id for each in found}) == len(found) == 60
    for subject in range(6):
        numbers = [each.payload["number"] for each in found if each.subject == f"{event}/{subject}"]
        assert numbers == sorted(numbers)


async def test_a_delivery_that_fails_is_repeated_with_the_same_id_and_those_behind_it_wait() -> None:
    event, found = unique(), list[str]()

    async def collect(delivery: Delivery) -> None:
        found.append(delivery.id)
        if len(found) <= 2:
            raise ConnectionError("not today")

    async with delivering(event, collect):
        first, second = emit(event, event), emit(event, event)
        await settled(event)
    assert found == [first, first, first, second]


async def test_a_delivery_that_always_fails_is_dead_and_the_next_of_its_subject_is_delivered() -> None:
    bad, good = unique(), unique()

    async def refuse(_delivery: Delivery) -> None:
        raise ConnectionError("never")

    async with delivering(bad, refuse, others=[good]):
        emit(bad, bad)
        emit(good, bad)
        await settled(bad, "dead")
        await settled(good)
    assert attempts_of(bad) == [("dead", 3)]


async def test_a_subscriber_that_hangs_holds_up_nobody_else_and_is_given_up() -> None:
    bad, good = unique(), unique()

    async def hang(_delivery: Delivery) -> None:
        await asyncio.Event().wait()

    async with delivering(bad, hang, others=[good]):
        emit(bad)
        emit(good)
        await settled(good)
        assert attempts_of(bad) == [("pending", 1)]
        await settled(bad, "dead")


async def test_an_event_in_the_hands_of_a_process_that_dies_is_delivered_by_another() -> None:
    event = unique()
    query(
        "insert into internal.outbox (event, payload, attempts, due_at) values (%s, '{}', 1, now() + interval '1 second')",
        event,
    )
    async with delivering(event):
        await settled(event)
    assert attempts_of(event) == [("published", 2)]


async def test_the_delivery_under_way_is_finished_when_the_server_stops() -> None:
    event, found = unique(), list[str]()

    async def slow(delivery: Delivery) -> None:
        await asyncio.sleep(0.3)
        found.append(delivery.id)

    async with delivering(event, slow):
        row_id = emit(event)
        while attempts_of(event) == [("pending", 0)]:
            await asyncio.sleep(0.02)
    assert (found, attempts_of(event)) == ([row_id], [("published", 1)])


async def test_a_process_that_comes_back_after_its_lease_settles_nothing() -> None:
    event, late = unique(), asyncio.Event()

    async def outlast(_delivery: Delivery) -> None:
        query("update internal.outbox set attempts = attempts + 1 where event = %s", event)
        late.set()

    async with delivering(event, outlast, outbox_lease_ms=60_000):
        emit(event)
        await late.wait()
    assert attempts_of(event) == [("pending", 2)]
    query("delete from internal.outbox where event = %s", event)


async def test_an_event_of_a_newer_version_waits_for_a_process_that_knows_it_and_its_age_is_shown() -> None:
    event = unique()
    emit(event)
    older = Dispatcher(QUIET, {}, OutboxSettings.model_validate(LIMITS))
    await asyncio.sleep(0.5)
    await older.stop()
    assert attempts_of(event) == [("pending", 0)]
    [lag] = re.findall("^outbox_lag_seconds (.+)$", exposition(), re.MULTILINE)
    assert float(lag) > 0.3
    async with delivering(event):
        await settled(event)


async def test_an_event_that_was_settled_long_ago_is_deleted() -> None:
    old, recent, waiting = names = [unique(), unique(), unique()]
    insert = """insert into internal.outbox (event, payload, state, settled_at, due_at)
        values (%s, '{}', %s, now() - %s::interval, now() + interval '1 day')"""
    query(insert, old, "published", "25 hours")
    query(insert, recent, "dead", "23 hours")
    query(insert, waiting, "pending", None)
    dispatcher = Dispatcher(QUIET, {}, OutboxSettings.model_validate(LIMITS))
    await dispatcher.purge()
    await dispatcher.stop()
    rows = query("select event from internal.outbox where event = any(%s)", names)
    assert {event for (event,) in rows} == {recent, waiting}
    query("delete from internal.outbox where event = any(%s)", names)


async def test_no_event_is_lost_where_transactions_commit_in_another_order_than_they_began() -> None:
    event, found = unique(), list[Any]()

    async def collect(delivery: Delivery) -> None:
        found.append(delivery.payload["number"])

    with psycopg.connect(os.environ["DATABASE_MIGRATION_URL"]) as slow:
        slow.execute(SQL("set role {}").format(Identifier(DATABASE_OWNER)))
        slow.execute(INSERT, (event, "slow", json.dumps({"number": 1})))
        async with delivering(event, collect):
            emit(event, "quick", number=2)
            await settled(event)
            slow.commit()
            await settled(event, count=2)
    assert found == [2, 1]
