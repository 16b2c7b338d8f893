import secrets

import httpx
import pytest

from tests.support.rows import new_registration
from tests.support.server import Server, start_refused

PRODUCTION = {"ENVIRONMENT": "production", "DATABASE_URL": "postgres://x@127.0.0.1/x"}
PASSWORD = "a password that must not be seen"


@pytest.mark.parametrize("key", ["", "x8K2mQ9vLr4", "a" * 64, "changeme" * 8, "not-for-production-not-for-production", "0123456789abcdef" * 4])
def test_production_does_not_start_with_a_key_that_can_be_guessed(key: str) -> None:
    status, output = start_refused(**PRODUCTION, TOKEN_SECRET=key)
    assert status == 78
    assert "TOKEN_SECRET" in output
    assert not key or key not in output


@pytest.mark.parametrize("key", [secrets.token_hex(32), secrets.token_urlsafe(32)], ids=["hex", "base64"])
def test_production_starts_with_a_random_key(key: str) -> None:
    with Server(**PRODUCTION, TOKEN_SECRET=key) as server:
        assert server.stop() == 0


def test_no_secret_is_ever_logged() -> None:
    profile, login = new_registration()
    with Server(LOG_LEVEL="debug") as server, httpx.Client(base_url=server.origin) as client:
        client.post("/v1/auth/register", json={**profile, "password": PASSWORD})
        tokens = client.post("/v1/auth/login", json={"email": login, "password": PASSWORD}).json()
        client.post("/v1/auth/login", json={"email": login, "password": f"{PASSWORD}x"})
        headers = {"Authorization": f"Bearer {tokens['accessToken']}"}
        client.get(f"/v1/nowhere?token={tokens['accessToken']}", headers=headers)
        client.post("/v1/auth/refresh", json={"refreshToken": tokens["refreshToken"]})
        server.stop()
        log = "".join(server.lines)
    assert log.count('"event":"request"') == 5
    for secret in (PASSWORD, login, tokens["accessToken"], tokens["refreshToken"]):
        assert secret not in log
