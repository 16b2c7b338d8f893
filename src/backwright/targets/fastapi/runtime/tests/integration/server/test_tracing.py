import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from tests.support.server import Server

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"
KEY = {"OTEL_EXPORTER_OTLP_HEADERS": "x-key=a%20key"}


@contextmanager
def collector() -> Iterator[tuple[str, list[str], list[str | None]]]:
    """Its URL, the bodies and the keys that it was given."""
    bodies: list[str] = []
    keys: list[str | None] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            keys.append(self.headers["x-key"])
            bodies.append(self.rfile.read(int(self.headers["content-length"])).decode())
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as receiver:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{receiver.server_port}", bodies, keys
        receiver.shutdown()


def test_a_request_and_what_it_asks_the_database_are_spans_of_the_callers_trace() -> None:
    with collector() as (url, bodies, keys), Server(OTEL_EXPORTER_OTLP_ENDPOINT=url, **KEY) as server:

        def ask(traceparent: str) -> str:
            answer = httpx.get(f"{server.origin}/readyz?canary=1", headers={"traceparent": traceparent})
            return str(server.line(answer.headers["x-request-id"])["traceId"])

        assert ask(f"00-{TRACE}-{PARENT}-01") == TRACE
        for wrong in (f"00-{TRACE}-{PARENT}-01-more", f"ff-{TRACE}-{PARENT}-01", f"00-{'0' * 32}-{PARENT}-01"):
            assert ask(wrong) not in (TRACE, "0" * 32)
        assert ask(f"00-{'1' * 32}-{PARENT}-00") == "1" * 32
        assert server.stop() == 0
        spans: list[dict[str, Any]] = [
            span for body in bodies for span in json.loads(body)["resourceSpans"][0]["scopeSpans"][0]["spans"]
        ]
    [request] = [span for span in spans if span["kind"] == 2 and span.get("parentSpanId") == PARENT]
    assert (request["traceId"], request["name"]) == (TRACE, "GET /readyz")
    asked = [(span["name"], span["parentSpanId"]) for span in spans if span["kind"] == 3 and span["traceId"] == TRACE]
    assert asked == [("ready", request["spanId"])]
    assert len([span for span in spans if span["kind"] == 2]) == 4
    assert len({span["traceId"] for span in spans}) == 4
    assert "canary" not in "".join(bodies)
    assert set(keys) == {"a key"}


def test_without_a_collector_spans_are_dropped_and_that_is_said() -> None:
    with Server(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1") as server:
        assert httpx.get(f"{server.origin}/readyz").status_code == 200
        assert server.stop() == 0
        [dropped] = server.log("traces.dropped")
        assert (dropped["level"], dropped["count"]) == ("warn", 2)
