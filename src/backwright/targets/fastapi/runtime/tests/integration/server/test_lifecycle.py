import signal
import time

import httpx

from tests.support.server import Server, start_refused
from tests.support.wire import parsed, rest

POST = b"POST /v1/nowhere HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n"


def test_while_the_database_answers_the_server_is_alive_and_ready(client: httpx.Client) -> None:
    assert client.get("/livez").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_without_a_database_the_server_is_alive_but_not_ready() -> None:
    credentials = {"Authorization": "Bearer x.y.z"}
    with Server(DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing") as server:
        assert httpx.get(f"{server.origin}/livez", headers=credentials).status_code == 200
        assert httpx.get(f"{server.origin}/readyz", headers=credentials).status_code == 503
        assert server.stop() == 0


def test_a_request_whose_head_is_still_coming_is_answered_before_the_end() -> None:
    with Server() as server:
        connection = server.connect()
        connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: x\r\n")
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        connection.sendall(b"\r\n")
        answer = parsed(rest(connection))
        assert (answer.status, answer.body["status"]) == (503, "stopping")
        assert server.ended() == 0
        assert len(server.log("server.stopping")) == len(server.log("server.stopped")) == 1


def test_requests_under_way_are_answered_and_no_idle_client_holds_the_server_up() -> None:
    with Server(STOP_TIMEOUT_MS="5000") as server:
        idle, silent, busy = server.connect(), server.connect(), server.connect()
        idle.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(12) == b"HTTP/1.1 200"
        busy.sendall(POST + b"{")
        time.sleep(0.2)
        server.process.send_signal(signal.SIGINT)
        rest(idle)
        busy.sendall(b"}")
        answer = parsed(rest(busy))
        assert (answer.status // 100, answer.headers["connection"]) == (4, "close")
        assert server.ended() == 0
        silent.close()


def test_a_client_that_never_ends_its_request_cannot_hold_the_server_up() -> None:
    with Server(STOP_TIMEOUT_MS="1000") as server, server.connect() as busy:
        busy.sendall(POST + b"{")
        time.sleep(0.2)
        started = time.monotonic()
        assert server.stop() == 1
        assert time.monotonic() - started < 5
        assert server.log("server.stopped") == []


def test_a_port_that_is_taken_is_said_and_ends_the_server(server: Server) -> None:
    status, output = start_refused(PORT=str(server.port))
    assert status == 1
    assert f"port {server.port}" in output
    assert "Traceback" not in output
