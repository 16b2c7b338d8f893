import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.middleware.strict_json import parse_json
from config.settings import settings
from services.business.problem import Problem, bad_request

JSON_TYPE = re.compile(r'application/json\s*(;\s*charset="?utf-8"?\s*)?', re.IGNORECASE)
SINGLE = (b"authorization", b"content-encoding", b"content-type", b"host", b"transfer-encoding")


class StrictBody:
    """Refuses ambiguous headers, and reads a JSON body into the scope; a body has no meaning with GET and HEAD
    (RFC 9110, 5.3 and 9.3.1; RFC 9112, 3.2).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _single_headers(scope)
        has_body = b"transfer-encoding" in headers or int(headers.get(b"content-length", 0)) > 0
        if not has_body or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        _check_type(headers)
        content = await _content(receive, int(headers.get(b"content-length", 0)))
        scope["state"]["body"] = parse_json(content)
        await self._app(scope, _replaying(content, receive), send)


def _single_headers(scope: Scope) -> dict[bytes, bytes]:
    headers: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name in headers and name in SINGLE:
            raise bad_request("repeated_header", f"Send {name.decode()} once.")
        headers[name] = value
    if headers.get(b"transfer-encoding", b"chunked").lower() != b"chunked":
        # Whoever means another coding may also mean another end of the body (RFC 9112, 6.1).
        raise Problem(400, "malformed_request", "Send the body in plain chunks.", headers={"Connection": "close"})
    if b"host" not in headers and scope["http_version"] != "1.0":
        raise bad_request("malformed_request", "Send a Host header.")
    return headers


def _check_type(headers: dict[bytes, bytes]) -> None:
    if not JSON_TYPE.fullmatch(headers.get(b"content-type", b"").decode("latin-1")):
        raise Problem(415, "unsupported_media_type", "Send application/json in UTF-8.")
    if headers.get(b"content-encoding", b"identity") != b"identity":
        raise Problem(415, "unsupported_media_type", "Send the body without a content encoding.")


async def _content(receive: Receive, announced: int) -> bytes:
    too_large = Problem(413, "too_large", "The body is too large.")
    if announced > settings.body_limit_bytes:
        raise too_large
    content = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise bad_request("incomplete_body", "The body ended early.")
        content += message.get("body", b"")
        more = message.get("more_body", False)
        if len(content) > settings.body_limit_bytes:
            raise too_large
    return content


def _replaying(content: bytes, receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": content, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay
