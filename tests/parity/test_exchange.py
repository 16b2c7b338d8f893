"""What one stack gives out, the other takes: both on one database, as in a change from one to the other."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from backwright.chain.system import ProjectSystem
from backwright.gates.wire import Connection, Reply
from tests.parity.running import running

_NOTICED = 5.0
_PAUSE = 0.2


@pytest.fixture(scope="module")
def servers(shop: dict[str, ProjectSystem]) -> Iterator[dict[str, Connection]]:
    """A connection to each stack's server; all share a database."""
    with running(shop, shared=True) as both:
        connections = {side.stack: Connection(side.server.url) for side in both.sides}
        yield connections
        for connection in connections.values():
            connection.close()


@pytest.fixture(params=[("express", "fastapi"), ("fastapi", "express")], ids=" to ".join)
def pair(servers: dict[str, Connection], request: pytest.FixtureRequest) -> tuple[Connection, Connection]:
    """Who gives out, and who takes."""
    one, other = request.param
    return servers[one], servers[other]


@pytest.fixture
def password(shop: dict[str, ProjectSystem]) -> str:
    """That of the demo logins."""
    return shop["express"].password


def sign_in(server: Connection, role: str, password: str) -> Reply:
    """The tokens of a demo login."""
    answer = server.call("POST", "/auth/login", {"email": f"{role}@example.com", "password": password})
    assert answer.status == 200, answer
    return answer


def token(answer: Reply) -> str:
    """Its access token."""
    return str(answer.member("accessToken"))


def test_an_access_token_is_taken(pair: tuple[Connection, Connection], password: str) -> None:
    one, other = pair
    access = token(sign_in(one, "staff", password))
    mine = [server.call("GET", "/me", token=access) for server in pair]
    assert [each.status for each in mine] == [200, 200]
    assert mine[0].body == mine[1].body
    assert mine[0].member("role") == "staff"
    assert other.call("GET", "/me", token=access[:-1]).status == 401


def test_a_refresh_token_is_taken_once(pair: tuple[Connection, Connection], password: str) -> None:
    one, other = pair
    refresh = {"refreshToken": sign_in(one, "customer", password).member("refreshToken")}
    second = other.call("POST", "/auth/refresh", refresh)
    assert second.status == 200
    assert one.call("POST", "/auth/refresh", refresh).status == 401
    assert other.call("POST", "/auth/refresh", {"refreshToken": second.member("refreshToken")}).status == 401


def test_a_session_that_ends_at_one_ends_at_the_other_within_five_seconds(
    pair: tuple[Connection, Connection], password: str
) -> None:
    one, other = pair
    access = token(sign_in(one, "customer", password))
    assert other.call("GET", "/me", token=access).status == 200
    assert one.call("POST", "/auth/logout", token=access).status == 204
    ended = time.monotonic()
    while other.call("GET", "/me", token=access).status == 200:
        assert time.monotonic() - ended < _NOTICED
        time.sleep(_PAUSE)


@pytest.mark.parametrize("sort", ["createdAt", "-price", "name"])
def test_a_cursor_continues_where_the_other_stopped(
    pair: tuple[Connection, Connection], password: str, sort: str
) -> None:
    one, other = pair
    access = token(sign_in(one, "staff", password))
    whole = one.call("GET", f"/products?sort={sort}&limit=100", token=access).member("items")
    assert isinstance(whole, list)
    rows: list[object] = []
    cursor, turn = "", 0
    while True:
        server = (one, other)[turn % 2]
        page = server.call("GET", f"/products?sort={sort}&limit=7{cursor}", token=access)
        items = page.member("items")
        assert isinstance(items, list)
        rows += items
        if page.member("nextCursor") is None:
            break
        cursor, turn = f"&cursor={page.member('nextCursor')}", turn + 1
    assert turn >= 2
    assert rows == whole


def test_an_idempotency_key_is_known(pair: tuple[Connection, Connection], password: str) -> None:
    one, other = pair
    access = token(sign_in(one, "customer", password))
    products = one.call("GET", "/products?status=active&stock.min=5", token=access).member("items")
    assert isinstance(products, list)
    line = {"productId": products[0]["id"], "quantity": 1}
    key = {"Idempotency-Key": f"exchange-{time.monotonic_ns()}"}
    order = {"note": "é \u2028", "lines": [line]}
    first = one.call("POST", "/orders", order, access, key)
    assert first.status == 201
    again = other.call("POST", "/orders", order, access, key)
    assert (again.status, again.body) == (201, first.body)
    changed = other.call("POST", "/orders", {"lines": [line | {"quantity": 2}]}, access, key)
    assert (changed.status, changed.code) == (422, "idempotency_key_reused")
