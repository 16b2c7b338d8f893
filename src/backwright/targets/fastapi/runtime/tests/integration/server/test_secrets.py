import secrets

import httpx
import pytest

from tests.support.server import Server, start_refused
from tests.support.visitor import PASSWORD, Visitor

PRODUCTION = {
    "ENVIRONMENT": "production",
    "RATE_LIMITS": "",
    "DATABASE_URL": "postgres://x@127.0.0.1/x",
    "MAIL_URL": "smtps://mail.internal",
    "MAIL_FROM": "desk@mail.example",
    "APP_URL": "https://app.example",
}


@pytest.mark.parametrize("key", ["x8K2mQ9vLr4", "not-for-production-not-for-production", "0123456789abcdef" * 4])
def test_production_does_not_start_with_a_key_that_can_be_guessed(key: str) -> None:
    status, output = start_refused(**PRODUCTION, TOKEN_SECRET=key)
    assert status == 78
    assert "TOKEN_SECRET" in output
    assert key not in output


def test_production_starts_with_a_random_key() -> None:
    with Server(**PRODUCTION, TOKEN_SECRET=secrets.token_hex(32)) as server:
        assert server.stop() == 0


def test_no_secret_is_ever_logged(server: Server, client: httpx.Client) -> None:
    visitor = Visitor(client)
    login = visitor.registered()
    tokens = visitor.tokens(login)
    visitor.log_in(login, f"{PASSWORD}x")
    visitor.refresh(tokens["refreshToken"])
    answer = client.get(f"/v1/nowhere?token={tokens['accessToken']}", headers={"Authorization": f"Bearer {tokens['accessToken']}"})
    assert server.line(answer.headers["x-request-id"])["userId"]
    log = "".join(server.lines)
    for secret in (PASSWORD, login, tokens["accessToken"], tokens["refreshToken"]):
        assert secret not in log
