"""What depends on the model, and what both stacks count together, on one database and in one Redis."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from backwright.chain.system import ProjectSystem
from backwright.chain.toolchain.postgres import start_postgres
from backwright.chain.toolchain.processes import free_port
from tests.parity.running import BLUEPRINTS, Running, prepared, running
from tests.parity.wire import Answer, Sent, connected

pytestmark = pytest.mark.slow

REDIS = """
import sys
from fakeredis import TcpFakeServer
TcpFakeServer.daemon_threads = TcpFakeServer.allow_reuse_address = True
TcpFakeServer(("127.0.0.1", int(sys.argv[1])), server_type="redis").serve_forever()
"""


@pytest.fixture(scope="module")
def systems(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ProjectSystem]]:
    folder = tmp_path_factory.mktemp("limits")
    with start_postgres(folder / "data") as postgres:
        yield prepared(BLUEPRINTS[0], postgres, folder / "projects")


def ask(url: str, method: str, path: str, body: Mapping[str, str] | None = None, token: str = "") -> Answer:
    headers = [("Host", "limits"), *([("Authorization", f"Bearer {token}")] if token else [])]
    content = json.dumps(body).encode() if body is not None else b""
    headers += [("Content-Type", "application/json")] if content else []
    with connected(url) as connection:
        return connection.exchange(Sent(method, f"/v1{path}", tuple(headers), content))


def log_in(both: Running, url: str, role: str) -> Answer:
    login = next(each.login for each in both.sides[0].system.project.logins if each.role == role)
    return ask(url, "POST", "/auth/login", {"email": login, "password": both.password})


def token(both: Running, url: str, role: str) -> str:
    found: str = json.loads(log_in(both, url, role).body)["accessToken"]
    return found


def test_an_operation_and_a_role_have_limits_of_their_own(systems: dict[str, ProjectSystem]) -> None:
    with running(systems, settings={"RATE_LIMITS": "placeOrder=2/h, staff=2/h"}) as both:
        for side in both.sides:
            url = side.server.url
            customer, staff = token(both, url, "customer"), token(both, url, "staff")
            answers = [ask(url, "POST", "/orders", {}, customer) for _ in range(3)]
            assert [each.status for each in answers] == [400, 400, 429], side.stack
            policy = '"default";q=1200;w=60, "placeOrder";q=2;w=3600'
            assert {each.header("ratelimit-policy") for each in answers} == {policy}
            assert (answers[2].header("ratelimit") or "").endswith('"placeOrder";r=0;t=3600')
            assert ask(url, "GET", "/orders", token=customer).status == 200
            refused = [ask(url, "POST", "/orders", {}, staff) for _ in range(3)]
            assert [each.status for each in refused] == [403, 403, 429], side.stack
            assert {each.header("ratelimit-policy") for each in refused} == {'"default";q=2;w=3600'}


def test_both_stacks_count_on_one_database_together(systems: dict[str, ProjectSystem]) -> None:
    with running(systems, shared=True, settings={"RATE_LIMITS": "anonymous=100/h"}) as both:
        passed = Counter(ask(both.sides[turn % 2].server.url, "GET", "/products").status for turn in range(150))
        assert passed.keys() == {200, 429}
        assert 90 <= passed[200] <= 100


def test_both_stacks_count_in_one_redis_and_outlive_it(systems: dict[str, ProjectSystem]) -> None:
    port = free_port()
    settings = {"RATE_LIMITS": "customer=100/h", "RATE_LIMIT_REDIS_URL": f"redis://127.0.0.1:{port}"}
    with running(systems, shared=True, settings=settings) as both:
        urls = [side.server.url for side in both.sides]
        with _redis(systems["fastapi"].folder, port):
            for url in urls:
                _eventually(both, url)
            customer, staff = token(both, urls[0], "customer"), token(both, urls[1], "staff")
            passed = Counter(ask(urls[turn % 2], "GET", "/products", token=customer).status for turn in range(150))
            assert passed.keys() == {200, 429}
            assert 90 <= passed[200] <= 100
        for url in urls:
            assert log_in(both, url, "customer").status == 503
            assert {ask(url, "GET", "/orders", token=staff).status for _ in range(5)} == {200}
        with _redis(systems["fastapi"].folder, port):
            for url in urls:
                _eventually(both, url)


def _eventually(both: Running, url: str) -> None:
    until = time.monotonic() + 30
    while (status := log_in(both, url, "admin").status) != 200:
        assert time.monotonic() < until, status
        time.sleep(1)


@contextmanager
def _redis(project: Path, port: int) -> Iterator[None]:
    """A server that speaks Redis's protocol and runs its scripts, from the packages of the FastAPI project's tests."""
    process = subprocess.Popen([project / ".venv" / "bin" / "python", "-c", REDIS, str(port)])
    try:
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < until
                time.sleep(0.1)
        yield
    finally:
        process.kill()
        process.wait()
