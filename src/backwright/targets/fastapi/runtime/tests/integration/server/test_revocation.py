import time

import httpx

from config.application import ROLES
from tests.support.database import query
from tests.support.rows import sign_in
from tests.support.sessions import Account


def accepted(client: httpx.Client, account: Account) -> bool:
    status = client.get("/v1/nowhere", auth=account).status_code
    assert status in (401, 404)
    return status == 404


def test_the_access_token_ends_with_the_session(client: httpx.Client) -> None:
    leaving, staying = sign_in(ROLES[0]), sign_in(ROLES[0])
    assert accepted(client, leaving)
    assert accepted(client, staying)
    assert client.post("/v1/auth/logout", auth=leaving).status_code == 204
    assert not accepted(client, leaving)
    assert accepted(client, staying)


def test_a_session_that_another_server_ended_is_refused_within_five_seconds(client: httpx.Client) -> None:
    account = sign_in(ROLES[0])
    assert accepted(client, account)
    query("update internal.sessions set revoked_at = now() where user_id = %s", account.id)
    time.sleep(4.5)
    assert not accepted(client, account)
