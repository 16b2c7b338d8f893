import hashlib
import math
import time
from collections.abc import Iterator

import httpx
import pytest

from config.application import ROLES
from tests.support.callers import LimitedServer, burst, some_address
from tests.support.database import query
from tests.support.rows import sign_in
from tests.support.visitor import PASSWORD, Visitor

FAILURES = 3
OTHER = "another battery, another horse"
AMPLE = "anonymous=100000/min,user=100000/min,login=1000/min"
NARROW = "anonymous=60/h,user=3/h,login=4/h,register=2/h"
Pair = tuple[LimitedServer, LimitedServer]


@pytest.fixture(scope="module")
def guessed() -> Iterator[Pair]:
    with LimitedServer(AMPLE, LOGIN_FAILURES=str(FAILURES)) as one, LimitedServer(AMPLE, LOGIN_FAILURES=str(FAILURES)) as another:
        yield one, another


@pytest.fixture(scope="module")
def limited() -> Iterator[Pair]:
    with LimitedServer(NARROW) as one, LimitedServer(NARROW) as another:
        yield one, another


@pytest.fixture
def login(client: httpx.Client) -> str:
    return Visitor(client).registered()


def log_in(server: LimitedServer, login: str, password: str = "wrong", address: str | None = None) -> httpx.Response:
    body = {"email": login, "password": password}
    return server.ask(address or some_address(), "POST", "/v1/auth/login", json=body)


def fail(server: LimitedServer, login: str, times: int) -> None:
    assert [log_in(server, login).status_code for _ in range(times)] == [401] * times


def assert_tried(passed: dict[int, int], failures: int, started: float) -> None:
    """So many were tried, and one more after each wait; the others were refused."""
    assert passed.keys() == {401, 429}
    assert failures <= passed[401] <= failures + math.log2(1 + time.monotonic() - started)


def test_after_too_many_wrong_passwords_even_the_right_one_waits_longer_each_time_and_then_counts_anew(guessed: Pair, login: str) -> None:
    server, _ = guessed

    def refused(seconds: str) -> None:
        answer = log_in(server, login, PASSWORD)
        assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (429, "rate_limited", seconds)
        time.sleep(int(seconds) + 0.05)

    fail(server, login, FAILURES)
    refused("1")
    fail(server, login, 1)
    refused("2")
    assert log_in(server, login, PASSWORD).status_code == 200
    fail(server, login, FAILURES)
    refused("1")


def test_an_account_that_must_wait_does_so_no_longer_once_its_password_is_reset(client: httpx.Client, guessed: Pair, login: str) -> None:
    server, _ = guessed
    fail(server, login, FAILURES)
    visitor = Visitor(client)
    visitor.forgot(login)
    assert visitor.reset(visitor.mailed_token(login, "reset"), OTHER).status_code == 204
    assert log_in(server, login, OTHER).status_code == 200


def test_an_account_waits_a_quarter_of_an_hour_at_most_and_a_day_later_nothing_is_known(guessed: Pair, login: str) -> None:
    server, _ = guessed
    key = f"account {hashlib.sha256(login.encode()).hexdigest()}"
    fail(server, login, 1)
    query("update internal.login_attempts set failures = 90, retry_at = now() - interval '1 s' where key = %s", key)
    fail(server, login, 1)
    assert 890 <= int(log_in(server, login).headers["retry-after"]) <= 900
    query("update internal.login_attempts set attempted_at = now() - interval '25 h', retry_at = null where key = %s", key)
    fail(server, login, 2)


def test_an_account_that_is_not_there_is_answered_as_if_it_were(guessed: Pair, login: str) -> None:
    def said(login: str) -> list[object]:
        answers = [log_in(guessed[0], login) for _ in range(FAILURES + 1)]
        return [(each.status_code, each.headers.get("retry-after"), {**each.json(), "requestId": ""}) for each in answers]

    assert said(f"nobody-{login}") == said(login)


