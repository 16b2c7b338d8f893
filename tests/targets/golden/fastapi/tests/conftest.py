import os
import secrets
from collections.abc import Iterator

os.environ.setdefault("LOG_LEVEL", "silent")
os.environ.setdefault("RATE_LIMITS", "off")
os.environ.setdefault("ENVIRONMENT", "test")
os.environ.setdefault("TOKEN_SECRET", secrets.token_urlsafe(48))
os.environ.setdefault("TOKEN_SECRET_ACCEPTED", secrets.token_urlsafe(48))
os.environ.setdefault("OUTBOX", "off")
os.environ.setdefault("CALLS", "off")
os.environ.setdefault("PAYMENTS_ADAPTER", "sandbox")

import httpx
import pytest

from tests.support.server import Server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture(scope="session")
def client(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.origin, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def plain() -> Iterator[httpx.Client]:
    """Of a server that sends its statements one by one in plain transactions."""
    with Server(DATABASE_PIPELINE="off") as running, httpx.Client(base_url=running.origin, timeout=30) as client:
        yield client


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
