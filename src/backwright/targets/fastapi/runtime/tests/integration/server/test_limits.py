import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.support.callers import LimitedServer, burst, some_address
from tests.support.proxy import Proxy
from tests.support.server import start_refused
from tests.support.wire import rest

QUOTA = 200
LIMITS = f"anonymous={QUOTA}/h"


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[LimitedServer, LimitedServer]]:
    with LimitedServer(LIMITS) as one, LimitedServer(LIMITS) as another:
        yield one, another


@pytest.fixture
def limited(pair: tuple[LimitedServer, LimitedServer]) -> LimitedServer:
    return pair[0]


def test_a_counted_request_is_told_what_is_left_and_the_first_one_too_many_is_refused(limited: LimitedServer) -> None:
    address = some_address()
    for left in (QUOTA - 1, QUOTA - 2, QUOTA - 3):
        answer = limited.ask(address)
        assert (answer.status_code, answer.headers["ratelimit-policy"]) == (404, f'"default";q={QUOTA};w=3600')
        assert re.fullmatch(rf'"default";r={left};t=3[56]\d\d', answer.headers["ratelimit"])
    assert burst(QUOTA, lambda _: limited.ask(address)) == {404: QUOTA - 3, 429: 3}
    answer = limited.ask(address)
    assert (answer.status_code, answer.json()["code"], answer.json()["title"]) == (429, "rate_limited", "Too Many Requests")
    assert 3500 <= int(answer.headers["retry-after"]) <= 3600
    assert answer.headers["ratelimit"].startswith('"default";r=0;')
    assert limited.ask(some_address()).status_code == 404
    assert limited.line(answer.headers["x-request-id"])["address"] == address


def test_two_servers_let_no_more_pass_together_and_hardly_fewer(pair: tuple[LimitedServer, LimitedServer]) -> None:
    address = some_address()
    for server in pair:
        server.ask(some_address())
    passed = burst(QUOTA * 2, lambda turn: pair[turn % 2].ask(address))
    assert passed.keys() == {404, 429}
    assert 0.9 * QUOTA <= passed[404] <= QUOTA


def test_a_window_that_has_ended_is_followed_by_the_next() -> None:
    address = some_address()
    with LimitedServer("anonymous=2/s") as server:
        for _ in range(2):
            answer = server.ask(address)
            assert (answer.status_code, answer.headers["ratelimit"]) == (404, '"default";r=1;t=1')
            time.sleep(1.05)


def test_a_request_that_is_spelled_or_sent_otherwise_counts_as_well(limited: LimitedServer) -> None:
    address = some_address()
    burst(QUOTA - 6, lambda _: limited.ask(address))
    for method, path in (("HEAD", "/v1/nowhere"), ("GET", "/V1/%6eowhere"), ("GET", "/v1/nowhere/?x=1"), ("OPTIONS", "//v1/nowhere")):
        assert limited.ask(address, method, path).status_code == 404
    one = f"GET /v1/nowhere HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {address}\r\n".encode()
    connection = limited.connect()
    connection.sendall(b"\r\n".join([one, one, one, one]) + b"Connection: close\r\n\r\n")
    assert re.findall(rb"HTTP/1\.1 (\d+)", rest(connection)) == [b"404", b"404", b"429", b"429"]
    assert [limited.ask(address, method).status_code for method in ("OPTIONS", "DELETE")] == [429, 429]


def test_the_health_paths_and_limits_that_are_off_count_nobody(limited: LimitedServer, client: httpx.Client) -> None:
    answers = [limited.ask(some_address(), "GET", path) for path in ("/livez", "/readyz")]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("ratelimit" not in answer.headers for answer in (*answers, client.get("/v1/nowhere")))


def test_an_address_that_proxies_pass_on_counts_with_its_network_whatever_the_client_said_before(limited: LimitedServer) -> None:
    address = some_address()
    burst(QUOTA - 2, lambda turn: limited.ask(f"192.0.2.{turn}, {address}, 127.0.0.9"))
    assert [limited.ask(each).status_code for each in (address, address.replace("::1", ":0:0:7:7"), address)] == [404, 404, 429]


def test_a_forwarded_address_that_nobody_vouches_for_is_not_believed() -> None:
    with LimitedServer("anonymous=1/h", TRUSTED_PROXIES="") as server:
        server.ask(some_address())
        assert server.ask(some_address()).status_code == 429


@pytest.fixture
async def proxy(anyio_backend: str) -> AsyncIterator[Proxy]:
    proxy = Proxy()
    await proxy.open()
    yield proxy
    proxy.close()


@pytest.mark.anyio
async def test_a_server_whose_counts_cannot_be_reached_goes_on_with_a_limit_of_its_own(proxy: Proxy) -> None:
    async def crowd(server: LimitedServer) -> dict[int, int]:
        address = some_address()
        return await asyncio.to_thread(burst, 15, lambda _: server.ask(address))

    with LimitedServer("anonymous=10/min", DATABASE_URL=proxy.url) as server:
        assert await crowd(server) == {404: 10, 429: 5}
        proxy.stall()
        started = time.monotonic()
        assert [await crowd(server), await crowd(server)] == [{404: 10, 429: 5}] * 2
        assert time.monotonic() - started < 4
        assert len(server.log("limits.unavailable")) == 1
        proxy.resume()


def test_limits_that_are_none_are_refused_all_at_once() -> None:
    wrong = {"RATE_LIMITS": "anonymous=1/s,nobody=1/s", "TRUSTED_PROXIES": "10.0.0.0/33", "RATE_LIMIT_REDIS_URL": "http://x"}
    status, output = start_refused(**wrong)
    assert status == 78
    assert all(name in output for name in wrong)


def test_production_does_not_start_without_limits() -> None:
    status, output = start_refused(ENVIRONMENT="production", DATABASE_URL="postgres://x@127.0.0.1/x", RATE_LIMITS="off")
    assert status == 78
    assert "RATE_LIMITS" in output
