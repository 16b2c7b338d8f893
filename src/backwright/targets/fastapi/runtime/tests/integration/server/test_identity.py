import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from config.application import ROLES
from tests.support.answers import faults_of
from tests.support.database import query
from tests.support.rows import new_registration, sign_in
from tests.support.visitor import PASSWORD, Visitor


@pytest.fixture(params=["client", "plain"])
def visitor(request: pytest.FixtureRequest) -> Visitor:
    """With statements sent together, and one by one in plain transactions."""
    return Visitor(request.getfixturevalue(request.param))


def without_request(answer: httpx.Response) -> dict[str, Any]:
    return {name: value for name, value in answer.json().items() if name != "requestId"}


def test_somebody_who_registers_can_log_in_and_has_the_first_role(visitor: Visitor) -> None:
    tokens = visitor.tokens(visitor.registered())
    assert tokens["tokenType"] == "Bearer"
    claims = tokens["accessToken"].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(claims + "=="))["role"] == ROLES[0]
    assert visitor.client.get("/v1/nowhere", headers={"Authorization": f"bearer {tokens['accessToken']}"}).status_code == 404


def test_an_address_that_is_taken_is_answered_alike_and_the_account_stays_as_it_was(visitor: Visitor) -> None:
    profile, login = new_registration()
    first = visitor.register(profile)
    visitor.verify(visitor.mailed_token(login, "verification"))
    again = visitor.register(profile, "another password, also long")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert visitor.log_in(login, "another password, also long").status_code == 401
    assert visitor.log_in(login).status_code == 200


def test_a_role_and_a_short_password_are_refused_at_once(visitor: Visitor) -> None:
    profile, _login = new_registration()
    answer = visitor.register({**profile, "role": ROLES[-1]}, "short")
    assert answer.status_code == 422
    assert faults_of(answer) == ["/password", "/role"]


def test_a_common_password_and_one_made_of_the_address_are_refused(visitor: Visitor) -> None:
    profile, login = new_registration()
    own = login.partition("@")[0]
    for password in ("passwordpassword", f"{own}-{own}"):
        assert faults_of(visitor.register(profile, password)) == ["/password"]


def test_a_wrong_password_and_an_unknown_login_are_answered_alike(visitor: Visitor) -> None:
    login = visitor.registered()
    wrong, unknown = visitor.log_in(login, "wrong horse battery staple"), visitor.log_in(f"x{login}")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.headers["content-type"].startswith("application/problem+json")
    assert without_request(wrong) == without_request(unknown)


def test_a_login_in_capitals_is_the_same_account(visitor: Visitor) -> None:
    assert visitor.log_in(visitor.registered().upper()).status_code == 200


@pytest.mark.parametrize("body", [{}, [], None, "x", {"email": 1, "password": None}, {"email": "a@example.com", "password": "x\0"}])
def test_a_login_of_another_form_is_refused(visitor: Visitor, body: object) -> None:
    assert visitor.client.post("/v1/auth/login", json=body).status_code == 422


def test_a_login_without_a_body_is_refused(visitor: Visitor) -> None:
    assert visitor.client.post("/v1/auth/login").status_code == 422


def test_a_password_is_stored_only_as_an_argon2id_hash(visitor: Visitor) -> None:
    visitor.registered()
    assert query("select bool_and(password_hash like '$argon2id$%%') from internal.credentials") == [(True,)]


def test_a_refresh_token_continues_the_session(visitor: Visitor) -> None:
    first = visitor.tokens(visitor.registered())
    second = visitor.refresh(first["refreshToken"])
    assert second.status_code == 200
    assert second.json()["refreshToken"] != first["refreshToken"]
    assert visitor.refresh(second.json()["refreshToken"]).status_code == 200


def test_a_refresh_token_that_comes_twice_ends_its_session_alone(visitor: Visitor) -> None:
    login = visitor.registered()
    first, elsewhere = visitor.tokens(login), visitor.tokens(login)
    second = visitor.refresh(first["refreshToken"]).json()
    assert visitor.refresh(first["refreshToken"]).status_code == 401
    assert visitor.refresh(second["refreshToken"]).status_code == 401
    bearer = {"Authorization": f"Bearer {second['accessToken']}"}
    assert visitor.client.get("/v1/nowhere", headers=bearer).status_code == 401
    assert visitor.refresh(elsewhere["refreshToken"]).status_code == 200


def test_one_refresh_token_used_many_times_at_once_succeeds_once(visitor: Visitor) -> None:
    token = visitor.tokens(visitor.registered())["refreshToken"]
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(answer.status_code for answer in pool.map(visitor.refresh, [token] * 8))
    assert statuses == [200] + [401] * 7


def test_a_refresh_token_that_was_never_issued_is_refused(visitor: Visitor) -> None:
    assert visitor.refresh("nobody-has-this-token").status_code == 401
    assert visitor.refresh(1).status_code == 422


def test_after_logging_out_the_session_cannot_be_refreshed(visitor: Visitor) -> None:
    tokens = visitor.tokens(visitor.registered())
    answer = visitor.log_out(tokens["accessToken"])
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["clear-site-data"] == '"storage"'
    assert visitor.refresh(tokens["refreshToken"]).status_code == 401


@pytest.mark.parametrize("path", ["/v1/me", "/v1/auth/login", "/v1/nowhere"])
def test_a_token_that_does_not_hold_is_refused_everywhere(visitor: Visitor, path: str) -> None:
    token = sign_in(ROLES[0]).token
    for credentials in (f"Bearer {token}x", f"Bearer  {token}", "Bearer", "Basic YTpi", token, ""):
        answer = visitor.client.get(path, headers={"Authorization": credentials})
        assert answer.status_code == 401, credentials
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_logging_out_needs_a_token(visitor: Visitor) -> None:
    answer = visitor.client.post("/v1/auth/logout")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
