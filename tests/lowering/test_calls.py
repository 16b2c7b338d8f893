"""Calls of outside systems on a real PostgreSQL: who may intend one, who may settle it, and what follows once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from backwright.chain.toolchain.postgres import PostgresServer, start_postgres
from backwright.lowering.database import database
from backwright.lowering.operations import all_routines
from backwright.lowering.relational.calls import QUERIES
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.routines import CALL, lower_routine
from backwright.plan.build import compile_blueprint
from backwright.plan.model import Plan
from backwright.targets.postgres.migration import roles, up

RENTALS = Path(__file__).parents[1] / "cases" / "rentals" / "blueprint.yaml"
INTEND = "insert into internal.calls (operation, call, input, named_rows) values ($1, $2, '{}', '{}')"
Connection = psycopg.Connection[tuple[object, ...]]
STATEMENTS = dict(QUERIES)
CLAIM, FAIL, REFUSE = (STATEMENTS[name] for name in ("claim", "fail", "refuse"))
KNOWN = (["rent"], ["deposits.hold"])


@pytest.fixture(scope="module")
def plan() -> Plan:
    compiled, problems = compile_blueprint(RENTALS.read_text(encoding="utf-8"), "rentals.yaml")
    assert compiled is not None, problems
    return compiled


@pytest.fixture(scope="module")
def postgres(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    built = database(plan)
    with start_postgres(tmp_path_factory.mktemp("calls") / "data") as server:
        with psycopg.connect(server.url(), autocommit=True) as admin:
            admin.execute(roles(built).encode())
            admin.execute("grant create on database postgres to rentals_owner")
            admin.execute("set role rentals_owner")
            admin.execute(up(built).encode())
        yield server


@pytest.fixture
def connections(postgres: PostgresServer) -> Iterator[tuple[Connection, Connection]]:
    """Two of the application's."""
    with psycopg.connect(postgres.url()) as admin:
        admin.execute("delete from internal.calls")
    one, other = (psycopg.connect(postgres.url(), cursor_factory=psycopg.RawCursor) for _ in range(2))
    for each in (one, other):
        each.execute("set role rentals_app")
        each.execute("set lock_timeout = '300ms'")
        each.commit()
    with one, other:
        yield one, other


@pytest.fixture
def rental(postgres: PostgresServer) -> UUID:
    guest, boat, found = uuid4(), uuid4(), uuid4()
    with psycopg.connect(postgres.url()) as admin:
        admin.execute("insert into app.members (id, email, name) values (%s, %s, 'A')", (guest, f"{guest}@example.com"))
        admin.execute("insert into app.boats (id, name, deposit, free) values (%s, %s, 5, 0)", (boat, str(boat)))
        columns = "id, guest_id, boat_id, deposit, until"
        admin.execute(f"insert into app.rentals ({columns}) values (%s, %s, %s, 5, now())", (found, guest, boat))
    return found


def act(connection: Connection, operation: str, role: str = "", user: str = "") -> None:
    text = "select set_config('app.operation', $1, true), set_config('app.role', $2, true)"
    connection.execute(f"{text}, set_config('app.user_id', $3, true)", (operation, role, user))


def intended(connection: Connection, rental: UUID) -> object:
    """The call of the operation `settle` or `rent`, as somebody has left it behind."""
    act(connection, "rent", "guest")
    text = "insert into internal.calls (operation, call, input, named_rows) values ('rent', 'deposits.hold', '{}', $1)"
    connection.execute(text, (json.dumps({"rental": str(rental)}),))
    connection.commit()
    act(connection, "calls")
    [[row_id, *_]] = connection.execute(CLAIM, (10, 60_000, *KNOWN)).fetchall()
    connection.commit()
    return row_id


def run(plan: Plan, connection: Connection, name: str, **values: object) -> list[int]:
    """How many rows each statement of what follows has selected."""
    act(connection, name)
    routine = next(each for each in all_routines(plan) if each.name == name)
    found = []
    for statement in lower_routine(plan, routine, Conditions(plan)):
        given = [values["call"] if each == CALL else values[each] for each in statement.parameters]
        result = connection.execute(statement.text, given)
        found.append(len(result.fetchall()) if result.description else 0)
    return found


