import hashlib
import time

import httpx

from config.application import ROLES
from tests.support.callers import LimitedServer, burst, some_address
from tests.support.database import query
from tests.support.rows import sign_in
from tests.support.visitor import PASSWORD, Visitor

ENOUGH = "anonymous=100000/min,user=100000/min,login=1000/min"


def log_in(server: LimitedServer, login: str, password: str = "wrong", address: str | None = None) -> httpx.Response:
    body = {"email": login, "password": password}
    return server.ask(address or some_address(), "POST", "/v1/auth/login", json=body)


def test_after_too_many_wrong_passwords_even_the_right_one_waits_longer_each_time_and_then_counts_anew(client: httpx.Client) -> None:
    login = Visitor(client).registered()
    with LimitedServer(ENOUGH, LOGIN_FAILURES="3") as server:

        def refused(seconds: str) -> None:
            answer = log_in(server, login, PASSWORD)
            assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (429, "rate_limited", seconds)
            time.sleep(int(seconds) + 0.05)

        assert [log_in(server, login).status_code for _ in range(3)] == [401] * 3
        refused("1")
        assert log_in(server, login).status_code == 401
        refused("2")
        assert log_in(server, login, PASSWORD).status_code == 200
        assert [log_in(server, login).status_code for _ in range(3)] == [401] * 3
        refused("1")


def test_an_account_waits_a_quarter_of_an_hour_at_most_and_a_day_later_nothing_is_known(client: httpx.Client) -> None:
    login = Visitor(client).registered()
    key = f"account {hashlib.sha256(login.encode()).hexdigest()}"
    with LimitedServer(ENOUGH) as server:
        log_in(server, login)
        query("update internal.login_attempts set failures = 90, retry_at = now() - interval '1 s' where key = %s", key)
        assert log_in(server, login).status_code == 401
        assert log_in(server, login).headers["retry-after"] == "900"
        query("update internal.login_attempts set attempted_at = now() - interval '25 h', retry_at = null where key = %s", key)
        assert [log_in(server, login).status_code for _ in range(2)] == [401] * 2


def test_an_account_that_is_not_there_is_answered_as_if_it_were(client: httpx.Client) -> None:
    login = Visitor(client).registered()
    with LimitedServer(ENOUGH, LOGIN_FAILURES="2") as server:

        def said(login: str) -> list[object]:
            answers = [log_in(server, login) for _ in range(3)]
            return [(each.status_code, each.headers.get("retry-after"), {**each.json(), "requestId": ""}) for each in answers]

        assert said(f"nobody-{login}") == said(login)


def test_of_many_passwords_that_are_guessed_at_once_at_two_servers_no_more_are_tried_than_may_fail(client: httpx.Client) -> None:
    login = Visitor(client).registered()
    with LimitedServer(ENOUGH) as one, LimitedServer(ENOUGH) as other:
        assert burst(60, lambda turn: log_in((one, other)[turn % 2], login)) == {401: 10, 429: 50}


def test_an_address_that_tries_many_accounts_must_wait_and_others_need_not(client: httpx.Client) -> None:
    own, address = Visitor(client).registered(), some_address()
    with LimitedServer(ENOUGH, LOGIN_FAILURES="1") as server:
        assert log_in(server, own, PASSWORD, address).status_code == 200
        assert [log_in(server, f"{count}-{own}", "x", address).status_code for count in range(10)] == [401] * 10
        assert log_in(server, own, PASSWORD, address).status_code == 429
        assert log_in(server, own, PASSWORD).status_code == 200


def test_exactly_so_many_attempts_to_sign_in_pass_at_two_servers_of_an_account_and_of_an_address(client: httpx.Client) -> None:
    login, address, limits = Visitor(client).registered(), some_address(), "anonymous=1000/min,login=4/h"
    with LimitedServer(limits) as one, LimitedServer(limits) as other:
        assert burst(12, lambda turn: log_in((one, other)[turn % 2], login, PASSWORD)) == {200: 4, 429: 8}
        many = burst(50, lambda turn: log_in((one, other)[turn % 2], f"{turn}-{login}", "x", address))
        assert many == {401: 40, 429: 10}


def test_an_account_is_counted_and_not_its_address_where_a_token_that_does_not_hold_counts() -> None:
    account, address = sign_in(ROLES[0]), some_address()
    mine, made_up = ({"Authorization": f"Bearer {token}"} for token in (account.token, "x.y.z"))
    with LimitedServer("anonymous=2/h,user=3/h") as server:
        for left in (2, 1, 0):
            answer = server.ask(address, headers=mine)
            assert (answer.status_code, answer.headers["ratelimit-policy"]) == (404, '"default";q=3;w=3600')
            assert f"r={left};" in answer.headers["ratelimit"]
        assert server.ask(address, path="/v1/me", headers=mine).status_code == 429
        answer = server.ask(address, headers=made_up)
        assert (answer.status_code, answer.headers["ratelimit-policy"]) == (401, '"default";q=2;w=3600')
        assert [server.ask(address).status_code for _ in range(2)] == [404, 429]
        assert server.ask(address, headers=made_up).status_code == 401
        assert server.ask(address, path="/v1/me").status_code == 401


def test_while_attempts_cannot_be_counted_nobody_signs_in_and_everything_else_goes_on(client: httpx.Client) -> None:
    login, account = Visitor(client).registered(), sign_in(ROLES[0])
    with LimitedServer(ENOUGH, RATE_LIMIT_REDIS_URL="redis://127.0.0.1:1") as server:
        answer = log_in(server, login, PASSWORD)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert server.ask(some_address(), path="/v1/me", headers={"Authorization": f"Bearer {account.token}"}).status_code == 200


def test_registering_again_and_again_is_limited_too() -> None:
    address = some_address()
    with LimitedServer(f"{ENOUGH},register=2/h") as server:
        answers = [server.ask(address, "POST", "/v1/auth/register", json={}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [422, 422, 429]
        assert answers[-1].headers["ratelimit-policy"] == '"default";q=100000;w=60, "register";q=2;w=3600'
