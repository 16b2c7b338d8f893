import socket
import struct
import time

import httpx
import pytest

from config.settings import settings
from tests.support.server import Server
from tests.support.wire import parsed, rest, sent

POST = b"POST /v1/nowhere HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
GET = b"GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    ("message", "status"),
    [
        pytest.param(b"\x16\x03\x01\r\n\r\n", 400, id="is no HTTP"),
        pytest.param(b"GET /livez HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", 431, id="has headers without end"),
        pytest.param(b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431, id="has a path without end"),
        pytest.param(POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400, id="states two lengths"),
        pytest.param(POST + b"Content-Length: -2\r\n\r\n{}", 400, id="states a length below zero"),
        pytest.param(POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, id="states a length and is chunked"),
        pytest.param(POST + b"Transfer-Encoding: gzip\r\n\r\n{}", 400, id="is encoded otherwise"),
        pytest.param(
            POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", 400, id="is encoded before it is chunked"
        ),
        pytest.param(POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n", 400, id="has a broken chunk"),
        pytest.param(b"GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n", 400, id="names no host"),
        pytest.param(GET + b"Host: y\r\n\r\n", 400, id="names two hosts"),
        pytest.param(GET + b"Authorization: a\r\nAuthorization: b\r\n\r\n", 400, id="gives two credentials"),
        pytest.param(GET + b"X : y\r\n\r\n", 400, id="has a space before a colon"),
        pytest.param(GET + b"X: a\r\n b\r\n\r\n", 400, id="folds a header"),
        pytest.param(GET + b"X: a\nY: b\r\n\r\n", 400, id="ends a line with a line feed"),
        pytest.param(GET + b"X: a\0b\r\n\r\n", 400, id="has a NUL"),
        pytest.param(POST + b"Content-Length: 5\r\nConnection: close\r\n\r\n\xef\xbb\xbf{}", 400, id="begins with a byte order mark"),
        pytest.param(GET + b"X: y\r\n" * 3000 + b"\r\n", 431, id="has headers without number"),
        pytest.param(
            POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: " + b"x" * 20_000, 431, id="has trailers without end"
        ),
        pytest.param(b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 400, id="wants a tunnel"),
        pytest.param(b"GET /livez HTTP/9.9\r\nHost: x\r\n\r\n", 400, id="is of another version"),
    ],
)
def test_a_request_that_is_ambiguous_is_refused_once_with_a_problem_document(server: Server, message: bytes, status: int) -> None:
    answer = sent(server, message)
    assert answer.status == status
    assert answer.headers["content-type"] == "application/problem+json; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.body["status"] == status
    assert answer.body["code"]
    assert answer.body["requestId"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("path", [b"/v1/%E0%A4%A", b"/v1/%FF", b"/v1/%", b"/v1/\xff"])
def test_a_path_that_is_not_valid_is_refused(server: Server, path: bytes) -> None:
    assert sent(server, GET.replace(b"/livez", path) + b"\r\n").status in (400, 404)


def test_a_body_that_is_too_large_is_answered_before_its_end(server: Server) -> None:
    size = settings.body_limit_bytes * 20
    for length in (b"Content-Length: %d\r\n\r\n" % size, b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % size):
        with server.connect() as connection:
            connection.sendall(POST + length + b"x" * (size // 2))
            assert connection.recv(65_536).startswith(b"HTTP/1.1 413 ")


def test_a_client_waits_for_a_body_to_be_wanted(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(POST + b"Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"{}")
        assert parsed(rest(connection)).status == 404


def test_requests_on_one_connection_are_answered_in_their_order(server: Server) -> None:
    connection = server.connect()
    connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n" + POST + b"Content-Length: 2\r\n\r\n{}" + GET + b"\r\n")
    statuses = [int(part[:3]) for part in rest(connection).split(b"HTTP/1.1 ")[1:]]
    assert statuses == [200, 404, 200]


def test_clients_that_vanish_in_the_middle_of_a_request_do_no_harm(server: Server) -> None:
    for _ in range(20):
        connection = server.connect()
        connection.sendall(POST + b"Content-Length: 10\r\n\r\n{")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    assert httpx.get(f"{server.origin}/livez").status_code == 200


def test_a_head_that_comes_too_slowly_is_refused_and_others_are_served_meanwhile(server: Server) -> None:
    with server.connect() as slow, server.connect() as blank:
        started = time.monotonic()
        slow.sendall(b"GET /livez HTTP/1.1\r\n")
        blank.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        assert httpx.get(f"{server.origin}/livez").status_code == 200
        for _ in range(4):
            time.sleep(2)
            slow.sendall(b"X: y\r\n")
            blank.sendall(b"\r\n")
        answer = parsed(rest(slow))
        rest(blank)
    assert (answer.status, answer.body["code"]) == (408, "request_timeout")
    assert 9 < time.monotonic() - started < 20


def test_a_trailer_never_becomes_a_header(server: Server) -> None:
    message = POST + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\n{}\r\n0\r\nAuthorization: Bearer x\r\nHost: y\r\n\r\n"
    assert sent(server, message).status == 404


@pytest.mark.parametrize("protocol", [b"websocket", b"h2c"])
def test_a_request_that_asks_for_another_protocol_is_answered_in_this_one(server: Server, protocol: bytes) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: " + protocol + b"\r\n"
    connection = server.connect()
    connection.sendall(POST + upgrade + b"Content-Length: 5\r\n\r\n[1, ")
    time.sleep(0.1)
    connection.sendall(b"]" + GET.replace(b"Connection: close\r\n", upgrade) + b"\r\n" + GET + b"\r\n")
    statuses = [int(part[:3]) for part in rest(connection).split(b"HTTP/1.1 ")[1:]]
    assert statuses == [400, 200, 200]
