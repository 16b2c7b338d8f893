import json

import httpx
import pytest

from config.settings import settings

DEEP = "[" * 33 + "]" * 33


def test_a_path_that_does_not_exist_is_a_problem_document(client: httpx.Client) -> None:
    answer = client.get("/v1/nowhere")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json; charset=utf-8"
    problem = answer.json()
    assert (problem["type"], problem["code"], problem["status"]) == ("/problems/not_found", "not_found", 404)
    assert problem["requestId"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("path", ["/", "/livez/", "//livez", "/v1", "/v1/", "/LIVEZ", "/docs", "/redoc", "/openapi.json", "/v1/../livez"])
def test_no_other_spelling_of_a_path_is_served(client: httpx.Client, path: str) -> None:
    assert client.get(f"{client.base_url}".rstrip("/") + path.replace("..", "%2e%2e")).status_code == 404


def test_a_path_under_other_methods_names_them(client: httpx.Client) -> None:
    answer = client.delete("/readyz")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    options = client.options("/readyz")
    assert (options.status_code, options.headers["allow"]) == (200, "GET, HEAD")


def test_head_is_get_without_a_body(client: httpx.Client) -> None:
    answer = client.head("/livez")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == client.get("/livez").headers["content-length"]


@pytest.mark.parametrize("body", ['{"a": 1, "a": 2}', "", "{", "NaN", '{"a": Infinity}', '"\\ud83d"', DEEP, "\ufeff{}", b"\xff"])
def test_a_body_that_is_not_json_is_refused_before_anything_else_is_looked_at(client: httpx.Client, body: str | bytes) -> None:
    answer = client.post("/v1/nowhere", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == (400 if body else 404)
    assert answer.json()["code"] == ("malformed_json" if body else "not_found")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1", "application/jsonx", ""])
def test_a_body_of_another_type_is_refused(client: httpx.Client, kind: str) -> None:
    answer = client.post("/v1/nowhere", content="{}", headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_an_encoded_body_is_refused(client: httpx.Client) -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert client.post("/v1/nowhere", content="{}", headers=headers).status_code == 415


def test_a_body_up_to_the_limit_is_read_and_a_larger_one_refused(client: httpx.Client) -> None:
    for size, status in ((settings.body_limit_bytes, 404), (settings.body_limit_bytes + 1, 413)):
        text = json.dumps("x" * (size - 2))
        headers = {"Content-Type": "application/json"}
        assert client.post("/v1/nowhere", content=text, headers=headers).status_code == status
        assert client.post("/v1/nowhere", content=iter([text.encode()]), headers=headers).status_code == status


@pytest.mark.parametrize("path", ["/livez", "/v1/nowhere"])
def test_no_browser_may_guess_frame_or_keep_an_answer(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers
