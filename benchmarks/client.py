"""Single requests: the token, whether all servers answer alike, and what one request asks of the database."""

from __future__ import annotations

import http.client
import json
import statistics
import time
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from benchmarks.hot_paths import Request
from benchmarks.wire import Counts

__all__ = ["Asked", "Client", "WrongAnswer", "asked", "comparable", "log_in"]

WARM_UP, SAMPLES = 20, 9
# Some servers end their transaction after they have answered.
SETTLED = 0.01


class WrongAnswer(Exception):
    """A server does not answer as it should, so its speed means nothing."""


class Client:
    """One keep-alive connection of one caller."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self._token = token
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self._keys = count()

    def call(self, request: Request) -> object:
        """The JSON of a success."""
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        if request.body is not None:
            key = f"{id(self)}-{time.monotonic_ns()}-{next(self._keys)}"
            headers |= {"Content-Type": "application/json", "Idempotency-Key": key}
        self._connection.request(request.method, request.path, request.body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if not 200 <= answer.status < 300:
            raise WrongAnswer(f"{request.method} {request.path} answered {answer.status}: {content[:300]!r}")
        parsed: object = json.loads(content)
        return parsed


def log_in(port: int, login: str, password: str) -> str:
    """An access token, which the references take as well."""
    body = json.dumps({"email": login, "password": password})
    match Client(port).call(Request("POST", "/v1/auth/login", body)):
        case {"accessToken": str(token)}:
            return token
        case other:
            raise WrongAnswer(f"the login answered {other}")


def comparable(answer: object) -> object:
    """An answer without what servers may do differently: the form of times, the order of parts, the next page."""
    match answer:
        case {"items": items}:
            return comparable(items)
        case dict():
            return {name: comparable(value) for name, value in answer.items()}
        case list():
            return sorted((comparable(each) for each in answer), key=repr)
        case str() if len(answer) > 18 and answer[10] == "T":
            return datetime.fromisoformat(answer).isoformat()
        case _:
            return answer


@dataclass(frozen=True, slots=True)
class Asked:
    """What one request asks of the database: statements with and without those about the transaction, round trips."""

    statements: int
    of_data: int
    round_trips: int


def asked(client: Client, request: Request, counts: Counts) -> Asked:
    """The medians of several requests, when every connection knows its statements."""
    for _ in range(WARM_UP):
        client.call(request)
    seen = []
    for _ in range(SAMPLES):
        time.sleep(SETTLED)
        counts.reset()
        client.call(request)
        time.sleep(SETTLED)
        seen.append((counts.statements, counts.statements - counts.control, counts.round_trips))
    statements, of_data, round_trips = (int(statistics.median(each)) for each in zip(*seen, strict=True))
    return Asked(statements, of_data, round_trips)
