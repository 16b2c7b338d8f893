"""Jobs on a real PostgreSQL: when they are due, who has a run, which rows it finds and what it may do with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from backwright.chain.toolchain.postgres import PostgresServer, start_postgres
from backwright.lowering.database import database
from backwright.lowering.operations import all_routines
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.relational.jobs import CLAIM as TAKE
from backwright.lowering.relational.jobs import finish, rows
from backwright.lowering.routines import CLAIM, lower_routine
from backwright.plan.build import compile_blueprint
from backwright.plan.model import Job, Plan
from backwright.targets.postgres.migration import roles, up

RENTALS = Path(__file__).parents[1] / "cases" / "rentals" / "blueprint.yaml"
Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture(scope="module")
def plan() -> Plan:
    compiled, problems = compile_blueprint(RENTALS.read_text(encoding="utf-8"), "rentals.yaml")
    assert compiled is not None, problems
    return compiled


@pytest.fixture
def job(plan: Plan) -> Job:
    return next(each for each in plan.jobs if each.name == "endLate")


@pytest.fixture(scope="module")
def postgres(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    built = database(plan)
    with start_postgres(tmp_path_factory.mktemp("jobs") / "data") as server:
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
        admin.execute("update internal.jobs set due_at = now(), claim = 0, started_at = null, reached = null")
        admin.execute("delete from app.rentals")
    one, other = (psycopg.connect(postgres.url(), cursor_factory=psycopg.RawCursor) for _ in range(2))
    for each in (one, other):
        each.execute("set role rentals_app")
        each.execute("set lock_timeout = '300ms'")
        each.commit()
    with one, other:
        yield one, other


def rentals(postgres: PostgresServer, *states: str) -> list[UUID]:
    """Rentals in these states, in the order of their ids; all of them ended an hour ago."""
    found = sorted(uuid4() for _ in states)
    with psycopg.connect(postgres.url()) as admin:
        guest, boat = uuid4(), uuid4()
        admin.execute("insert into app.members (id, email, name) values (%s, %s, 'A')", (guest, f"{guest}@example.com"))
        admin.execute("insert into app.boats (id, name, deposit, free) values (%s, %s, 5, 0)", (boat, str(boat)))
        columns = "id, guest_id, boat_id, deposit, status, until, created_at"
        for row_id, state in zip(found, states, strict=True):
            values = "%s, %s, %s, 5, %s, now() - interval '1 hour', now() - interval '1 hour'"
            admin.execute(f"insert into app.rentals ({columns}) values ({values})", (row_id, guest, boat, state))
    return found


def act(connection: Connection, operation: str, user: str = "") -> None:
    text = "select set_config('app.operation', $1, true), set_config('app.user_id', $2, true)"
    connection.execute(text, (operation, user))


def taken(connection: Connection, *names: str) -> list[tuple[object, ...]]:
    act(connection, "jobs")
    return connection.execute(TAKE, (list(names),)).fetchall()


def reached(plan: Plan, connection: Connection, claim: int, row: UUID) -> list[int]:
    """How many rows each statement about one row of a run has selected."""
    act(connection, "job endLate")
    routine = next(each for each in all_routines(plan) if each.name == "job endLate")
    found = []
    for statement in lower_routine(plan, routine, Conditions(plan)):
        result = connection.execute(statement.text, [claim if each == CLAIM else row for each in statement.parameters])
        found.append(len(result.fetchall()) if result.description else 0)
    return found


def test_a_job_is_taken_by_one_and_again_when_nobody_goes_on(connections: tuple[Connection, Connection]) -> None:
    one, other = connections
    assert taken(one, "remind", "unknown") == [("remind", 1, None)]
    assert taken(other, "remind") == []
    one.commit()
    assert taken(other, "remind") == []
    other.execute("update internal.jobs set due_at = now() - interval '1 second' where name = 'remind'")
    assert taken(other, "remind") == [("remind", 2, None)]


def test_a_run_finds_its_rows_one_behind_the_other(
    plan: Plan, postgres: PostgresServer, connections: tuple[Connection, Connection], job: Job
) -> None:
    one, _ = connections
    first, _, third, _ = rentals(postgres, "booked", "over", "booked", "requested")
    taken(one, "endLate")
    one.commit()
    with psycopg.connect(postgres.url()) as admin:
        text = """insert into app.rentals (guest_id, boat_id, deposit, status, until, created_at)
            select guest_id, boat_id, 5, 'booked', until, now() + interval '1 second' from app.rentals limit 1"""
        admin.execute(text)
    act(one, "job endLate")
    found = rows(plan, job, Conditions(plan))
    assert one.execute(found, (None,)).fetchall() == [(first,), (third,)]
    assert one.execute(found, (first,)).fetchall() == [(third,)]
    one.commit()
    act(one, "job endLate", user=str(uuid4()))
    assert one.execute(found, (None,)).fetchall() == []


def test_a_row_is_worked_on_under_the_last_claim_while_it_is_still_meant(
    plan: Plan, postgres: PostgresServer, connections: tuple[Connection, Connection]
) -> None:
    one, other = connections
    first, second = rentals(postgres, "booked", "cancelled")
    taken(one, "endLate")
    one.commit()
    assert reached(plan, one, 2, first)[0] == 0
    one.rollback()
    selected = reached(plan, one, 1, first)
    assert (selected[0], selected[3]) == (1, 0)
    one.commit()
    assert reached(plan, other, 1, second)[3] == 1
    other.rollback()
    with psycopg.connect(postgres.url()) as admin:
        text = (
            "select status, (select reached from internal.jobs where name = 'endLate') from app.rentals where id = %s"
        )
        assert admin.execute(text, (first,)).fetchone() == ("over", first)


def test_the_end_of_a_run_says_when_the_next_one_is(
    plan: Plan, connections: tuple[Connection, Connection], job: Job
) -> None:
    one, _ = connections
    taken(one, "endLate")
    act(one, "job endLate")
    assert one.execute(finish(job), (2,)).rowcount == 0
    assert one.execute(finish(job), (1,)).rowcount == 1
    text = "select due_at - now() = interval '15 minutes', started_at is null from internal.jobs where name = 'endLate'"
    assert one.execute(text).fetchone() == (True, True)
    remind = next(each for each in plan.jobs if each.name == "remind")
    taken(one, "remind")
    act(one, "job remind")
    one.execute(finish(remind), (1,))
    [[due]] = one.execute("select due_at from internal.jobs where name = 'remind'").fetchall()
    assert isinstance(due, datetime)
    now = datetime.now(UTC)
    assert due.astimezone(UTC).strftime("%H:%M:%S") == ("18:00:00" if 6 <= now.hour < 18 else "06:00:00")
    assert 0 < (due - now).total_seconds() <= 12 * 3600


def test_a_job_touches_no_other_job_and_nothing_that_its_steps_do_not_name(
    connections: tuple[Connection, Connection],
) -> None:
    one, _ = connections
    act(one, "job endLate")
    assert one.execute("select name from internal.jobs").fetchall() == [("endLate",)]
    assert one.execute("update internal.jobs set claim = 9 where name = 'remind'").rowcount == 0
    assert one.execute("select * from app.members").fetchall() == []
    act(one, "rent")
    assert one.execute("select name from internal.jobs").fetchall() == []
