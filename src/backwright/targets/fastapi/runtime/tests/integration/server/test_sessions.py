import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.support.answers import faults_of
from tests.support.database import NOWHERE
from tests.support.sessions import Account
from tests.support.visitor import PASSWORD, Visitor

NEW = "another battery, another horse"


@pytest.fixture(params=["client", "plain"])
def visitor(request: pytest.FixtureRequest) -> Visitor:
    """With statements sent together, and one by one in plain transactions."""
    return Visitor(request.getfixturevalue(request.param))


def opened(visitor: Visitor, login: str) -> tuple[Account, str]:
    """A new session of somebody's, and its refresh token."""
    tokens = visitor.tokens(login)
    return visitor.account(tokens["accessToken"]), tokens["refreshToken"]


def sessions_of(visitor: Visitor, account: Account) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = visitor.client.get("/v1/auth/sessions", auth=account).json()["items"]
    return found


def change(visitor: Visitor, account: Account, current: str, new: str = NEW) -> httpx.Response:
    return visitor.client.post("/v1/auth/password", auth=account, json={"currentPassword": current, "newPassword": new})


def test_sessions_are_shown_newest_first_and_which_one_is_current(visitor: Visitor) -> None:
    login = visitor.registered()
    (first, _), (second, _) = opened(visitor, login), opened(visitor, login)
    assert [each["current"] for each in sessions_of(visitor, first)] == [False, True]
    assert [each["current"] for each in sessions_of(visitor, second)] == [True, False]
    assert all(list(each) == ["id", "createdAt", "expiresAt", "lastSeenAt", "current"] for each in sessions_of(visitor, first))


def test_one_session_ends_and_the_other_goes_on(visitor: Visitor) -> None:
    login = visitor.registered()
    (first, _), (second, refresh_token) = opened(visitor, login), opened(visitor, login)
    assert visitor.accepts(second)
    path = f"/v1/auth/sessions/{sessions_of(visitor, first)[0]['id']}"
    assert visitor.client.delete(path, auth=first).status_code == 204
    assert (visitor.accepts(first), visitor.accepts(second)) == (True, False)
    assert visitor.refresh(refresh_token).status_code == 401
    assert visitor.client.delete(path, auth=first).status_code == 404


def test_a_session_of_somebody_else_is_not_there(visitor: Visitor) -> None:
    mine, theirs = visitor.signed_in(), visitor.signed_in()
    for session_id in (sessions_of(visitor, theirs)[0]["id"], NOWHERE):
        assert visitor.client.delete(f"/v1/auth/sessions/{session_id}", auth=mine).status_code == 404
    assert visitor.client.delete("/v1/auth/sessions/x", auth=mine).status_code == 422
    assert visitor.accepts(theirs)


def test_all_sessions_end_with_the_one_that_says_so(visitor: Visitor) -> None:
    login = visitor.registered()
    (first, _), (second, refresh_token) = opened(visitor, login), opened(visitor, login)
    assert visitor.client.delete("/v1/auth/sessions", auth=first).status_code == 204
    assert not visitor.accepts(first)
    assert not visitor.accepts(second)
    assert visitor.refresh(refresh_token).status_code == 401


def test_a_changed_password_holds_ends_the_other_sessions_and_tells_the_owner(visitor: Visitor) -> None:
    login = visitor.registered()
    (mine, own_refresh), (other, other_refresh) = opened(visitor, login), opened(visitor, login)
    assert change(visitor, mine, PASSWORD).status_code == 204
    assert (visitor.accepts(mine), visitor.accepts(other)) == (True, False)
    assert (visitor.refresh(own_refresh).status_code, visitor.refresh(other_refresh).status_code) == (200, 401)
    assert (visitor.log_in(login).status_code, visitor.log_in(login, NEW).status_code) == (401, 200)
    assert visitor.mails(login)[0]["kind"] == "passwordChanged"


def test_a_wrong_current_password_and_a_short_new_one_change_nothing(visitor: Visitor) -> None:
    login = visitor.registered()
    mine, _ = opened(visitor, login)
    wrong = change(visitor, mine, NEW)
    assert (wrong.status_code, wrong.json()["code"]) == (403, "password_wrong")
    for password in ("short", "passwordpassword"):
        assert faults_of(change(visitor, mine, PASSWORD, password)) == ["/newPassword"]
    assert visitor.log_in(login).status_code == 200


def test_of_two_changes_at_once_one_holds(visitor: Visitor) -> None:
    login = visitor.registered()
    mine, _ = opened(visitor, login)
    passwords = [NEW, f"{NEW} again"]
    with ThreadPoolExecutor(2) as pool:
        statuses = [answer.status_code for answer in pool.map(lambda each: change(visitor, mine, PASSWORD, each), passwords)]
    assert sorted(statuses) == [204, 403]
    assert visitor.log_in(login, passwords[statuses.index(204)]).status_code == 200


def test_no_session_of_the_old_password_is_left_by_logins_during_a_change(visitor: Visitor) -> None:
    login = visitor.registered()
    mine, _ = opened(visitor, login)
    with ThreadPoolExecutor(7) as pool:
        logins = [pool.submit(visitor.log_in, login) for _ in range(6)]
        assert change(visitor, mine, PASSWORD).status_code == 204
    for answer in (each.result() for each in logins):
        assert answer.status_code == 401 or visitor.refresh(answer.json()["refreshToken"]).status_code == 401


def test_sessions_keys_and_passwords_need_a_token(client: httpx.Client) -> None:
    whole = itertools.product(("GET", "DELETE"), ("sessions",))
    for method, path in (*whole, ("DELETE", f"sessions/{NOWHERE}"), ("POST", "password"), ("GET", "keys"), ("POST", "keys")):
        assert client.request(method, f"/v1/auth/{path}").status_code == 401
