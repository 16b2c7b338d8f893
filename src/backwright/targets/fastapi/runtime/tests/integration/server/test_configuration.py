import os

import httpx
import pytest

from config.settings import read_shared
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


@pytest.mark.parametrize("name", ["DEBUG", "PYTHONDEVMODE", "PYTHONASYNCIODEBUG", "LOG_LEVEL"])
def test_production_refuses_what_is_for_debugging(name: str) -> None:
    value = "debug" if name == "LOG_LEVEL" else "1"
    status, output = start_refused(ENVIRONMENT="production", DATABASE_URL="postgres://x@127.0.0.1/x", **{name: value})
    assert status == 78
    assert f"{name} switches debugging on" in output


@pytest.mark.parametrize("environment", ["staging", "production"])
@pytest.mark.parametrize("password", ["app-password", "x8K2mQ9vLr4"])
def test_a_database_password_that_can_be_guessed_is_refused_and_not_said(environment: str, password: str) -> None:
    status, output = start_refused(ENVIRONMENT=environment, DATABASE_URL=f"postgres://x:{password}@127.0.0.1/x")
    assert status == 78
    assert "password that can be guessed" in output
    assert password not in output


def test_what_an_environment_has_for_everybody_holds_unless_the_process_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "METRICS_PORT"):
        # So that both are undone.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("LOG_LEVEL", "warn")
    read_shared("staging")
    assert (os.environ["HOST"], os.environ["METRICS_PORT"], os.environ["LOG_LEVEL"]) == ("0.0.0.0", "9464", "warn")
