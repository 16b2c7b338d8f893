"""Answers that are kept show what was written, through two servers and lost connections, on every stack."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from uuid import uuid4

import psycopg
import pytest

from backwright.chain.generate import stacks, write_project
from backwright.chain.system import ProjectServer, ProjectSystem
from backwright.chain.toolchain.postgres import start_postgres
from backwright.gates.faults.proxy import Proxy
from backwright.gates.system import Database
from backwright.gates.wire import Connection, Reply
from backwright.lowering.running.events import events
from tests.pace import pace
from tests.targets.regenerate import ROOT, compiled, rendered
from tests.targets.test_running import logged_in

LIBRARY = ROOT / "tests" / "cases" / "library" / "blueprint.yaml"
# The bound that the documentation states, in seconds.
BOUND = 1.0
MEASURED = {"METRICS_PORT": "0", "RESPONSE_CACHE_BYTES": "16777216"}
Admin = psycopg.Connection[tuple[object, ...]]


@pytest.mark.parametrize("stack", ["express", "fastapi"])
def test_a_runtime_logs_every_event_of_the_table_and_no_other(stack: str) -> None:
    assert logged_in(LIBRARY, stack) == {(each.name, each.level) for each in events(compiled(LIBRARY))}


@pytest.fixture(scope="module", params=stacks())
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectSystem]:
    folder = tmp_path_factory.mktemp("project") / "library"
    write_project(rendered(LIBRARY, request.param), folder)
    with start_postgres(tmp_path_factory.mktemp("cluster") / "data") as server:
        found = ProjectSystem(folder, compiled(LIBRARY), server, tmp_path_factory.mktemp("logs"))
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


def call(server: ProjectServer, method: str, path: str, body: object = None, token: str = "", **headers: str) -> Reply:
    with closing(Connection(server.url)) as connection:
        return connection.call(method, path, body, token or None, headers)


def token(system: ProjectSystem, server: ProjectServer, role: str) -> str:
    login = next(each.login for each in system.project.logins if each.role == role)
    answer = call(server, "POST", "/auth/login", {"email": login, "password": system.password})
    return str(answer.member("accessToken"))


def measured(server: ProjectServer) -> dict[str, float]:
    """What the cache counts, by name and label."""
    [line] = [each for each in map(json.loads, server.log().splitlines()) if each["event"] == "metrics.started"]
    with closing(Connection(f"http://127.0.0.1:{line['port']}", base="")) as connection:
        text = connection.call("GET", "/metrics").body
    return {name: float(value) for name, value in re.findall(r"^(response_cache_\S+) (\S+)$", text, re.MULTILINE)}


def asked(server: ProjectServer, result: str) -> float:
    return measured(server).get(f'response_cache_requests_total{{result="{result}"}}', 0)


def keeping(server: ProjectServer, path: str) -> None:
    """Waits until the server keeps what is at the path."""
    until = time.monotonic() + 10 * pace()
    while True:
        before = asked(server, "hit")
        for _ in range(2):
            assert call(server, "GET", path).status == 200
        if asked(server, "hit") > before:
            return
        assert time.monotonic() < until, "nothing is kept"
        time.sleep(0.05)


def shown(server: ProjectServer, path: str, wanted: object, within: float = BOUND) -> None:
    """Waits until the answer has what was written."""
    until = time.monotonic() + within * pace()
    while (found := call(server, "GET", path).member("title")) != wanted:
        assert time.monotonic() < until, f"{path} still shows {found}"
        time.sleep(0.01)


def some_book(admin: Admin) -> str:
    [[book]] = admin.execute("select id from app.books limit 1").fetchall()
    return str(book)


@pytest.mark.slow
def test_what_one_server_writes_the_other_shows_in_time(
    system: ProjectSystem, database: Database, admin: Admin
) -> None:
    path = f"/books/{some_book(admin)}"
    with ExitStack() as stack:
        first, second = (stack.enter_context(system.serve(database, MEASURED)) for _ in range(2))
        librarian = token(system, second, "librarian")
        for at in range(20):
            keeping(first, path)
            keeping(first, "/books?limit=100&sort=-replacementPrice")
            title = f"Edition {at}"
            assert call(second, "PATCH", path, {"title": title}, librarian).status == 200
            shown(first, path, title)
            found = call(first, "GET", "/books?sort=-replacementPrice&limit=100")
            assert title in found.body
        admin.execute("update app.books set title = 'Past the servers'")
        shown(first, path, "Past the servers")
        shown(second, path, "Past the servers")
        keeping(first, path)
        admin.execute("truncate app.books cascade")
        until = time.monotonic() + BOUND * pace()
        while call(first, "GET", path).status != 404:
            assert time.monotonic() < until
            time.sleep(0.01)


@pytest.mark.slow
def test_whoever_writes_reads_it_back_at_once(system: ProjectSystem, database: Database, admin: Admin) -> None:
    with system.serve(database, MEASURED) as server:
        librarian, reader = (token(system, server, role) for role in ("librarian", "reader"))
        # Nobody else tells this server what it has written.
        for table in ("books", "copies"):
            admin.execute(f"alter table app.{table} disable trigger {table}_changed")
        path = f"/books/{some_book(admin)}"
        for at in range(100):
            call(server, "GET", path)
            assert call(server, "PATCH", path, {"title": f"Title {at}"}, librarian).status == 200
            assert call(server, "GET", path).member("title") == f"Title {at}"
        [[copy, book]] = admin.execute("select id, book_id from app.copies where available limit 1").fetchall()
        keeping(server, f"/copies/{copy}")
        key = {"Idempotency-Key": str(uuid4())}
        loan = call(server, "POST", f"/copies/{copy}/borrow", {}, reader, **key)
        assert loan.status == 201, loan.body
        assert call(server, "GET", f"/copies/{copy}").member("available") is False
        path = f"/loans/{loan.member('id')}/return-copy"
        assert call(server, "POST", path, None, librarian).status == 200
        assert call(server, "GET", f"/copies/{copy}").member("available") is True
        admin.execute("delete from app.loans where copy_id in (select id from app.copies where book_id = %s)", [book])
        keeping(server, f"/copies/{copy}")
        assert call(server, "DELETE", f"/books/{book}", token=librarian).status == 204
        assert call(server, "GET", f"/copies/{copy}").status == 404


@pytest.mark.slow
def test_a_server_that_does_not_hear_keeps_nothing_and_goes_on(
    system: ProjectSystem, database: Database, admin: Admin
) -> None:
    path = f"/books/{some_book(admin)}"
    with system.serve(database, MEASURED) as server:
        keeping(server, path)
        ending = "select pg_terminate_backend(pid) from pg_stat_activity where query in ('select 1', 'listen changes')"
        admin.execute("alter table app.books disable trigger books_changed")
        assert admin.execute(ending.encode()).rowcount >= 1
        admin.execute("update app.books set title = 'Unheard'")
        shown(server, path, "Unheard")
        admin.execute("alter table app.books enable always trigger books_changed")
        keeping(server, path)
        assert measured(server)['response_cache_dropped_total{reason="unheard"}'] >= 1
        assert [line["level"] for line in _lines(server) if line["event"] == "changes.failed"] == ["warn"]
        admin.execute("update app.books set title = 'Heard'")
        shown(server, path, "Heard")


@pytest.mark.slow
def test_a_connection_that_dies_in_silence_hides_nothing(
    system: ProjectSystem, database: Database, admin: Admin
) -> None:
    path = f"/books/{some_book(admin)}"
    with Proxy(database.application) as proxy, system.serve(database, MEASURED | {"DATABASE_URL": proxy.url}) as server:
        keeping(server, path)
        proxy.stall()
        admin.execute("update app.books set title = 'Behind the wall'")
        time.sleep(BOUND)
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(call, server, "GET", path)
            time.sleep(0.2)
            proxy.resume()
            assert answer.result().member("title") == "Behind the wall"
        keeping(server, path)


@pytest.mark.slow
def test_a_storm_of_equal_reads_asks_the_database_twice_at_most(
    system: ProjectSystem, database: Database, admin: Admin
) -> None:
    path = f"/books/{some_book(admin)}"
    with system.serve(database, MEASURED) as server, ThreadPoolExecutor(50) as pool:
        keeping(server, path)
        before = asked(server, "miss")
        admin.execute("update app.books set title = 'Storm'")
        shown(server, path, "Storm")
        answers = list(pool.map(lambda _: call(server, "GET", path), range(500)))
        assert {answer.status for answer in answers} == {200}
        assert asked(server, "miss") - before <= 2


@pytest.mark.slow
def test_a_kept_answer_is_answered_as_any_other(system: ProjectSystem, database: Database, admin: Admin) -> None:
    path = f"/books/{some_book(admin)}"
    with system.serve(database, MEASURED) as server:
        reader = token(system, server, "reader")
        first = call(server, "GET", path)
        keeping(server, path)
        kept, known = call(server, "GET", path), call(server, "GET", path, token=reader)
        assert (
            (kept.body, kept.header("etag")) == (first.body, first.header("etag")) == (known.body, known.header("etag"))
        )
        assert kept.header("cache-control") == "public, no-cache"
        assert known.header("cache-control") == "private, no-cache"
        assert kept.header("x-request-id") != known.header("x-request-id")
        assert call(server, "GET", path, **{"If-None-Match": kept.header("etag")}).status == 304
        assert call(server, "GET", path, token="made.up.token").status == 401
        assert call(server, "HEAD", path).header("content-length") == str(len(kept.body.encode()))
        assert call(server, "GET", f"/books/{uuid4()}").status == 404
        assert call(server, "GET", "/books?nothing=1").status == 422
        before = asked(server, "hit")
        for query in ("limit=20", "", "sort=-createdAt", "sort=-createdAt&limit=20"):
            assert call(server, "GET", f"/books?{query}").status == 200
        assert asked(server, "hit") == before + 3
        assert measured(server)["response_cache_bytes"] > 0
    with system.serve(database, MEASURED | {"RESPONSE_CACHE_BYTES": "0"}) as server:
        for _ in range(3):
            assert call(server, "GET", path).body == kept.body
        assert measured(server).keys() == {"response_cache_bytes"}


def _lines(server: ProjectServer) -> list[dict[str, object]]:
    return [json.loads(line) for line in server.log().splitlines() if line.startswith("{")]
