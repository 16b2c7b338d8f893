from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx


def faults_of(answer: httpx.Response) -> list[str]:
    """The pointers and parameters that a refusal names, each once, sorted."""
    return sorted({fault.get("pointer") or fault.get("parameter") or "" for fault in answer.json().get("errors", [])})


def tag_of(answer: httpx.Response) -> str:
    """What names the version that an answer shows."""
    return str(answer.headers["etag"])


def like(actual: Any, expected: Any) -> Any:
    """Of `actual` the members that `expected` has, at any depth."""
    if isinstance(actual, list) and isinstance(expected, list) and len(actual) == len(expected):
        return [like(item, wanted) for item, wanted in zip(actual, expected, strict=True)]
    if isinstance(actual, dict) and isinstance(expected, Mapping):
        return {name: like(actual[name], value) for name, value in expected.items() if name in actual}
    return actual


def without(body: Mapping[str, object], *members: str) -> dict[str, object]:
    return {name: value for name, value in body.items() if name not in members}


def at_once(times: int, call: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """The answers to the same request, sent so often at once."""
    with ThreadPoolExecutor(times) as pool:
        return [future.result() for future in [pool.submit(call) for _ in range(times)]]


def assert_same(client: httpx.Client, plain: httpx.Client, method: str, path: str, **request: Any) -> None:
    """The same request to both servers gets the same answer."""
    batched, separate = client.request(method, path, **request), plain.request(method, path, **request)
    assert separate.status_code == batched.status_code
    assert {**separate.json(), "requestId": ""} == {**batched.json(), "requestId": ""}
