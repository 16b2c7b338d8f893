"""What a server says of itself is what the tables say, on every stack."""

from __future__ import annotations

import ast
import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from backwright.chain.generate import stacks, write_project
from backwright.chain.system import ProjectSystem
from backwright.chain.toolchain.postgres import start_postgres
from backwright.gates.system import Database, Server
from backwright.gates.wire import BASE, Connection, Reply
from backwright.lowering.running.events import COMMON, Event, events
from backwright.lowering.running.metrics import metrics
from tests.targets.regenerate import ROOT, SHOP, compiled, rendered

PLAN = compiled(SHOP)
# Has accounts, events, calls and jobs, so that every part of the runtime is there.
WHOLE = ROOT / "tests" / "cases" / "rentals" / "blueprint.yaml"
# Nobody listens there.
OBSERVED = {
    "METRICS_PORT": "0",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1",
    "MAIL_URL": "smtp://127.0.0.1:1",
    "RATE_LIMITS": "anonymous=60/min",
}
# What these need to be logged is done to a server by tests of their own.
BACKGROUND = ("call.", "calls.", "channels.", "event.", "outbox.", "socket.")
LEVELS = {"critical": "fatal", "warning": "warn"}


def logged_in(blueprint: Path, stack: str) -> set[tuple[str, str]]:
    """Every event with its level, as the sources of a project have it."""
    sources = [file for file in rendered(blueprint, stack) if not file.path.startswith("tests/")]
    return {found for file in sources for found in _events(file.path, file.content)}


def _events(path: str, text: str) -> Iterator[tuple[str, str]]:
    if path.endswith(".ts"):
        found = re.findall(r"\blog\.(\w+)\(\{\s*event: '([^']+)'", text)
        assert len(found) == len(re.findall(r"\blog\.\w+\(", text)), path
        yield from ((event, level) for level, event in found)
    if path.endswith(".py"):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and re.match(r"(self\._)?log\.", ast.unparse(node.func)):
                assert isinstance(node.args[0], ast.Constant), path
                level = ast.unparse(node.func).rpartition(".")[2]
                yield str(node.args[0].value), LEVELS.get(level, level)


@pytest.mark.parametrize("stack", ["express", "fastapi"])
def test_a_runtime_logs_every_event_of_the_table_and_no_other(stack: str) -> None:
    assert logged_in(WHOLE, stack) == {(each.name, each.level) for each in events(compiled(WHOLE))}


@pytest.fixture(scope="module", params=stacks())
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectSystem]:
    folder = tmp_path_factory.mktemp("project") / "shop"
    write_project(rendered(SHOP, request.param), folder)
    with start_postgres(tmp_path_factory.mktemp("cluster") / "data") as server:
        found = ProjectSystem(folder, PLAN, server, tmp_path_factory.mktemp("logs"))
        found.install()
        assert found.run("build").code == 0
        yield found


def _lines(log: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.splitlines() if line.startswith("{")]


def _call(url: str, method: str, path: str, body: object = None, base: str = BASE, **headers: str) -> Reply:
    with closing(Connection(url, base=base)) as connection:
        return connection.call(method, path, body, headers=headers)


def _metrics_url(log: str) -> str:
    [line] = [line for line in _lines(log) if line["event"] == "metrics.started"]
    return f"http://127.0.0.1:{line['port']}"


@contextmanager
def _observed(system: ProjectSystem) -> Iterator[tuple[Database, Server]]:
    """A server that may not delete old mails."""
    with system.migrated(seeded=True) as database:
        with psycopg.connect(system.postgres.url(database.name)) as admin:
            admin.execute("revoke delete on internal.mails from shop_app")
        with system.serve(database, OBSERVED) as server:
            yield database, server


@pytest.mark.slow
def test_what_a_server_logs_has_the_fields_of_the_table(system: ProjectSystem) -> None:
    with _observed(system) as (database, server):
        place = urlsplit(server.url)
        login = {"email": system.project.logins[0].login, "password": system.password}
        profile = {"email": "somebody@example.com", "name": "Somebody", "password": "correct horse battery staple"}
        assert _call(server.url, "POST", "/auth/register", profile).status == 202
        assert _call(server.url, "POST", "/auth/login", login | {"password": "wrong"}).status == 401
        token = str(_call(server.url, "POST", "/auth/login", login).member("accessToken"))
        assert _call(server.url, "GET", "/me", Authorization=f"Bearer {token}").status == 200
        assert _call(server.url, "GET", "/nowhere").status == 404
        with socket.create_connection((str(place.hostname), place.port or 0)) as raw:
            raw.sendall(b"nonsense\r\n\r\n")
            assert raw.recv(1000)
        _wait_for(server, "mail.failed")
        settings = system.environment(database, place.port or 0)
        taken = system.command(system.project.steps["start"][0], environment=settings)
        assert taken.code == 1
        with psycopg.connect(system.postgres.url("postgres"), autocommit=True) as admin:
            admin.execute(f"alter database {database.name} allow_connections false")
            admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (database.name,))
        # The first ones may still be counted out of a lease.
        assert {_call(server.url, "GET", "/products").status for _ in range(6)} == {503}
        _wait_for(server, "mails.failed")
        server.stop()
        _compare(_lines(server.log()) + _lines(taken.output), {each.name: each for each in events(PLAN)})


def _wait_for(server: Server, event: str) -> None:
    deadline = time.monotonic() + 10
    while not any(line["event"] == event for line in _lines(server.log())):
        assert time.monotonic() < deadline, f"{event} is never logged"
        time.sleep(0.05)


def _compare(lines: list[dict[str, object]], table: dict[str, Event]) -> None:
    seen: dict[str, list[set[str]]] = {}
    for line in lines:
        event = table[str(line["event"])]
        assert line["level"] == event.level
        seen.setdefault(event.name, []).append(set(line) - set(COMMON))
        assert set(COMMON) <= set(line)
    for name, found in seen.items():
        event = table[name]
        assert all(set(event.fields) <= each <= {*event.fields, *event.optional} for each in found), name
        assert set().union(*found) == {*event.fields, *event.optional}, name
    assert {name for name in table if not name.startswith(BACKGROUND)} <= set(seen)


@pytest.mark.slow
def test_what_is_measured_is_the_table_with_routes_as_the_contract_has_them(system: ProjectSystem) -> None:
    with system.migrated(seeded=True) as database, system.serve(database, {"METRICS_PORT": "0"}) as server:
        login = {"email": system.project.logins[0].login, "password": "not the password"}
        assert _call(server.url, "POST", "/auth/login", login).status == 401
        assert _call(server.url, "POST", "/auth/login", login | {"password": system.password}).status == 200
        items = _call(server.url, "GET", "/products").member("items")
        assert isinstance(items, list)
        row = items[0]["id"]
        for path in (f"/products/{row}", f"/products/{uuid4()}", "/nowhere"):
            _call(server.url, "GET", path)
        _call(server.url, "PUT", f"/products/{row}")
        _call(server.url, "POST", "/orders", {}, **{"Content-Encoding": "gzip"})
        text = _call(_metrics_url(server.log()), "GET", "/metrics", base="").body
    families = re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE)
    assert sorted(families) == sorted((each.name, each.kind) for each in metrics(PLAN))
    assert row not in text
    counted = re.findall(r"^http_server_request_duration_seconds_count\{(.*)\} (\d+)$", text, re.MULTILINE)
    found = {tuple(re.findall(r'="([^"]*)"', labels)): int(count) for labels, count in counted}
    del found["GET", "/readyz", "200"]
    unready = [key for key in found if key[1] == "/readyz"]
    assert {key: count for key, count in found.items() if key not in unready} == {
        ("POST", "/v1/auth/login", "401"): 1,
        ("POST", "/v1/auth/login", "200"): 1,
        ("GET", "/v1/products", "200"): 1,
        ("GET", "/v1/products/{id}", "200"): 1,
        ("GET", "/v1/products/{id}", "404"): 1,
        ("GET", "", "404"): 1,
        ("PUT", "", "405"): 1,
        ("POST", "", "415"): 1,
    }
    assert 'logins_total{result="failure"} 1\n' in text
    assert 'logins_total{result="success"} 1\n' in text
