import asyncio
import http.client
import json
import re
import secrets
import time
import urllib.request
from asyncio import Future
from collections.abc import Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from typing import Any, NamedTuple
from urllib.parse import unquote

from config.application import NAME
from config.settings import settings

Attributes = Mapping[str, str | int]

SERVER, CLIENT = 2, 3
QUEUE = 2048
BATCH = 512
PAUSE_SECONDS = 1
TIMEOUT_SECONDS = 5
TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")


class Span(NamedTuple):
    trace_id: str
    id: str
    parent_id: str | None
    # Whether whoever began the trace wants it kept.
    sampled: bool
    kind: int
    started: int


def _parent(header: str) -> tuple[str, str, bool] | None:
    """Where a request comes from (W3C Trace Context, 3.2); nothing that does not have that form counts."""
    found = TRACEPARENT.fullmatch(header)
    if found is None or found[1] == "ff" or (found[1] == "00" and found[5]):
        return None
    if not found[2].strip("0") or not found[3].strip("0"):
        return None
    return found[2], found[3], bool(int(found[4], 16) & 1)


def _listed(attributes: Attributes) -> list[dict[str, Any]]:
    return [
        {"key": key, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
        for key, value in attributes.items()
    ]


class Tracer:
    """Spans of requests and of what they ask the database, sent to a collector (OTLP/HTTP with JSON)."""

    def __init__(self, endpoint: str, headers: str) -> None:
        self._url = f"{endpoint.rstrip('/')}/v1/traces"
        pairs = (pair.strip().partition("=") for pair in headers.split(",") if "=" in pair)
        self._headers = {name: unquote(value) for name, _, value in pairs} | {"Content-Type": "application/json"}
        self._current: ContextVar[Span | None] = ContextVar("span", default=None)
        self._queue: list[dict[str, Any]] = []
        self._dropped = 0
        self._sending: asyncio.Task[None] | None = None
        self._is_closing = asyncio.Event()
        # Is told what no collector took.
        self.on_dropped: Callable[[int, str], object] = lambda _count, _reason: None

    def request(self, traceparent: str) -> Span:
        """What is asked of the database from now on belongs to it."""
        trace_id, parent_id, sampled = _parent(traceparent) or (secrets.token_hex(16), None, True)
        span = Span(trace_id, secrets.token_hex(8), parent_id, sampled, SERVER, time.time_ns())
        self._current.set(span)
        return span

    def follow(self, answer: Future[Any], name: str, attributes: Attributes) -> None:
        """A span for as long as the answer takes."""
        parent = self._current.get()
        if parent is None or not parent.sampled:
            return
        span = Span(parent.trace_id, secrets.token_hex(8), parent.id, True, CLIENT, time.time_ns())
        answer.add_done_callback(
            lambda done: self.end(span, name, attributes, failed=done.cancelled() or done.exception() is not None)
        )

    def end(self, span: Span, name: str, attributes: Attributes, *, failed: bool) -> None:
        if not span.sampled:
            return
        if len(self._queue) >= QUEUE:
            self._dropped += 1
            return
        parent = {"parentSpanId": span.parent_id} if span.parent_id else {}
        self._queue.append(
            {
                "traceId": span.trace_id,
                "spanId": span.id,
                **parent,
                "name": name,
                "kind": span.kind,
                "startTimeUnixNano": str(span.started),
                "endTimeUnixNano": str(time.time_ns()),
                "attributes": _listed(attributes),
                "status": {"code": 2} if failed else {},
            }
        )
        if self._sending is None or self._sending.done():
            self._sending = asyncio.create_task(self._send_soon())

    async def close(self) -> None:
        """Sends everything that waits."""
        self._is_closing.set()
        if self._sending:
            await self._sending
        await self._flush()

    async def _send_soon(self) -> None:
        while self._queue:
            with suppress(TimeoutError):
                async with asyncio.timeout(PAUSE_SECONDS):
                    await self._is_closing.wait()
            await self._flush()

    async def _flush(self) -> None:
        if self._dropped:
            self.on_dropped(self._dropped, "the queue is full")
        self._dropped = 0
        waiting, self._queue = self._queue, []
        for at in range(0, len(waiting), BATCH):
            spans = waiting[at : at + BATCH]
            reason = await asyncio.to_thread(self._send, spans)
            if reason:
                self.on_dropped(len(spans), reason)

    def _send(self, spans: list[dict[str, Any]]) -> str:
        attributes = _listed({"service.name": NAME, "deployment.environment.name": settings.environment})
        scope_spans = [{"scope": {"name": NAME}, "spans": spans}]
        body = json.dumps({"resourceSpans": [{"resource": {"attributes": attributes}, "scopeSpans": scope_spans}]})
        request = urllib.request.Request(self._url, body.encode(), self._headers)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
                return ""
        except urllib.request.HTTPError as error:
            error.close()
            return f"the collector answered {error.code}"
        except (OSError, http.client.HTTPException) as error:
            return f"the collector cannot be reached: {type(error).__name__}"


# Nothing unless a collector is configured.
tracer = Tracer(settings.otel_exporter_otlp_endpoint, settings.otel_exporter_otlp_headers) if settings.otel_exporter_otlp_endpoint else None
