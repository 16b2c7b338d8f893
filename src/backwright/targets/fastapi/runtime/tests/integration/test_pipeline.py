from typing import Any

import httpx
import pytest


def said(answer: httpx.Response) -> tuple[int, dict[str, Any]]:
    return answer.status_code, {**answer.json(), "requestId": ""}


@pytest.mark.parametrize(("method", "path"), [("GET", "/readyz"), ("GET", "/livez"), ("GET", "/v1/nowhere"), ("POST", "/readyz")])
def test_both_ways_to_the_database_answer_alike(client: httpx.Client, plain: httpx.Client, method: str, path: str) -> None:
    assert said(plain.request(method, path)) == said(client.request(method, path))
