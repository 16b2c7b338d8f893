from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.server import Server


@pytest.fixture(scope="module")
def plain() -> Iterator[httpx.Client]:
    """A server that sends its statements one by one in plain transactions."""
    with Server(DATABASE_PIPELINE="off") as server, httpx.Client(base_url=server.origin, timeout=30) as client:
        yield client


def said(answer: httpx.Response) -> tuple[int, dict[str, Any]]:
    return answer.status_code, {**answer.json(), "requestId": ""}


@pytest.mark.parametrize(("method", "path"), [("GET", "/readyz"), ("GET", "/livez"), ("GET", "/v1/nowhere"), ("POST", "/readyz")])
def test_both_ways_to_the_database_answer_alike(client: httpx.Client, plain: httpx.Client, method: str, path: str) -> None:
    assert said(plain.request(method, path)) == said(client.request(method, path))
