import time

import httpx

from tests.support.server import Server
from tests.support.wire import sent

POST = b"POST /v1/left HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"


def test_a_request_is_one_line_without_its_query_headers_and_body(server: Server, client: httpx.Client) -> None:
    answer = client.post("/v1/nowhere?canary=1", json={"canary": 1}, headers={"X-Canary": "canary"})
    line = server.line(answer.headers["x-request-id"])
    assert (line["event"], line["method"], line["path"], line["status"]) == ("request", "POST", "/v1/nowhere", 404)
    assert line["milliseconds"] >= 0
    assert {"level", "service", "time"} <= line.keys()
    assert "canary" not in "".join(server.lines)


def test_what_is_no_request_is_logged_without_its_bytes(server: Server) -> None:
    answer = sent(server, b"canary\r\n\r\n")
    line = server.line(answer.headers["x-request-id"])
    assert (line["event"], line["status"]) == ("request.unreadable", 400)
    assert "canary" not in "".join(server.lines)


def test_a_client_that_leaves_is_logged_as_such(server: Server) -> None:
    with server.connect() as leaving:
        leaving.sendall(POST)
        time.sleep(0.1)
    assert server.line("/v1/left")["status"] == 499