def test_of_many_passwords_that_are_guessed_at_once_at_two_servers_no_more_are_tried_than_may_fail(guessed: Pair, login: str) -> None:
    started = time.monotonic()
    passed = burst(60, lambda turn: log_in(guessed[turn % 2], login))
    assert_tried(passed, FAILURES, started)


def test_the_current_password_that_is_guessed_with_a_token_counts_like_signing_in(guessed: Pair, login: str) -> None:
    server, _ = guessed
    mine = {"Authorization": f"Bearer {log_in(server, login, PASSWORD).json()['accessToken']}"}

    def change(current: str) -> httpx.Response:
        body = {"currentPassword": current, "newPassword": PASSWORD}
        return server.ask(some_address(), "POST", "/v1/auth/password", headers=mine, json=body)

    assert [change("wrong").status_code for _ in range(FAILURES)] == [403] * FAILURES
    waits = change(PASSWORD)
    assert (waits.status_code, waits.headers["retry-after"]) == (429, "1")
    time.sleep(1.05)
    assert change(PASSWORD).status_code == 204
    assert [change("wrong").status_code for _ in range(FAILURES)] == [403] * FAILURES


def test_an_address_that_tries_many_accounts_must_wait_and_others_need_not(guessed: Pair, login: str) -> None:
    server, address = guessed[0], some_address()
    assert log_in(server, login, PASSWORD, address).status_code == 200
    started = time.monotonic()
    passed = burst(12 * FAILURES, lambda turn: log_in(server, f"{turn}-{login}", "x", address))
    assert_tried(passed, 10 * FAILURES, started)
    assert log_in(server, login, PASSWORD).status_code == 200


def test_exactly_so_many_attempts_to_sign_in_pass_at_two_servers_of_an_account_and_of_an_address(limited: Pair, login: str) -> None:
    address = some_address()
    assert burst(12, lambda turn: log_in(limited[turn % 2], login, PASSWORD)) == {200: 4, 429: 8}
    assert burst(50, lambda turn: log_in(limited[turn % 2], f"{turn}-{login}", "x", address)) == {401: 40, 429: 10}


def test_an_account_is_counted_and_not_its_address_where_a_token_that_does_not_hold_counts(limited: Pair) -> None:
    server, account, address = limited[0], sign_in(ROLES[0]), some_address()
    mine, made_up = ({"Authorization": f"Bearer {token}"} for token in (account.token, "x.y.z"))
    for left in (2, 1, 0):
        answer = server.ask(address, headers=mine)
        assert (answer.status_code, answer.headers["ratelimit-policy"]) == (404, '"default";q=3;w=3600')
        assert f"r={left};" in answer.headers["ratelimit"]
    assert server.ask(address, path="/v1/me", headers=mine).status_code == 429
    answer = server.ask(address, headers=made_up)
    assert (answer.status_code, answer.headers["ratelimit-policy"]) == (401, '"default";q=60;w=3600')
    assert burst(60, lambda _: server.ask(address)) == {404: 59, 429: 1}
    assert [server.ask(address, headers=made_up).status_code, server.ask(address, path="/v1/me").status_code] == [401, 401]


def test_registering_again_and_again_is_limited_too(limited: Pair) -> None:
    address = some_address()
    answers = [limited[0].ask(address, "POST", "/v1/auth/register", json={}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert answers[-1].headers["ratelimit-policy"] == '"default";q=60;w=3600, "register";q=2;w=3600'


def test_while_attempts_cannot_be_counted_nobody_signs_in_and_everything_else_goes_on(login: str) -> None:
    account = sign_in(ROLES[0])
    with LimitedServer(AMPLE, RATE_LIMIT_REDIS_URL="redis://127.0.0.1:1") as server:
        answer = log_in(server, login, PASSWORD)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert server.ask(some_address(), path="/v1/me", headers={"Authorization": f"Bearer {account.token}"}).status_code == 200
