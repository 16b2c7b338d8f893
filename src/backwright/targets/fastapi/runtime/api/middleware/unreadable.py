import asyncio
from http import HTTPStatus
from uuid import uuid4

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

    _head_bytes = 0
    _in_head = True
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
        self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > MAX_HEAD_BYTES:
            self._refuse(HEAD_TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._expect(HEAD_SECONDS)

    def on_headers_complete(self) -> None:
        self._in_head = False
        if len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > MAX_HEAD_BYTES:
            self._refuse(HEAD_TOO_LARGE)
            return
        self._expect(REQUEST_SECONDS)
        super().on_headers_complete()
        # Routes match the path as it was sent.
        self.scope["path"] = self.scope["raw_path"].decode("ascii")

    def on_message_complete(self) -> None:
        self._arrived()
        self._head_bytes = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        self._refuse(MALFORMED)

    def _expect(self, seconds: float) -> None:
        self._arrived()
        self._deadline = self.loop.call_later(seconds, self._refuse, TOO_SLOW)

    def _arrived(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, problem: Problem) -> None:
        self._arrived()
        if self.transport.is_closing():
            return
        if self.cycle and self.cycle.response_started and not self.cycle.response_complete:
            self.transport.abort()
            return
        request_id = str(uuid4())
        log.info("request.unreadable", requestId=request_id, status=problem.status)
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
