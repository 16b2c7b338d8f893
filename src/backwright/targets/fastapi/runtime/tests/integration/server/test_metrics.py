from uuid import uuid4

import httpx

from tests.support.server import Server, start_refused

COUNT = "http_server_request_duration_seconds_count"


def measured(server: Server) -> str:
    return httpx.get(f"http://127.0.0.1:{server.metrics_port}/metrics").text


def test_each_request_counts_by_its_route_and_nothing_that_a_caller_chose_is_a_label() -> None:
    with Server(METRICS_PORT="0") as server:
        made = str(uuid4())
        httpx.get(f"{server.origin}/readyz?canary={made}")
        httpx.get(f"{server.origin}/readyz")
        httpx.request("PROPFIND", f"{server.origin}/v1/{made}")
        lines = measured(server).splitlines()
        assert f'{COUNT}{{http_request_method="GET",http_route="/readyz",http_response_status_code="200"}} 2' in lines
        assert f'{COUNT}{{http_request_method="_OTHER",http_route="",http_response_status_code="404"}} 1' in lines
        assert made not in measured(server)
        opened = 'db_client_connection_count{db_client_connection_pool_name="readers",db_client_connection_state="used"} '
        assert f"{opened}2" in lines
        assert [line for line in lines if line.startswith("event_loop_delay_seconds_count ")]
        assert server.stop() == 0


def test_the_public_port_has_no_metrics_and_theirs_nothing_else() -> None:
    with Server(METRICS_PORT="0") as server:
        assert httpx.get(f"{server.origin}/metrics").status_code == 404
        assert httpx.get(f"http://127.0.0.1:{server.metrics_port}/").status_code == 404


def test_unless_asked_for_nothing_is_measured_on_a_port(server: Server) -> None:
    assert server.metrics_port == 0


def test_a_port_for_metrics_that_is_taken_is_said_and_ends_the_server(server: Server) -> None:
    status, output = start_refused(METRICS_PORT=str(server.port))
    assert status == 1
    assert f"port {server.port}" in output
    assert "Traceback" not in output
