"""Whether an answer, and what it did to the database, is what the plan says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from backwright.diagnostics import Diagnostic
from backwright.gates.differences import differences
from backwright.gates.oracle import Oracle
from backwright.gates.policy.cells import Cell
from backwright.gates.state import State
from backwright.gates.values import CANARY
from backwright.gates.wire import Reply
from backwright.plan.model import Plan

__all__ = ["Judge", "canaries"]


def canaries(plan: Plan, state: State) -> dict[str, tuple[str, UUID]]:
    """The row of every canary."""
    found: dict[str, tuple[str, UUID]] = {}
    for entity in plan.entities:
        for key, row in state.rows[entity.name].items():
            for value in row.values.values():
                for token in CANARY.findall(value) if isinstance(value, str) else ():
                    found.setdefault(token, (entity.name, key))
    return found


@dataclass(slots=True)
class Judge:
    """Compares answers with verdicts."""

    plan: Plan
    oracle: Oracle
    tokens: Mapping[str, tuple[str, UUID]]
    documented: Mapping[tuple[str, str], frozenset[str]]

    def answer(self, cell: Cell, answer: Reply) -> Iterator[Diagnostic]:
        """What is wrong with the answer itself."""
        wanted = cell.verdict.status
        said = f"{cell.title}: answered {answer.status} {answer.code}".rstrip()
        if wanted is not None and answer.status != wanted:
            yield Diagnostic("gate/policy-status", f"{said}, the plan says {wanted}", cell.origin)
        documented = self.documented.get((cell.method, re.sub(r"\{[^{}]*\}", "{}", cell.template)))
        if documented is None:
            yield Diagnostic("gate/policy-undocumented", f"{said}; the route is not documented", cell.origin)
        elif str(answer.status) not in documented:
            yield Diagnostic("gate/policy-undocumented", f"{said}; this status is not documented", cell.origin)
        yield from self._form(cell, answer, said)
        yield from self.leaks(cell, answer)

    def _form(self, cell: Cell, answer: Reply, said: str) -> Iterator[Diagnostic]:
        if answer.status >= 400 and (
            not answer.header("content-type").startswith("application/problem+json")
            or answer.member("status") != answer.status
        ):
            yield Diagnostic("gate/policy-form", f"{said}, not as a problem document", cell.origin)
        if answer.status == 401 and not answer.header("www-authenticate"):
            yield Diagnostic("gate/policy-form", f"{said} without WWW-Authenticate", cell.origin)
        if answer.status == 200 and cell.row is not None and answer.member("id") != str(cell.row):
            yield Diagnostic("gate/policy-form", f"{said} with another row", cell.origin)

    def leaks(self, cell: Cell, answer: Reply) -> Iterator[Diagnostic]:
        """Canaries of rows that the caller may not see."""
        text = answer.body + "".join(value for _, value in answer.headers)
        for token in dict.fromkeys(CANARY.findall(text)):
            if token in self.tokens:
                name, key = self.tokens[token]
                if not self._visible(cell, name, key):
                    reason = f"{cell.title}: the answer shows a {name} that the caller may not read"
                    yield Diagnostic("gate/policy-leak", reason, cell.origin)

    def _visible(self, cell: Cell, name: str, key: UUID) -> bool:
        entity = self.plan.entity(name)
        row = self.oracle.state.row(name, key)
        if not cell.who.valid or row is None:
            return False
        after = cell.verdict.after
        changed = after.row(name, key) if after else None
        return self.oracle.readable(cell.who, entity, row) or (
            after is not None and changed is not None and self.oracle.sees(cell.who, entity, changed, after)
        )

    def effect(self, cell: Cell, answer: Reply, before: State, found: State) -> Iterator[Diagnostic]:
        """What was done to the rows, and should not have been, or the other way round."""
        accepted = answer.status < 400
        if not accepted or cell.verdict.after is None:
            if any(differences(self.plan, before, before, found)):
                said = "refused" if not accepted else "should have been refused"
                changed = "; ".join(differences(self.plan, before, before, found))
                reason = f"{cell.title}: {said}, yet the database changed: {changed[:400]}"
                yield Diagnostic("gate/policy-write", reason, cell.origin)
        elif answer.status == cell.verdict.status:
            for difference in differences(self.plan, before, cell.verdict.after, found):
                yield Diagnostic("gate/policy-effect", f"{cell.title}: {difference}", cell.origin)
