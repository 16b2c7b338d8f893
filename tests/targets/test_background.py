"""What runs by itself happens once, with several servers and through their sudden death, on every stack."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from uuid import uuid4

import psycopg
import pytest

from backwright.chain.generate import stacks, write_project
from backwright.chain.system import ProjectServer, ProjectSystem
from backwright.chain.toolchain.postgres import start_postgres
from backwright.chain.toolchain.processes import free_port
from backwright.gates.system import Database
from backwright.gates.wire import Connection
from tests.pace import pace
from tests.targets.regenerate import ROOT, compiled, rendered

pytestmark = pytest.mark.slow

RENTALS = ROOT / "tests" / "cases" / "rentals" / "blueprint.yaml"
CALLING = {
    "CALLS": "on",
    "CALLS_POLL_MS": "50",
    "CALLS_LEASE_MS": "1000",
    "DEPOSITS_ADAPTER": "sandbox:declined",
    "OUTBOX": "off",
}
RUNNING = {"JOBS": "on", "JOBS_POLL_MS": "50", "OUTBOX": "off"}
Admin = psycopg.Connection[tuple[object, ...]]


@pytest.fixture(scope="module", params=stacks())
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectSystem]:
    folder = tmp_path_factory.mktemp("project") / "rentals"
    write_project(rendered(RENTALS, request.param), folder)
    with start_postgres(tmp_path_factory.mktemp("cluster") / "data") as server:
        found = ProjectSystem(folder, compiled(RENTALS), server, tmp_path_factory.mktemp("logs"))
        found.install()
        assert found.run("build").code == 0
        yield found


@pytest.fixture
def database(system: ProjectSystem) -> Iterator[Database]:
    with system.migrated(seeded=True) as found:
        yield found


@pytest.fixture
def admin(system: ProjectSystem, database: Database) -> Iterator[Admin]:
    with psycopg.connect(system.postgres.url(database.name), autocommit=True) as connection:
        yield connection


def rent(system: ProjectSystem, server: ProjectServer, admin: Admin, times: int) -> str:
    """A boat that was rented so often, each time by an operation that leaves a call behind."""
    boat = str(uuid4())
    admin.execute("insert into app.boats (id, name, deposit, free) values (%s, %s, 5, %s)", (boat, boat, times))
    login = next(each.login for each in system.project.logins if each.role == "guest")
    with closing(Connection(server.url)) as connection:
        answer = connection.call("POST", "/auth/login", {"email": login, "password": system.password})
        token = str(answer.member("accessToken"))
        for _ in range(times):
            body = {"boatId": boat, "until": "2999-01-01T00:00:00Z"}
            answer = connection.call("POST", "/rentals", body, token, {"Idempotency-Key": str(uuid4())})
            assert answer.status == 201, answer.body
    return boat


def wait(admin: Admin, text: str) -> None:
    until = time.monotonic() + 30 * pace()
    while admin.execute(text.encode()).fetchone() != (0,):
        assert time.monotonic() < until, f"it stays: {text}"
        time.sleep(0.05)


PENDING = "select count(*) from internal.calls where state = 'pending'"


def what_became_of(admin: Admin, boat: str) -> tuple[object, ...] | None:
    text = """select count(*), min(refused), max(refused), min(status), max(status), min(free), (select count(*)
        from internal.outbox where event = 'RentalCancelled') from app.rentals join app.boats on boats.id = boat_id
        where boat_id = %s"""
    return admin.execute(text, (boat,)).fetchone()


def logged(server: ProjectServer, event: str) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in server.log().splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == event]


def test_two_servers_make_each_call_once(system: ProjectSystem, database: Database, admin: Admin) -> None:
    with ExitStack() as stack:
        first, second = (stack.enter_context(system.serve(database, CALLING)) for _ in range(2))
        boat = rent(system, first, admin, 20)
        wait(admin, PENDING)
        assert what_became_of(admin, boat) == (20, 1, 1, "cancelled", "cancelled", 20, 20)
        done = Counter(str(line["id"]) for server in (first, second) for line in logged(server, "call.done"))
        assert (len(done), set(done.values())) == (20, {1})


def test_what_follows_from_calls_happens_once_though_servers_are_killed(
    system: ProjectSystem, database: Database, admin: Admin
) -> None:
    with system.serve(database, CALLING | {"CALLS": "off"}) as server:
        boat = rent(system, server, admin, 60)
    for patience in (0.0, 0.02, 0.05):
        server = system.start(database, free_port(), CALLING)
        time.sleep(patience)
        server.process.kill()
        server.stop()
    with system.serve(database, CALLING):
        wait(admin, PENDING)
    assert what_became_of(admin, boat) == (60, 1, 1, "cancelled", "cancelled", 60, 60)
    assert admin.execute("select state, outcome, count(*) from internal.calls group by 1, 2").fetchall() == [
        ("done", "declined", 60)
    ]


def test_steps_that_refuse_leave_a_call_for_somebody_to_look_at(
    system: ProjectSystem, database: Database, admin: Admin
) -> None:
    with system.serve(database, CALLING | {"CALLS": "off"}) as server:
        rent(system, server, admin, 1)
    admin.execute("update app.rentals set status = 'cancelled' where status = 'requested'")
    with system.serve(database, CALLING | {"DEPOSITS_ADAPTER": "sandbox"}) as server:
        wait(admin, PENDING)
        assert admin.execute("select state, outcome, attempts from internal.calls").fetchall() == [
            ("refused", "held", 1)
        ]
        until = time.monotonic() + 5 * pace()
        while not (found := logged(server, "call.refused")) and time.monotonic() < until:
            time.sleep(0.05)
    assert [(line["outcome"], line["reason"], line["level"]) for line in found] == [
        ("held", "cancelled_meanwhile", "error")
    ]


def test_events_are_delivered_though_servers_are_killed_and_the_next_version_finds_its_own(
    system: ProjectSystem, database: Database, admin: Admin
) -> None:
    insert = """insert into internal.outbox (event, subject, payload)
        select %s, 'boats/' || n %% 7, '{}' from generate_series(1, 300) as n"""
    admin.execute(insert, ("RentalEnded",))
    delivering = {"OUTBOX": "on", "OUTBOX_POLL_MS": "50", "OUTBOX_LEASE_MS": "1000"}
    for patience in (0.0, 0.05):
        server = system.start(database, free_port(), delivering)
        time.sleep(patience)
        server.process.kill()
        server.stop()
    admin.execute("insert into internal.outbox (event, payload) values ('OfTheNextVersion', '{}')")
    with system.serve(database, delivering) as server:
        wait(admin, "select count(*) from internal.outbox where event = 'RentalEnded' and state = 'pending'")
        assert {line["name"] for line in logged(server, "event.published")} == {"RentalEnded"}
    assert admin.execute(
        "select event, state, attempts from internal.outbox where event <> 'RentalEnded'"
    ).fetchall() == [("OfTheNextVersion", "pending", 0)]


def test_two_servers_run_a_job_once(system: ProjectSystem, database: Database, admin: Admin) -> None:
    admin.execute("delete from app.rentals")
    text = """insert into app.rentals (guest_id, boat_id, deposit, status, until, created_at)
        select (select id from app.members limit 1), (select id from app.boats limit 1), 5, 'booked',
          now() - interval '1 hour', now() - interval '1 hour' from generate_series(1, 250)"""
    admin.execute(text)
    admin.execute("update app.boats set free = 0")
    with ExitStack() as stack:
        servers = [stack.enter_context(system.serve(database, RUNNING)) for _ in range(2)]
        wait(admin, "select count(*) from app.rentals where status <> 'over'")
        wait(admin, "select count(*) from internal.jobs where name = 'endLate' and started_at is not null")
        until = time.monotonic() + 5 * pace()
        done: list[dict[str, object]] = []
        while not done and time.monotonic() < until:
            done = [line for each in servers for line in logged(each, "job.done") if line["job"] == "endLate"]
    assert [(line["count"], line["failed"]) for line in done] == [(250, 0)]
    [[told, about]] = admin.execute(
        "select count(*), count(distinct subject) from internal.outbox where event = 'RentalEnded'"
    ).fetchall()
    assert (told, about) == (250, 250)
    assert admin.execute("select max(free) from app.boats").fetchone() == (250,)


def test_a_job_goes_on_where_a_server_was_killed(system: ProjectSystem, database: Database, admin: Admin) -> None:
    admin.execute("delete from app.rentals")
    admin.execute("update app.boats set free = 0")
    [[boats]] = admin.execute("select count(*) from app.boats").fetchall()
    reached = "(select id from app.boats order by id offset 3 limit 1)"
    changes = f"due_at = now(), started_at = now(), claim = 7, reached = {reached}"
    admin.execute(f"update internal.jobs set {changes} where name = 'remind'")
    with system.serve(database, RUNNING):
        wait(admin, "select count(*) from internal.jobs where name = 'remind' and started_at is not null")
    [[told]] = admin.execute("select count(*) from internal.outbox where event = 'BoatMissed'").fetchall()
    assert isinstance(boats, int)
    assert told == boats - 4
