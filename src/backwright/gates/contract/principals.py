"""Who calls: nobody in particular, and one demo login of each role."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from backwright.gates.demo import demo_logins, log_in
from backwright.gates.findings import Findings
from backwright.gates.system import System
from backwright.gates.wire import Connection

__all__ = ["Principal", "principals"]


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller; `token` is None for the anonymous one."""

    name: str
    token: str | None

    @property
    def headers(self) -> dict[str, str]:
        """What the caller adds to every request."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def principals(system: System, url: str, findings: Findings) -> list[Principal]:
    """Anonymous first, then the roles in the plan's order; the last one has most rights by custom."""
    found = [Principal("anonymous", None)]
    identity = system.plan.identity
    if identity is None:
        return found
    logins = demo_logins(system)
    with closing(Connection(url)) as connection:
        for role in identity.roles:
            answer, token = log_in(system, connection, logins.get(role, ""))
            if token is None:
                message = f"the demo login of '{role}' is refused: {answer.status} {answer.body[:200]}"
                findings.fail("gate/contract-login", message, identity.origin)
                continue
            found.append(Principal(role, token))
    return found
