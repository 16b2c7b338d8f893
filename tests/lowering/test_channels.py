"""How channels are served, on a real PostgreSQL: what is new, what is replayed, who may listen, what a ticket opens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from backwright.chain.toolchain.postgres import PostgresServer, start_postgres
from backwright.lowering.database import database
from backwright.lowering.relational.channels import Listening, channel_statements, listening, ticket_statements
from backwright.lowering.relational.conditions import Conditions
from backwright.plan.build import compile_blueprint
from backwright.plan.model import Plan
from backwright.targets.postgres.migration import roles, up

WORKSHOP = Path(__file__).parents[1] / "cases" / "workshop" / "blueprint.yaml"
Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture(scope="module")
def plan() -> Plan:
    compiled, problems = compile_blueprint(WORKSHOP.read_text(encoding="utf-8"), "workshop.yaml")
    assert compiled is not None, problems
    return compiled


@pytest.fixture(scope="module")
def postgres(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    built = database(plan)
    with start_postgres(tmp_path_factory.mktemp("channels") / "data") as server:
        with psycopg.connect(server.url(), autocommit=True) as admin:
            admin.execute(roles(built).encode())
            admin.execute("grant create on database postgres to workshop_owner")
            admin.execute("set role workshop_owner")
            admin.execute(up(built).encode())
        yield server


@pytest.fixture
def owner(postgres: PostgresServer) -> Iterator[Connection]:
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("delete from internal.outbox")
        yield connection


@pytest.fixture
def application(postgres: PostgresServer, owner: Connection) -> Iterator[Connection]:
    del owner
    with psycopg.connect(postgres.url(), cursor_factory=psycopg.RawCursor, autocommit=True) as connection:
        connection.execute("set role workshop_app")
        yield connection


def emit(connection: Connection, event: str, subject: str | None = None, **payload: object) -> str:
    text = "insert into internal.outbox (event, subject, payload) values (%s, %s, %s) returning id"
    ((found,),) = connection.execute(text, (event, subject, json.dumps(payload))).fetchall()
    return str(found)


def ask(connection: Connection, who: tuple[str, str, str], text: str, *values: object) -> list[tuple[object, ...]]:
    with connection.transaction():
        set_all = (
            "select set_config('app.user_id', $1, true), set_config('app.role', $2, true),"
            " set_config('app.operation', $3, true)"
        )
        connection.execute(set_all, who)
        return connection.execute(text, values).fetchall()


CHANNELS = ("", "", "channels")


def followed(plan: Plan, connection: Connection, snapshot: object) -> tuple[object, list[str]]:
    statements = dict(channel_statements(plan))
    ((seen, events),) = ask(connection, CHANNELS, statements["follow"], snapshot)
    assert isinstance(events, list)
    return seen, [each["id"] for each in events]


def snapshot_of(plan: Plan, connection: Connection) -> object:
    ((found,),) = ask(connection, CHANNELS, dict(channel_statements(plan))["snapshot"])
    return found


def channel(plan: Plan, address: str) -> Listening:
    return next(each for each in listening(plan, Conditions(plan)) if each.channel.address == address)


def test_what_is_new_comes_once_also_when_it_commits_late(
    plan: Plan, postgres: PostgresServer, owner: Connection, application: Connection
) -> None:
    emit(owner, "BellRung")
    first = snapshot_of(plan, application)
    with psycopg.connect(postgres.url()) as slow:
        late = emit(slow, "BellRung", "slow")
        emit(slow, "RepairBegun", "rolled/back")
        quick = emit(owner, "StockChanged", "quick")
        second, found = followed(plan, application, first)
        assert found == [quick]
        slow.commit()
    third, found = followed(plan, application, second)
    assert late in found
    assert quick not in found
    assert followed(plan, application, third)[1] == []
    assert len(followed(plan, application, first)[1]) == 3


def test_an_event_that_no_channel_sends_is_none_of_its_business(
    plan: Plan, owner: Connection, application: Connection
) -> None:
    before = snapshot_of(plan, application)
    emit(owner, "Unheard")
    assert followed(plan, application, before)[1] == []


def replayed(
    plan: Plan, connection: Connection, address: str, after: str, *row: str, snapshot: object = None
) -> list[str] | None:
    shown = snapshot or snapshot_of(plan, connection)
    ((found,),) = ask(connection, CHANNELS, channel(plan, address).replay, shown, after, *row)
    return None if found is None else [each["id"] for each in found]  # type: ignore[attr-defined]


def test_a_replay_has_what_came_after_an_event_of_the_same_channel(
    plan: Plan, owner: Connection, application: Connection
) -> None:
    row, other = str(uuid4()), str(uuid4())
    of = "repairs/{repair.id}"
    known = emit(owner, "RepairBegun", f"repairs/{row}", repairId=row)
    foreign = emit(owner, "RepairBegun", f"repairs/{other}", repairId=other)
    first = emit(owner, "MaterialsTaken", f"repairs/{row}", repairId=row)
    before = snapshot_of(plan, application)
    last = emit(owner, "RepairFinished", f"repairs/{row}", repairId=row)
    assert replayed(plan, application, of, known, row) == [first, last]
    assert replayed(plan, application, of, known, row, snapshot=before) == [first]
    assert replayed(plan, application, of, last, row) == []
    assert replayed(plan, application, of, foreign, row) is None
    assert replayed(plan, application, of, str(uuid4()), row) is None


def test_a_replay_has_what_came_before_and_was_committed_after(
    plan: Plan, postgres: PostgresServer, owner: Connection, application: Connection
) -> None:
    with psycopg.connect(postgres.url()) as slow:
        late = emit(slow, "StockChanged", "materials/1")
        known = emit(owner, "BellRung")
        assert replayed(plan, application, "counter", known) == []
        slow.commit()
    assert replayed(plan, application, "counter", known) == [late]


def test_too_much_is_not_replayed(plan: Plan, owner: Connection, application: Connection) -> None:
    known = emit(owner, "BellRung")
    fill = "insert into internal.outbox (event, payload) select %s, '{}' from generate_series(1, %s)"
    owner.execute(fill, ("BellRung", 1000))
    assert len(replayed(plan, application, "counter", known) or []) == 1000
    owner.execute(fill, ("BellRung", 1))
    assert replayed(plan, application, "counter", known) is None


def test_a_listener_sees_the_row_and_satisfies_the_rule(plan: Plan, owner: Connection, application: Connection) -> None:
    def person(role: str) -> str:
        text = "insert into app.people (email, name, role) values (%s, 'x', %s) returning id"
        return str(owner.execute(text, (f"{uuid4()}@example.com", role)).fetchall()[0][0])

    customer, stranger, mechanic = person("customer"), person("customer"), person("mechanic")
    text = "insert into app.repairs (customer_id, complaint) values (%s, 'x') returning id"
    repair = str(owner.execute(text, (customer,)).fetchall()[0][0])
    of_repair, counter = channel(plan, "repairs/{repair.id}").check, channel(plan, "counter").check
    given = f"{{{repair},{uuid4()}}}"
    assert len(ask(application, (customer, "customer", "channels"), of_repair, given)) == 1
    assert len(ask(application, (mechanic, "mechanic", "channels"), of_repair, given)) == 1
    assert ask(application, (stranger, "customer", "channels"), of_repair, given) == []
    assert ask(application, ("", "", "channels"), of_repair, given) == []
    assert ask(application, (customer, "customer", "channels"), counter) == []
    assert len(ask(application, (mechanic, "mechanic", "channels"), counter)) == 1


def test_nobody_but_a_server_that_follows_reads_the_outbox(owner: Connection, application: Connection) -> None:
    emit(owner, "BellRung")
    for operation, count in (("", 0), ("ring", 0), ("channels", 1)):
        assert len(ask(application, ("", "mechanic", operation), "select from internal.outbox")) == count
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(application, CHANNELS, "insert into internal.outbox (event, payload) values ('BellRung', '{}')")


def test_a_ticket_opens_one_socket_in_time_for_a_live_session(
    plan: Plan, owner: Connection, application: Connection
) -> None:
    statements = dict(ticket_statements(plan))
    text = "insert into app.people (email, name, role) values (%s, 'x', 'mechanic') returning id"
    account = owner.execute(text, (f"{uuid4()}@example.com",)).fetchall()[0][0]
    text = "insert into internal.sessions (user_id, expires_at) values (%s, now() + interval '1 hour') returning id"
    session = owner.execute(text, (account,)).fetchall()[0][0]
    identity = ("", "", "identity")

    def issue(digest: str, seconds: int = 30) -> None:
        ask(application, identity, f"{statements['issue_ticket']} returning 1", digest, session, seconds)

    def redeem(digest: str) -> list[tuple[object, ...]]:
        return ask(application, identity, statements["redeem_ticket"], digest)

    issue("one")
    assert redeem("one") == [(session, account, "mechanic")]
    assert redeem("one") == []
    issue("late", seconds=-1)
    assert redeem("late") == []
    issue("two")
    issue("three")
    owner.execute("update internal.sessions set revoked_at = now() where id = %s", (session,))
    assert redeem("two") == []
    assert ask(application, identity, statements["callers"], f"{{{session}}}") == []
    owner.execute("update internal.socket_tickets set expires_at = now() - interval '1 minute'")
    issue("four")
    assert owner.execute("select digest from internal.socket_tickets").fetchall() == [("four",)]
