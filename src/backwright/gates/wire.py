"""HTTP as callers speak it: one kept-alive connection each, answers as values."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["BASE", "Connection", "Reply"]

BASE = "/v1"
_STALE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    @property
    def json(self) -> object:
        """The body as JSON, or None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def code(self) -> str:
        """The stable word of a problem document."""
        return str(self.member("code") or "")

    def header(self, name: str) -> str:
        """The first header of that name, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    def member(self, name: str) -> object:
        """A member of the body, or None."""
        document = self.json
        return document.get(name) if isinstance(document, dict) else None


class Connection:
    """One connection to a server; not shared between threads."""

    def __init__(self, url: str, timeout: float = 30.0, base: str = BASE, source: str = "") -> None:
        """`source` is the address of this machine to connect from, any of its own unless given."""
        self._url, self._timeout = url, timeout
        host, own = urlsplit(url), (source, 0) if source else None
        self._connection = http.client.HTTPConnection(host.hostname or "", host.port, timeout, own)
        self._base = base
        self._used = 0.0

    def below(self, base: str) -> Connection:
        """Another connection to the same server, for paths below another base."""
        return Connection(self._url, self._timeout, base)

    def open(self) -> None:
        """Connects now, so that the next call is sent without delay."""
        self._connection.connect()
        self._used = time.monotonic()

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One request; `path` is below the base."""
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        content = None
        if body is not None:
            sent["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        if time.monotonic() - self._used > _STALE_SECONDS:
            self._connection.close()
        try:
            self._connection.request(method, self._base + path, content, sent)
            response = self._connection.getresponse()
            received = response.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        self._used = time.monotonic()
        return Reply(response.status, tuple(response.getheaders()), received)

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()
