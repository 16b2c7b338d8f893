"""Attacks a generated backend from outside, as everybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException

from backwright.diagnostics.evidence import GateResult
from backwright.gates.accounts import SignInFailed
from backwright.gates.findings import Findings
from backwright.gates.security.audit import audited
from backwright.gates.security.authority import authority
from backwright.gates.security.browser import browser
from backwright.gates.security.disclosure import disclosure, logged
from backwright.gates.security.exemplars import Cast, cast_of
from backwright.gates.security.files import files
from backwright.gates.security.framing import framing
from backwright.gates.security.injection import injection
from backwright.gates.security.limits import limits
from backwright.gates.security.memory import memory
from backwright.gates.security.parsing import parsing
from backwright.gates.security.passwords import passwords
from backwright.gates.security.recovery import recovery
from backwright.gates.security.sessions import sessions
from backwright.gates.security.sizes import sizes
from backwright.gates.security.slow_clients import SlowClients
from backwright.gates.security.stage import Stage, open_stage
from backwright.gates.security.startup import startup
from backwright.gates.security.strictness import strictness
from backwright.gates.security.tokens import tokens
from backwright.gates.system import System

__all__ = ["GATE", "SecurityGate"]

Group = Callable[[Stage, Cast], None]
_GROUPS: Mapping[str, Group] = {
    "authority": authority,
    "tokens": tokens,
    "sessions": sessions,
    "recovery": recovery,
    "passwords": passwords,
    "injection": injection,
    "strictness": strictness,
    "parsing": parsing,
    "framing": framing,
    "browser": browser,
    "sizes": sizes,
}
_LAST: Mapping[str, Group] = {
    "limits": limits,
    "disclosure": disclosure,
    "audit": audited,
    "log": logged,
    "startup": startup,
    "files": files,
}
_LIMITS = (
    "It does not show what several requests in a row can reach that one cannot, advisories of dependencies, TLS, "
    "or anything that stands before the server."
)


@dataclass(frozen=True, slots=True)
class SecurityGate:
    """Hostile requests under three oracles: what is shown, what is changed, what is answered."""

    name: str = "security"
    groups: frozenset[str] = frozenset({*_GROUPS, "slow", *_LAST})

    def run(self, system: System) -> GateResult:
        """Slow clients hold on while every group attacks; faults and the log come last."""
        tool = "canaries, digests of rows, the OpenAPI document"
        findings = Findings(self.name, "hostile requests", tool=tool)
        absent: dict[str, str] = {}
        try:
            with open_stage(system, findings) as stage:
                absent = stage.absent
                self._attack(stage)
        except SignInFailed as problem:
            findings.fail("gate/security-sign-in", str(problem))
        said = "; ".join(f"{check} ({why})" for check, why in absent.items())
        return findings.result(f"Not applicable: {said}. {_LIMITS}" if said else _LIMITS)

    def _attack(self, stage: Stage) -> None:
        cast = cast_of(stage)
        for each in cast.all:
            stage.attack(each.as_check("A1", "the request that attacks are made of", each.success))
        never = cast.missing(stage.surface)
        if never:
            stage.not_applicable("any", f"nothing that is accepted was found for {', '.join(never)}")
        with ExitStack() as stack:
            path = stage.surface.base + (cast.lists[0].attack.path if cast.lists else "/")
            slow = stack.enter_context(SlowClients(stage.server.url, path)) if "slow" in self.groups else None
            self._each(_GROUPS, stage, cast)
            if stage.system.full:
                memory(stage, partial(self._each, _GROUPS, stage, cast))
            if slow and stage.is_up():
                slow.judge(stage)
        self._each(_LAST, stage, cast)

    def _each(self, groups: Mapping[str, Group], stage: Stage, cast: Cast) -> None:
        for name, group in groups.items():
            if name in self.groups and stage.is_up():
                self._survived(name, group, stage, cast)

    def _survived(self, name: str, group: Group, stage: Stage, cast: Cast) -> None:
        """What was found before the server ended stays found."""
        try:
            group(stage, cast)
        except (OSError, HTTPException):
            if stage.is_up():
                raise
        if not stage.is_up():
            reason = f"the server is gone after the attacks of the group `{name}`; what follows was not sent"
            stage.findings.fail("gate/security-answer", reason)


GATE = SecurityGate()
