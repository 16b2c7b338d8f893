import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.rows import new_registration
from tests.support.server import Server
from tests.support.visitor import PASSWORD, Visitor


@pytest.fixture(scope="module")
def logging() -> Iterator[Server]:
    with Server() as server:
        yield server


def said(server: Server, answer: httpx.Response) -> dict[str, Any]:
    """What stands in the log about the security of a request that has ended."""
    request_id = answer.headers["x-request-id"]
    server.line(request_id)
    for _ in range(200):
        lines = [json.loads(line) for line in server.lines if request_id in line]
        if any(line["event"] == "request" for line in lines):
            return next((line for line in lines if line["event"].startswith("security.")), {})
        time.sleep(0.01)
    raise AssertionError("the request never ended")


def test_the_log_says_who_signs_in_fails_to_or_changes_how_whence_and_with_what_result(logging: Server) -> None:
    with httpx.Client(base_url=logging.origin, timeout=30) as client:
        visitor = Visitor(client)
        profile, login = new_registration()
        assert visitor.register(profile).status_code == 202
        early = visitor.log_in(login)
        verified = visitor.verify(visitor.mailed_token(login, "verification"))
        opened = visitor.log_in(login)
        account, token = visitor.account(opened.json()["accessToken"]), opened.json()["refreshToken"]
        key = client.post("/v1/auth/keys", auth=account, json={"name": "robot"})
        with_key = {"Authorization": f"Bearer {key.json()['key']}"}
        answers = [
            (early, "security.refused", "login", "address_unverified", account.id),
            (verified, "security.succeeded", "verify", None, account.id),
            (opened, "security.succeeded", "login", None, account.id),
            (key, "security.succeeded", "createMyKey", None, account.id),
            (
                client.post("/v1/auth/keys", headers=with_key, json={"name": "other"}),
                *("security.refused", "access", "forbidden", account.id),
            ),
            (visitor.log_in(login, "wrong"), "security.refused", "login", "password_wrong", account.id),
            (visitor.log_in(f"x{login}", PASSWORD), "security.refused", "login", "account_unknown", None),
            (visitor.refresh(token), "security.succeeded", "refresh", None, account.id),
            (visitor.refresh(token), "security.refused", "refresh", "token_reused", account.id),
            (
                client.get("/v1/me", headers={"Authorization": "Bearer x"}),
                *("security.refused", "access", "token_invalid", None),
            ),
            (client.get("/v1/me"), "security.refused", "access", "unauthenticated", None),
            (client.get("/v1/nowhere"), None, None, None, None),
        ]
    for answer, *wanted in answers:
        line = said(logging, answer)
        assert [line.get(name) for name in ("event", "action", "reason", "userId")] == wanted
        status = answer.status_code if wanted[0] == "security.refused" else None
        assert (line.get("address"), line.get("status")) == ("127.0.0.1" if line else None, status)


def test_the_log_says_what_came_of_a_request_whose_client_left_before_it_was_answered(logging: Server, client: httpx.Client) -> None:
    body = json.dumps({"email": Visitor(client).registered(), "password": PASSWORD}).encode()
    head = b"POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    with logging.connect() as connection:
        connection.sendall(head + body)
    ends, judged = time.monotonic() + 10, list[dict[str, Any]]()
    while not judged and time.monotonic() < ends:
        left = [line["requestId"] for line in logging.log("request") if line["status"] == 499]
        judged = [line for line in logging.log("security.succeeded") if line["requestId"] in left]
        time.sleep(0.01)
    assert [line["action"] for line in judged] == ["login"]
