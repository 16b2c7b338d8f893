import asyncio
from http import HTTPStatus
from uuid import uuid4

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.middleware.headers import SECURITY_HEADERS
from api.middleware.problems import problem_json
from api.middleware.request_log import log
from services.business.problem import Problem, bad_request

MAX_HEAD_BYTES = 16_384
HEAD_SECONDS = 10
REQUEST_SECONDS = 30

MALFORMED = bad_request("malformed_request", "The request is not valid HTTP.")
HEAD_TOO_LARGE = Problem(431, "headers_too_large", "The headers are too large.")
TOO_SLOW = Problem(408, "request_timeout", "The request did not arrive in time.")


class LimitedProtocol(HttpToolsProtocol):
    """Messages are limited (RFC 9112): 16 kB of headers within 10 s, a whole request within 30 s. What never became a
    request, because its bytes are not HTTP or came too slowly, is answered, and the connection is closed.
    """

    # What is not body; a byte of body may come with eight of framing, as a chunk of its own does.
    _head_bytes = 0
    _in_head = True
    _is_last = False
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._arrived()
        if self.cycle and not self.cycle.response_complete:
            self.cycle.scope["state"]["aborted"] = True
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        if self._deadline is None:
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
        self._arrived()
        self._deadline = self.loop.call_later(seconds, self._refuse, TOO_SLOW)

    def _arrived(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

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
