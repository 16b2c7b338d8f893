"""The outbox on a real PostgreSQL: who may emit, who may read, and in which order events become visible."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from backwright.chain.toolchain.postgres import PostgresServer, start_postgres
from backwright.lowering.database import database
from backwright.lowering.operations import routines
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.relational.outbox import QUERIES
from backwright.lowering.routines import lower_routine
from backwright.plan.build import compile_blueprint
from backwright.plan.model import Plan
from backwright.targets.postgres.migration import roles, up

WORKSHOP = Path(__file__).parents[1] / "cases" / "workshop" / "blueprint.yaml"
EMIT = "insert into internal.outbox (event, subject, payload) values ($1, $2, '{}')"
Connection = psycopg.Connection[tuple[object, ...]]
STATEMENTS = dict(QUERIES)


@pytest.fixture(scope="module")
def plan() -> Plan:
    compiled, problems = compile_blueprint(WORKSHOP.read_text(encoding="utf-8"), "workshop.yaml")
    assert compiled is not None, problems
    return compiled


@pytest.fixture(scope="module")
def postgres(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    built = database(plan)
    with start_postgres(tmp_path_factory.mktemp("outbox") / "data") as server:
        with psycopg.connect(server.url(), autocommit=True) as admin:
            admin.execute(roles(built).encode())
            admin.execute("grant create on database postgres to workshop_owner")
            admin.execute("set role workshop_owner")
            admin.execute(up(built).encode())
        yield server


@pytest.fixture
def connections(postgres: PostgresServer) -> Iterator[tuple[Connection, Connection]]:
    """Two of the application's."""
    with psycopg.connect(postgres.url()) as admin:
        admin.execute("delete from internal.outbox")
    one, other = (psycopg.connect(postgres.url(), cursor_factory=psycopg.RawCursor) for _ in range(2))
    for each in (one, other):
        each.execute("set role workshop_app")
        each.execute("set lock_timeout = '300ms'")
        each.commit()
    with one, other:
        yield one, other


def act(connection: Connection, operation: str, role: str = "mechanic") -> None:
    text = "select set_config('app.operation', $1, true), set_config('app.role', $2, true)"
    connection.execute(text, (operation, role))


def emitting(plan: Plan, connection: Connection, operation: str, **given: object) -> None:
    """The statements about the outbox of one operation, in its transaction."""
    act(connection, operation)
    routine = next(each for each in routines(plan) if each.name == operation)
    for statement in lower_routine(plan, routine, Conditions(plan)):
        if "outbox" in statement.text or "advisory" in statement.text:
            assert statement.parameters == ("input",)
            connection.execute(statement.text, (json.dumps(given),))


def claimed(
    connection: Connection, lease: int = 60_000, known: tuple[str, ...] = ("StockChanged", "BellRung", "MaterialsTaken")
) -> list[tuple[object, ...]]:
    act(connection, "outbox")
    return connection.execute(STATEMENTS["claim"], (10, lease, list(known))).fetchall()


def test_an_operation_inserts_the_events_that_it_names_and_no_others(
    connections: tuple[Connection, Connection],
) -> None:
    connection, _ = connections
    refused = (("take", "mechanic", "BellRung"), ("take", "customer", "StockChanged"), ("", "", "BellRung"))
    for operation, role, event in refused:
        act(connection, operation, role)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(EMIT, (event, None))
        connection.rollback()
    for operation, role, event in (("take", "mechanic", "StockChanged"), ("ring", "", "BellRung")):
        act(connection, operation, role)
        connection.execute(EMIT, (event, None))


def test_nobody_but_the_dispatcher_reads_or_settles_events(connections: tuple[Connection, Connection]) -> None:
    connection, _ = connections
    act(connection, "ring")
    connection.execute(EMIT, ("BellRung", None))
    assert connection.execute("select from internal.outbox").fetchall() == []
    assert connection.execute("update internal.outbox set state = 'published'").rowcount == 0
    assert connection.execute("delete from internal.outbox").rowcount == 0
    act(connection, "outbox")
    assert len(connection.execute("select from internal.outbox").fetchall()) == 1
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("update internal.outbox set payload = '[]'")


def test_who_emits_about_a_row_that_it_does_not_write_waits_for_others_who_do(
    plan: Plan, connections: tuple[Connection, Connection]
) -> None:
    one, other = connections
    first, second = str(uuid4()), str(uuid4())
    emitting(plan, one, "take", repairId=first, uses=[])
    emitting(plan, other, "take", repairId=second, uses=[])
    with pytest.raises(psycopg.errors.LockNotAvailable):
        emitting(plan, other, "take", repairId=first, uses=[])
    other.rollback()
    one.commit()
    emitting(plan, other, "take", repairId=first, uses=[])
    other.commit()
    assert [(event, subject) for _, _, _, event, subject, _ in claimed(one)] == [
        ("MaterialsTaken", f"repairs/{first}"),
    ]


def test_of_each_subject_the_first_pending_event_is_claimed_by_one_process(
    connections: tuple[Connection, Connection],
) -> None:
    one, other = connections
    act(one, "take")
    for subject in ("a", "a", "b", None, None):
        one.execute(EMIT, ("StockChanged", subject))
    one.commit()
    found = claimed(one)
    assert sorted(str(subject) for *_, subject, _ in found) == ["None", "None", "a", "b"]
    assert claimed(other) == []
    other.rollback()
    one.commit()
    assert claimed(other) == []
    position, attempts = next((row[0], row[1]) for row in found if row[4] == "a")
    assert other.execute(STATEMENTS["publish"], (position, 7)).rowcount == 0
    assert other.execute(STATEMENTS["publish"], (position, attempts)).rowcount == 1
    other.commit()
    assert [subject for *_, subject, _ in claimed(other)] == ["a"]


def test_a_failed_delivery_is_due_later_and_dead_in_the_end(connections: tuple[Connection, Connection]) -> None:
    connection, _ = connections
    act(connection, "ring")
    connection.execute(EMIT, ("BellRung", None))
    delays: list[float] = []
    for attempt in range(1, 4):
        ((position, attempts, *_),) = claimed(connection, lease=1)
        assert attempts == attempt
        ((state,),) = connection.execute(STATEMENTS["fail"], (position, attempts, 3, 60_000)).fetchall()
        ((delay,),) = connection.execute(
            "select extract(epoch from due_at - now())::float from internal.outbox"
        ).fetchall()
        delays.append(float(str(delay)))
        assert claimed(connection) == []
        connection.execute("update internal.outbox set due_at = now()")
        assert state == ("dead" if attempt == 3 else "pending")
    assert [30 <= delays[0] <= 60, 60 <= delays[1] <= 120] == [True, True]
    assert claimed(connection) == []


def test_events_that_nobody_here_knows_wait_for_a_process_that_knows_them(
    connections: tuple[Connection, Connection],
) -> None:
    connection, other = connections
    act(connection, "ring")
    connection.execute(EMIT, ("BellRung", None))
    connection.commit()
    assert claimed(other, known=("StockChanged",)) == []
    [[_, _, _, event, *_]] = claimed(other)
    assert event == "BellRung"
    [[lag]] = other.execute(STATEMENTS["lag"]).fetchall()
    assert 0 <= float(str(lag)) < 60