def looked_up(postgres: PostgresServer, rental: UUID) -> tuple[object, ...] | None:
    text = """select status, refused, free, (select array_agg(state || ' ' || outcome) from internal.calls)
        from app.rentals join app.boats on boats.id = boat_id where rentals.id = %s"""
    with psycopg.connect(postgres.url()) as admin:
        return admin.execute(text, (rental,)).fetchone()


def test_only_the_operation_intends_its_own_call(connections: tuple[Connection, Connection]) -> None:
    connection, _ = connections
    for operation, role, row in (
        ("rent", "keeper", ("rent", "deposits.hold")),
        ("settle", "keeper", ("rent", "deposits.hold")),
        ("rent", "guest", ("rent", "deposits.release")),
        ("calls", "guest", ("rent", "deposits.hold")),
    ):
        act(connection, operation, role)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(INTEND, row)
        connection.rollback()
    act(connection, "rent", "guest")
    connection.execute(INTEND, ("rent", "deposits.hold"))
    assert connection.execute("select * from internal.calls").fetchall() == []


def test_what_follows_happens_once(
    plan: Plan, postgres: PostgresServer, connections: tuple[Connection, Connection], rental: UUID
) -> None:
    one, other = connections
    call = intended(one, rental)
    assert run(plan, one, "rent.declined", call=call, rental=rental)[0] == 1
    act(other, "rent.declined")
    with pytest.raises(psycopg.errors.LockNotAvailable):
        run(plan, other, "rent.declined", call=call, rental=rental)
    other.rollback()
    one.commit()
    assert run(plan, other, "rent.declined", call=call, rental=rental)[0] == 0
    other.rollback()
    assert looked_up(postgres, rental) == ("cancelled", 1, 1, ["done declined"])


def test_an_outcome_settles_no_call_of_another_operation_and_none_under_another_name(
    plan: Plan, connections: tuple[Connection, Connection], rental: UUID
) -> None:
    one, _ = connections
    call = intended(one, rental)
    assert run(plan, one, "settle.released", call=call)[0] == 0
    one.rollback()
    act(one, "rent.declined")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        one.execute("update internal.calls set state = 'done', outcome = 'held' where id = $1", (call,))
    one.rollback()
    act(one, "rent.declined", user=str(uuid4()))
    assert one.execute("select * from internal.calls").fetchall() == []
    assert one.execute("select * from app.rentals where id = $1", (rental,)).fetchall() == []


def test_what_follows_writes_what_its_steps_name_and_nothing_else(
    plan: Plan, connections: tuple[Connection, Connection], rental: UUID
) -> None:
    one, _ = connections
    intended(one, rental)
    act(one, "rent.held")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        one.execute("update app.rentals set refused = 3 where id = $1", (rental,))
    one.rollback()
    act(one, "rent.held")
    assert one.execute("select * from app.boats").fetchall() == []
    assert one.execute("select * from app.members").fetchall() == []


def test_a_call_is_claimed_by_one_and_again_after_its_lease(
    connections: tuple[Connection, Connection], rental: UUID
) -> None:
    one, other = connections
    call = intended(one, rental)
    for connection in (one, other):
        act(connection, "calls")
        assert connection.execute(CLAIM, (10, 60_000, *KNOWN)).fetchall() == []
    one.execute("update internal.calls set due_at = now() - interval '1 second'")
    for operations, calls in (("", "deposits.hold"), ("rent", "")):
        assert one.execute(CLAIM, (10, 60_000, [operations], [calls])).fetchall() == []
    assert [row[:2] for row in one.execute(CLAIM, (10, 60_000, *KNOWN)).fetchall()] == [(call, 2)]
    act(other, "calls")
    assert other.execute(CLAIM, (10, 60_000, *KNOWN)).fetchall() == []


def test_who_comes_back_after_the_lease_gives_up_nothing(
    connections: tuple[Connection, Connection], rental: UUID
) -> None:
    one, _ = connections
    call = intended(one, rental)
    act(one, "calls")
    assert one.execute(FAIL, (call, 2, 1, 10)).fetchall() == []
    assert one.execute(REFUSE, (call, 2, "held")).rowcount == 0
    assert one.execute(FAIL, (call, 1, 2, 10)).fetchall() == [("pending",)]
    assert one.execute(FAIL, (call, 1, 1, 10)).fetchall() == [("dead",)]
    assert one.execute(REFUSE, (call, 1, "held")).rowcount == 0
