import httpx
import pytest

from tests.support.server import Server, start_refused


WRONG = {
    "PORT": "http",
    "DATABASE_URL": "mysql://x",
    "DATABASE_POOL_SIZE": "0",
    "DATABASE_PIPELINE": "maybe",
    "ENVIRONMENT": "prod",
    "LOG_LEVEL": "loud",
    "BODY_LIMIT_BYTES": "1.5",
}


def test_everything_that_is_configured_wrongly_is_said_at_once_and_the_server_does_not_start() -> None:
    status, output = start_refused(**WRONG)
    assert status == 78
    assert [line.split(": ")[:2] for line in output.splitlines()] == [["configuration", name] for name in sorted(WRONG, key=output.index)]


@pytest.mark.parametrize("url", ["postgres://x@db/x", "postgres://x@127.0.0.1/x?sslmode=prefer"])
def test_the_way_to_a_production_database_is_encrypted(url: str) -> None:
    status, output = start_refused(ENVIRONMENT="production", RATE_LIMITS="", DATABASE_URL=url)
    assert status == 78
    assert "sslmode=verify-full" in output


def test_production_starts_with_an_encrypted_way_and_forces_it_on_browsers() -> None:
    mail = {"MAIL_URL": "smtps://mail.internal", "MAIL_FROM": "desk@mail.example", "APP_URL": "https://app.example"}
    with Server(ENVIRONMENT="production", RATE_LIMITS="", DATABASE_URL="postgres://x@db.internal/x?sslmode=verify-full", **mail) as server:
        assert "max-age" in httpx.get(f"{server.origin}/livez").headers["strict-transport-security"]
        assert server.stop() == 0
