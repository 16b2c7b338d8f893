from collections.abc import Iterator

import httpx
import pytest

from config.application import EXPOSED_HEADERS, SHARED_HEADERS, SHARED_METHODS
from tests.support.server import Server, start_refused

KNOWN = "https://app.example.com"
STRANGERS = [
    *("null", "*", "https://example.com", f"{KNOWN}.evil.com", "https://x.app.example.com", "http://app.example.com"),
    *(f"{KNOWN}:444", f"{KNOWN}, {KNOWN}", KNOWN.upper()),
]


@pytest.fixture(scope="module")
def shared() -> Iterator[httpx.Client]:
    with Server(CORS_ORIGINS=f" {KNOWN}, http://localhost:5173,") as server, httpx.Client(base_url=server.origin) as client:
        yield client


@pytest.mark.parametrize("path", ["/livez", "/v1/nowhere"])
def test_a_page_of_a_known_origin_may_read_the_answer_also_a_refusal(shared: httpx.Client, path: str) -> None:
    headers = shared.get(path, headers={"Origin": KNOWN}).headers
    assert headers["access-control-allow-origin"] == KNOWN
    assert headers["access-control-expose-headers"] == EXPOSED_HEADERS.decode()
    assert headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in headers


def test_a_browser_that_asks_beforehand_is_told_what_may_be_sent(shared: httpx.Client) -> None:
    asking = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "PATCH"}
    answer = shared.options("/v1/nowhere", headers=asking)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "http://localhost:5173"
    assert answer.headers["access-control-allow-methods"] == SHARED_METHODS.decode()
    assert answer.headers["access-control-allow-headers"] == SHARED_HEADERS.decode()
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("origin", STRANGERS)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_nothing_is_allowed_to_strangers(shared: httpx.Client, method: str, origin: str) -> None:
    asking = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    headers = shared.request(method, "/livez", headers=asking).headers
    assert "access-control-allow-origin" not in headers
    assert "access-control-allow-methods" not in headers
    assert headers["vary"] == "Origin"


def test_without_configured_origins_all_are_strangers(client: httpx.Client) -> None:
    headers = client.get("/livez", headers={"Origin": KNOWN}).headers
    assert "access-control-allow-origin" not in headers
    assert "vary" not in headers


@pytest.mark.parametrize("wrong", ["*", "null", f"{KNOWN}/", "app.example.com", f"{KNOWN} {KNOWN}", "https://*.example.com"])
def test_the_server_does_not_start_with_what_is_no_origin(wrong: str) -> None:
    status, output = start_refused(CORS_ORIGINS=wrong)
    assert (status, output.split(": ")[:2]) == (78, ["configuration", "CORS_ORIGINS"])
