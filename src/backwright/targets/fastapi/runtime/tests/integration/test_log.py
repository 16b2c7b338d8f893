import httpx

from tests.support.server import Server
from tests.support.wire import rest


def test_a_request_is_one_line_without_its_query_headers_and_body() -> None:
    with Server() as server:
        answer = httpx.post(f"{server.origin}/v1/nowhere?canary=1", json={"canary": 1}, headers={"X-Canary": "canary"})
        assert server.stop() == 0
    [line] = [each for each in server.log if each["event"] == "request"]
    assert (line["method"], line["path"], line["status"]) == ("POST", "/v1/nowhere", 404)
    assert line["requestId"] == answer.headers["x-request-id"]
    assert line["milliseconds"] >= 0
    assert {"level", "service", "timestamp"} <= line.keys()
    assert "canary" not in "".join(server.lines)


def test_what_is_no_request_is_logged_without_its_bytes() -> None:
    with Server() as server:
        connection = server.connect()
        connection.sendall(b"canary\r\n\r\n")
        rest(connection)
        server.stop()
    [line] = [each for each in server.log if each["event"] == "request.unreadable"]
    assert line["status"] == 400
    assert "canary" not in "".join(server.lines)


def test_a_client_that_leaves_is_logged_as_such() -> None:
    with Server() as server:
        with server.connect() as leaving:
            leaving.sendall(b"POST /v1/nowhere HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
        httpx.get(f"{server.origin}/livez")
        server.stop()
    assert 499 in [each["status"] for each in server.log if each["event"] == "request"]
