"""J4: what somebody who signs in did, or was refused, is in the log: who, whence, what, with what result, when."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from backwright.gates.security.attack import Attack
from backwright.gates.security.exemplars import Cast
from backwright.gates.security.stage import Stage
from backwright.gates.wire import Reply

__all__ = ["audited"]

_LOGIN, _REFRESH = "/auth/login", "/auth/refresh"
_SECONDS, _PAUSE = 2.0, 0.02
_ALWAYS = ("time", "level", "requestId", "action", "address")


def audited(stage: Stage, _cast: Cast) -> None:
    """A right and a wrong password, a token that is exchanged and comes again, a key that fits nothing."""
    identity = stage.arena.plan.identity
    if identity is None or not all(stage.surface.operation("POST", path) for path in (_LOGIN, _REFRESH)):
        stage.not_applicable("J4", "nobody signs in")
        return
    account = stage.account(identity.roles[0])
    user = str(account.id)
    audit = _Audit(stage)
    wrong = {identity.login: account.login, "password": "not the password"}
    nobody = {identity.login: f"x{account.login}", "password": "not the password"}
    token = {"refreshToken": account.refresh_token}
    audit.refused(audit.send(_LOGIN, wrong), "a wrong password", user)
    audit.refused(audit.send(_LOGIN, nobody), "a login that nobody has", None)
    again = audit.send(_REFRESH, token)
    stage.known |= {str(again.member(name)) for name in ("accessToken", "refreshToken") if again.member(name)}
    audit.succeeded(again, "an exchange of a token", user)
    audit.refused(audit.send(_REFRESH, token), "a token that comes a second time", user)
    audit.refused(audit.send(_REFRESH, token, "Bearer nothing"), "an access token that does not hold", None)
    stage.restore()


@dataclass(frozen=True, slots=True)
class _Audit:
    stage: Stage

    def send(self, path: str, body: dict[str, str], authorization: str = "") -> Reply:
        headers = (("Authorization", authorization),) if authorization else ()
        self.stage.findings.done()
        return self.stage.exchange(Attack("J4", "POST", path, path, "", body=body, headers=headers))

    def refused(self, reply: Reply, what: str, user: str | None) -> None:
        line = self._line(reply, "security.refused")
        self._judge(line, what, user)
        told = bool(line.get("reason")) and line.get("status") == reply.status
        self._holds(told, what, f"does not say why, or another status than {reply.status}", line)

    def succeeded(self, reply: Reply, what: str, user: str) -> None:
        self._judge(self._line(reply, "security.succeeded"), what, user)

    def _judge(self, line: dict[str, object], what: str, user: str | None) -> None:
        missing = [name for name in _ALWAYS if not line.get(name)]
        self._holds(not missing, what, f"has no {', '.join(missing)}" if line else "is not there", line)
        self._holds(line.get("userId") == user, what, f"should name {user or 'nobody'}", line)

    def _holds(self, truth: bool, what: str, wrong: str, line: dict[str, object]) -> None:
        shown = json.dumps(line)[:300] if line else ""
        self.stage.holds(truth, "gate/security-log", f"J4: the log's line about {what} {wrong}: {shown}".rstrip(": "))

    def _line(self, reply: Reply, event: str) -> dict[str, object]:
        """It may be written after the answer."""
        request, deadline = reply.header("x-request-id"), time.monotonic() + _SECONDS
        while request and time.monotonic() < deadline:
            for text in self.stage.server.log().splitlines():
                if request in text and event in text:
                    found: dict[str, object] = json.loads(text)
                    return found
            time.sleep(_PAUSE)
        return {}
