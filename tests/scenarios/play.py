"""Puts a running server through a scenario."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Mapping
from contextlib import ExitStack

from tests.parity.steps import HOST
from tests.parity.wire import Answer, Connection, Sent
from tests.scenarios.ends import Ends
from tests.scenarios.form import Ending, Exchange, Hearing, Opening, Saying, Scenario, Silence
from tests.scenarios.matching import filled, mismatch, pointed

__all__ = ["Stage"]

_BASE = "/v1"
_NUMBERS = itertools.count(1)


class Stage:
    """A server with its demo logins; each scenario has a number of its own, for names that nobody else uses."""

    def __init__(self, url: str, logins: Mapping[str, str], password: str) -> None:
        self._url = url
        self._connection = Connection(url)
        self._password = password
        self._tokens = {role: self._signed_in(login) for role, login in logins.items()}

    def play(self, scenario: Scenario) -> None:
        """Takes one step after another; the first that does not end as expected ends it."""
        kept = {"n": str(next(_NUMBERS)), "password": self._password}
        with ExitStack() as leaving:
            ends = Ends(self._url, leaving)
            for number, step in enumerate((*scenario.given, *scenario.steps), 1):
                apart = self._exchange(step, kept) if isinstance(step, Exchange) else self._talk(ends, step, kept)
                assert apart is None, f"{scenario.title}\nstep {number}, {step}: {apart}"

    def close(self) -> None:
        """Leaves."""
        self._connection.close()

    def _exchange(self, step: Exchange, kept: dict[str, str]) -> str | None:
        until = time.monotonic() + step.within
        while True:
            answer = self._connection.exchange(self._request(step, kept))
            apart = _apart(step, answer, kept)
            if apart is None or time.monotonic() >= until:
                break
            time.sleep(0.1)
        for name, pointer in step.keep.items() if apart is None else ():
            in_body = pointer.startswith("/")
            found = str(pointed(json.loads(answer.body), pointer)) if in_body else answer.header(pointer)
            kept[name] = _token(found or "")
        return apart

    def _talk(
        self, ends: Ends, step: Opening | Saying | Hearing | Silence | Ending, kept: dict[str, str]
    ) -> str | None:
        if not isinstance(step, Opening):
            return ends.take(step, kept)
        asked = Exchange("POST", "/auth/socket-ticket", 201, step.actor, keep={"ticket": "/ticket"})
        return self._exchange(asked, kept) or ends.open(step.socket, kept["ticket"])

    def _request(self, step: Exchange, kept: Mapping[str, str]) -> Sent:
        headers = {"Host": HOST} | {name: str(filled(value, kept)) for name, value in step.headers.items()}
        if step.actor is not None:
            headers["Authorization"] = f"Bearer {self._tokens.get(step.actor) or kept[step.actor]}"
        body = b""
        if step.text is not None:
            body = step.text.encode()
        elif step.body is not None:
            body = json.dumps(filled(step.body, kept)).encode()
        if body and not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = "application/json"
        base = "" if step.path.startswith("/sandbox") else _BASE
        return Sent(step.method, base + str(filled(step.path, kept)), tuple(headers.items()), body)

    def _signed_in(self, login: str) -> str:
        body = json.dumps({"email": login, "password": self._password}).encode()
        headers = (("Host", HOST), ("Content-Type", "application/json"))
        answer = self._connection.exchange(Sent("POST", f"{_BASE}/auth/login", headers, body))
        assert answer.status == 200, answer
        return str(json.loads(answer.body)["accessToken"])


def _apart(step: Exchange, answer: Answer, kept: Mapping[str, str]) -> str | None:
    if answer.status != step.status:
        return f"expected {step.status}, found {answer.status} {answer.body.decode()}"
    for name, value in step.told.items():
        apart = mismatch(filled(value, kept), answer.header(name), name)
        if apart:
            return apart
    if step.answer is None:
        return None
    return mismatch(filled(step.answer, kept), json.loads(answer.body) if answer.body else None)


def _token(text: str) -> str:
    """Of a mail the token in its link; anything else as it is."""
    _, found, rest = text.partition("#token=")
    return rest.split()[0] if found else text
