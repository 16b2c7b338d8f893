import asyncio
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.middleware.headers import SECURITY_HEADERS
from api.middleware.problems import problem_json
from services.external.log import log
from services.business.problem import Problem, bad_request

MAX_HEAD_BYTES = 16_384
HEAD_SECONDS = 10
REQUEST_SECONDS = 30
# Whoever takes nothing of an answer for so long gets no more of it.
QUIET_SECONDS = 40

MALFORMED = bad_request("malformed_request", "The request is not valid HTTP.")
HEAD_TOO_LARGE = Problem(431, "headers_too_large", "The headers are too large.")
TOO_SLOW = Problem(408, "request_timeout", "The request did not arrive in time.")


class _Transport:
    """Holds the head of an answer back until its body comes: one write, one packet."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if self._head:
            data, self._head = self._head + data, b""
        elif data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 1"):
            self._head = data
            return
        self._transport.write(data)

    def flush(self) -> None:
        if self._head:
            self.write(b"")

    def close(self) -> None:
        self.flush()
        self._transport.close()
        if self._transport.get_write_buffer_size():
            asyncio.get_running_loop().call_later(QUIET_SECONDS, self._transport.abort)


class LimitedProtocol(HttpToolsProtocol):
    """Messages are limited (RFC 9112): 16 kB of headers within 10 s, a whole request within 30 s. What never became a
    request, because its bytes are not HTTP or came too slowly, is answered, and the connection is closed. Answers that
    nobody takes are given up.
    """

    # What is not body; a byte of body may come with eight of framing, as a chunk of its own does.
    _head_bytes = 0
    _in_head = True
    _is_last = False
    # One timer looks at a deadline that every message moves: setting a timer costs more than that.
    _due: float | None = None
    _timer: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._answers = _Transport(transport)
        super().connection_made(self._answers)  # type: ignore[arg-type]
        self._expect(HEAD_SECONDS)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.loop.call_later(QUIET_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._unread:
            self._unread.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._unread:
            self._unread.cancel()
        self._arrived()
        self._set_timer(None)
        if self.cycle and not self.cycle.response_complete:
            self.cycle.scope["state"]["aborted"] = True
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        if self._due is None:
            self._expect(HEAD_SECONDS)
        self._head_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except HttpParserUpgrade as upgrade:
            self._stay(data[upgrade.args[0] :])
        except HttpParserError as error:
            self._refuse(MALFORMED, type(error).__name__)
        if self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(HEAD_TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._expect(HEAD_SECONDS)

    def on_header(self, name: bytes, value: bytes) -> None:
        # A trailer never becomes a header (RFC 9110, 6.5.1).
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        self._in_head = False
        if len(self.url) + sum(len(name) + len(value) + len(": \r\n") for name, value in self.headers) > MAX_HEAD_BYTES:
            self._refuse(HEAD_TOO_LARGE)
            return
        self._expect(REQUEST_SECONDS)
        self.scope["path"] = ""
        super().on_headers_complete()
        # Routes match the path as it was sent.
        self.scope["path"] = self.scope["raw_path"].decode("ascii")
        if self._is_last:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        self._head_bytes -= 9 * len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        self._arrived()
        self._head_bytes = 0
        super().on_message_complete()

    def on_response_complete(self) -> None:
        # An answer to HEAD has no body.
        self._answers.flush()
        super().on_response_complete()

    def shutdown(self) -> None:
        """A request of which something has arrived is still answered."""
        if self._in_head and self._head_bytes:
            self._is_last = True
        else:
            super().shutdown()

    def _stay(self, rest: bytes) -> None:
        """Reads a request as if it did not ask for another protocol (RFC 9110, 7.8); nothing is tunnelled."""
        method = self.parser.get_method()
        if method == b"CONNECT":
            self._refuse(MALFORMED)
            return
        headers = [b"%s: %s\r\n" % header for header in self.headers if header[0] != b"upgrade"]
        self.parser = HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self._head_bytes = 0
        self.data_received(b"%s %s HTTP/1.1\r\n%s\r\n%s" % (method, self.url, b"".join(headers), rest))

    def _expect(self, seconds: float) -> None:
        self._due = due = self.loop.time() + seconds
        if self._timer is None or self._timer.when() > due:
            self._set_timer(due)

    def _arrived(self) -> None:
        self._due = None

    def _set_timer(self, when: float | None) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = self.loop.call_at(when, self._look) if when is not None else None

    def _look(self) -> None:
        self._timer = None
        if self._due is None:
            return
        if self._due <= self.loop.time():
            self._refuse(TOO_SLOW)
        else:
            self._set_timer(self._due)

    def _refuse(self, problem: Problem, reason: str | None = None) -> None:
        self._arrived()
        if self.transport.is_closing():
            return
        if self.cycle and self.cycle.response_started and not self.cycle.response_complete:
            self.transport.abort()
            return
        request_id = str(uuid4())
        log.info("request.unreadable", requestId=request_id, status=problem.status, reason=reason or problem.code)
        body = problem_json(problem, request_id)
        headers = [
            *SECURITY_HEADERS,
            (b"x-request-id", request_id.encode()),
            (b"content-type", b"application/problem+json; charset=utf-8"),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
        ]
        head = b"".join(b"%s: %s\r\n" % header for header in headers)
        phrase = HTTPStatus(problem.status).phrase.encode()
        self.transport.write(b"HTTP/1.1 %d %s\r\n%s\r\n%s" % (problem.status, phrase, head, body))
        self.transport.close()
