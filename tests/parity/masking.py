"""What two servers may say differently, replaced by what it stands for: ids, times, tokens, cursors."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from tests.parity.wire import Answer

__all__ = ["Mask", "Seen", "opened"]

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00(?::00)?)")
_CURSOR = re.compile(r'(?<="nextCursor":")[^"]+(?=")')
_ACCESS = re.compile(r'(?<="accessToken":")[^"]+(?=")')
_REFRESH = re.compile(r'(?<="refreshToken":")[^"]+(?=")')
_KEY = re.compile(r'(?<="key":"key_)[^"]+(?=")')
_TICKET = re.compile(r'(?<="ticket":")[^"]+(?=")')
_REQUEST = re.compile(r'(?<="requestId":")[^"]+(?=")')
_TAG = re.compile(r'"[A-Za-z0-9_-]{22}"')
# They say when and how the answer travelled, not what it is.
_OF_THE_WAY = frozenset(("date", "keep-alive"))
_HOUR, _NEAR, _FAR = timedelta(hours=1), timedelta(hours=2), timedelta(days=400)

# Status, headers, body.
Seen = tuple[int, tuple[tuple[str, str], ...], str]


class Mask:
    """One server's names for rows, numbered in the order in which they appear; those of `known` have one."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._names = dict(known)
        self._started = datetime.now(UTC)

    def seen(self, answer: Answer) -> Seen:
        """The answer as it may be compared."""
        request = answer.header("x-request-id") or ""
        headers = sorted(
            (name.lower(), _tag(value, answer.body) if name.lower() == "etag" else self._header(name.lower(), value))
            for name, value in answer.headers
            if name.lower() not in _OF_THE_WAY and (name.lower(), value.lower()) != ("connection", "keep-alive")
        )
        body = answer.body.decode("utf-8", "backslashreplace")
        body = _REQUEST.sub(lambda found: "<request>" if found[0] == request else "<another request>", body)
        body = _CURSOR.sub(lambda found: self.text(opened(found[0])), body)
        body = _ACCESS.sub(lambda found: self._token(found[0]), body)
        for secret in (_REFRESH, _KEY, _TICKET):
            body = secret.sub(lambda found: f"<{len(found[0])} characters>", body)
        return answer.status, tuple(headers), self.text(body)

    def text(self, text: str) -> str:
        """A text with its ids and times replaced."""
        return self.times(_UUID.sub(lambda found: self.name(found[0]), text))

    def times(self, text: str) -> str:
        """A text with what was reckoned from the time of now replaced by how far it lies from it, in hours."""
        return _INSTANT.sub(self._instant, text)

    def name(self, identifier: str) -> str:
        """The name of an id."""
        return self._names.setdefault(identifier, f"<id {len(self._names)}>")

    def known(self, identifier: str) -> str:
        """The name of an id that an answer has shown."""
        return self._names.get(identifier, "<id>")

    def _header(self, name: str, value: str) -> str:
        if name == "x-request-id":
            return "<request>" if _UUID.fullmatch(value) else value
        return self.text(value)

    def _instant(self, found: re.Match[str]) -> str:
        away = datetime.fromisoformat(found[0].replace(" ", "T")) - self._started
        return f"<now {round(away / _HOUR):+} h>" if -_NEAR < away < _FAR else found[0]

    def _token(self, token: str) -> str:
        head, claims, signature = token.split(".")
        known = json.loads(_decoded(claims))
        known["exp"] -= known["iat"]
        known["iat"] = (
            "<now>" if abs(known["iat"] - self._started.timestamp()) < _NEAR.total_seconds() else known["iat"]
        )
        return f"{_decoded(head)}.{self.text(json.dumps(known))}.<{len(signature)} characters>"


def _tag(value: str, body: bytes) -> str:
    """Rows have other ids on each side, so a tag is held against the body it stands for, where there is one."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest())[:22].decode()
    right = value == f'"{digest}"' if body else _TAG.fullmatch(value)
    return "<tag>" if right else value


def opened(cursor: str) -> str:
    """What a cursor holds."""
    return _decoded(cursor)


def _decoded(text: str) -> str:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("utf-8", "backslashreplace")
