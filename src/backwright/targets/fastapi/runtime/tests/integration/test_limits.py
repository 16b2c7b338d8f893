import re
import time

import pytest

from tests.support.callers import LimitedServer, burst, some_address
from tests.support.proxy import Proxy
from tests.support.server import Server, start_refused
from tests.support.wire import rest


def test_a_counted_request_is_told_what_is_left_and_the_first_one_too_many_is_refused() -> None:
    address = some_address()
    with LimitedServer("anonymous=3/min") as server:
        for left in (2, 1, 0):
            answer = server.ask(address)
            assert (answer.status_code, answer.headers["ratelimit-policy"]) == (404, '"default";q=3;w=60')
            assert re.fullmatch(rf'"default";r={left};t=(60|59)', answer.headers["ratelimit"])
        answer = server.ask(address)
        assert (answer.status_code, answer.json()["code"], answer.json()["title"]) == (429, "rate_limited", "Too Many Requests")
        assert answer.headers["retry-after"] in ("60", "59", "58")
        assert answer.headers["ratelimit"].startswith('"default";r=0;')
        assert server.ask(some_address()).status_code == 404
        assert server.line(answer.headers["x-request-id"])["address"] == address


def test_a_window_that_has_ended_is_followed_by_the_next() -> None:
    address = some_address()
    with LimitedServer("anonymous=2/s") as server:
        for _ in range(2):
            assert burst(4, lambda _: server.ask(address)) == {404: 2, 429: 2}
            time.sleep(1.05)


@pytest.mark.parametrize("quota", [7, 200])
def test_two_servers_let_no_more_pass_together_and_hardly_fewer(quota: int) -> None:
    address, limit = some_address(), f"anonymous={quota}/h"
    with LimitedServer(limit) as one, LimitedServer(limit) as other:
        passed = burst(quota * 2, lambda turn: (one, other)[turn % 2].ask(address))
    assert passed.keys() == {404, 429}
    assert 0.9 * quota <= passed[404] <= quota


def test_a_request_that_is_spelled_or_sent_otherwise_counts_as_well() -> None:
    address = some_address()
    with LimitedServer("anonymous=6/min") as server:
        for method, path in (("HEAD", "/v1/nowhere"), ("GET", "/V1/%6eowhere"), ("GET", "/v1/nowhere/?x=1"), ("OPTIONS", "//v1/nowhere")):
            assert server.ask(address, method, path).status_code == 404
        one = f"GET /v1/nowhere HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {address}\r\n".encode()
        connection = server.connect()
        connection.sendall(b"\r\n".join([one, one, one, one]) + b"Connection: close\r\n\r\n")
        assert re.findall(rb"HTTP/1\.1 (\d+)", rest(connection)) == [b"404", b"404", b"429", b"429"]
        assert [server.ask(address, method).status_code for method in ("OPTIONS", "DELETE")] == [429, 429]


def test_the_health_paths_count_nobody() -> None:
    address = some_address()
    with LimitedServer("anonymous=1/h") as server:
        for path in ("/livez", "/readyz") * 2:
            answer = server.ask(address, "GET", path)
            assert answer.status_code == 200
            assert "ratelimit" not in answer.headers


def test_a_forwarded_address_that_nobody_vouches_for_is_not_believed() -> None:
    with LimitedServer("anonymous=1/h", TRUSTED_PROXIES="") as server:
        server.ask(some_address())
        assert server.ask(some_address()).status_code == 429
    address = some_address()
    with LimitedServer("anonymous=1/h") as server:
        assert [server.ask(f"{made}, {address}, 127.0.0.9").status_code for made in ("192.0.2.1", "192.0.2.2")] == [404, 429]
        assert server.ask(address.replace("::1", ":0:0:7:7")).status_code == 429


@pytest.mark.anyio
async def test_a_server_whose_counts_cannot_be_reached_goes_on_with_a_limit_of_its_own() -> None:
    import asyncio

    proxy = Proxy()
    await proxy.open()

    async def asked(server: LimitedServer) -> dict[int, int]:
        address = some_address()
        return await asyncio.to_thread(burst, 15, lambda _: server.ask(address))

    with LimitedServer("anonymous=120/min", DATABASE_URL=proxy.url) as server:
        assert await asked(server) == {404: 15}
        proxy.stall()
        assert await asked(server) == {404: 10, 429: 5}
        started = time.monotonic()
        assert await asked(server) == {404: 10, 429: 5}
        assert time.monotonic() - started < 0.9
        assert len(server.log("limits.unavailable")) == 1
        proxy.resume()
        proxy.cut()
        await asyncio.sleep(5.2)
        assert await asked(server) == {404: 15}
    proxy.close()


def test_limits_that_are_off_count_and_say_nothing(server: Server) -> None:
    with LimitedServer("off") as server:
        assert "ratelimit" not in server.ask(some_address()).headers


@pytest.mark.parametrize("limits", ["anonymous", "anonymous=0/min", "anonymous=1/d", "nobody=1/s", "off,anonymous=1/s"])
def test_limits_that_are_none_are_refused(limits: str) -> None:
    status, output = start_refused(RATE_LIMITS=limits)
    assert status == 78
    assert "RATE_LIMITS" in output


@pytest.mark.parametrize("networks", ["proxy", "10.0.0.0/33", "10.0.0.0/8/8", "::/x"])
def test_networks_that_are_none_are_refused(networks: str) -> None:
    assert start_refused(TRUSTED_PROXIES=networks)[0] == 78


def test_a_store_that_is_none_and_production_without_limits_are_refused() -> None:
    assert start_refused(RATE_LIMIT_REDIS_URL="http://x")[0] == 78
    assert start_refused(ENVIRONMENT="production", DATABASE_URL="postgres://x@127.0.0.1/x", RATE_LIMITS="off")[0] == 78
