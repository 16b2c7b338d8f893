import hashlib
import re
import time
from typing import Any

import httpx
import pytest

from config.application import ROLES
from tests.support.answers import faults_of, without
from tests.support.database import query
from tests.support.rows import sign_in
from tests.support.sessions import Account
from tests.support.visitor import Visitor


@pytest.fixture(params=["client", "plain"])
def visitor(request: pytest.FixtureRequest) -> Visitor:
    """With statements sent together, and one by one in plain transactions."""
    return Visitor(request.getfixturevalue(request.param))


def key_of(visitor: Visitor, owner: Account, **body: str) -> dict[str, Any]:
    created = visitor.client.post("/v1/auth/keys", auth=owner, json={"name": "a robot", **body})
    assert created.status_code == 201
    found: dict[str, Any] = created.json()
    return found


def using(owner: Account, key: str) -> Account:
    return Account(owner.id, key)


def test_a_key_is_shown_once_acts_as_its_owner_and_is_stored_as_a_digest(visitor: Visitor) -> None:
    owner = sign_in(ROLES[0])
    made = key_of(visitor, owner)
    assert re.fullmatch(r"key_[\w-]{43}", made["key"])
    assert visitor.accepts(using(owner, made["key"]))
    assert visitor.client.get("/v1/auth/keys", auth=owner).json()["items"] == [without(made, "key")]
    [[row, digest]] = query("select to_jsonb(key)::text, digest from internal.api_keys as key where id = %s", made["id"])
    assert digest == hashlib.sha256(made["key"].encode()).hexdigest()
    assert made["key"][4:] not in row


def test_a_session_that_ended_a_moment_ago_makes_no_key_even_where_it_is_still_remembered(visitor: Visitor) -> None:
    owner = sign_in(ROLES[0])
    assert visitor.accepts(owner)
    query("update internal.sessions set revoked_at = now() where user_id = %s", owner.id)
    assert visitor.client.post("/v1/auth/keys", auth=owner, json={"name": "late"}).status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", "keys"), ("POST", "keys"), ("GET", "sessions"), ("DELETE", "sessions")),
        *(("POST", "logout"), ("POST", "password"), ("POST", "login"), ("GET", "nowhere")),
    ],
)
def test_a_key_reaches_nothing_below_auth(client: httpx.Client, method: str, path: str) -> None:
    owner = sign_in(ROLES[0])
    auth = using(owner, key_of(Visitor(client), owner)["key"])
    assert client.request(method, f"/v1/auth/{path}", auth=auth).status_code == 403


def test_a_key_that_has_expired_or_was_never_made_is_refused(visitor: Visitor) -> None:
    owner = sign_in(ROLES[0])
    made = key_of(visitor, owner, expiresAt="2020-01-01T00:00:00Z")
    assert made["expiresAt"] == "2020-01-01T00:00:00.000Z"
    for key in (made["key"], "key_", f"key_{'x' * 43}"):
        assert not visitor.accepts(using(owner, key))


def test_a_revoked_key_is_refused_within_five_seconds(client: httpx.Client) -> None:
    visitor, owner = Visitor(client), sign_in(ROLES[0])
    made = key_of(visitor, owner)
    assert visitor.accepts(using(owner, made["key"]))
    path = f"/v1/auth/keys/{made['id']}"
    assert [client.delete(path, auth=owner).status_code for _ in range(2)] == [204, 404]
    time.sleep(4.5)
    assert not visitor.accepts(using(owner, made["key"]))


def test_a_key_of_somebody_else_is_not_there(visitor: Visitor) -> None:
    owner, other = sign_in(ROLES[0]), sign_in(ROLES[0])
    made = key_of(visitor, owner)
    assert visitor.client.delete(f"/v1/auth/keys/{made['id']}", auth=other).status_code == 404
    assert visitor.client.get("/v1/auth/keys", auth=other).json()["items"] == []


def test_a_reset_takes_the_keys_of_the_account_away(visitor: Visitor) -> None:
    login = visitor.registered()
    owner = visitor.account(visitor.tokens(login)["accessToken"])
    made = key_of(visitor, owner)
    visitor.forgot(login)
    assert visitor.reset(visitor.mailed_token(login, "reset"), "another battery, another horse").status_code == 204
    assert query("select id from internal.api_keys where id = %s", made["id"]) == []


def test_a_key_without_a_name_or_with_an_odd_end_is_refused(client: httpx.Client) -> None:
    body = {"name": "", "expiresAt": "soon", "role": "x"}
    answer = client.post("/v1/auth/keys", auth=sign_in(ROLES[0]), json=body)
    assert (answer.status_code, faults_of(answer)) == (422, ["/expiresAt", "/name", "/role"])
