"""Whether the outbox holds the events that an accepted request emits, and none of a refused one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from backwright.diagnostics import Diagnostic
from backwright.gates.layout import OUTBOX, member, to_json
from backwright.gates.policy.cells import Cell
from backwright.gates.state import State, Store
from backwright.gates.steps import Emission
from backwright.gates.wire import Reply
from backwright.plan.indexes import emits
from backwright.plan.model import Json, Plan, Reference, Timestamp

__all__ = ["Emissions"]

Told = tuple[str, Mapping[str, object]]


@dataclass(slots=True)
class Emissions:
    """Follows the outbox by position; nobody else may emit meanwhile."""

    plan: Plan
    store: Store
    before: State
    _position: int = 0

    def __post_init__(self) -> None:
        self._new()

    def judge(self, cell: Cell, answer: Reply) -> Iterator[Diagnostic]:
        """What is wrong with what was emitted since the last request."""
        found = self._new()
        if answer.status >= 400:
            if found:
                names = ", ".join(event for event, _ in found)
                yield Diagnostic("gate/policy-event", f"{cell.title}: refused, yet it emitted {names}", cell.origin)
        elif cell.verdict.after is not None and answer.status == cell.verdict.status:
            wanted = [self._told(each) for each in cell.verdict.emitted]
            shown = [
                (event, {name: value for name, value in payload.items() if name in expected})
                for (event, payload), (_, expected) in zip(found, wanted, strict=False)
            ]
            if len(found) != len(wanted) or shown != wanted:
                reason = f"{cell.title}: emitted {found}, the plan says {wanted}"
                yield Diagnostic("gate/policy-event", reason[:600], cell.origin)

    def _told(self, emission: Emission) -> Told:
        """The members that are known before: neither times nor rows that the request itself makes."""
        told: dict[str, object] = {}
        for each in self.plan.event(emission.event).members:
            value = emission.values.get(each.name)
            made = (
                isinstance(each.type, Reference)
                and isinstance(value, UUID)
                and not self.before.row(each.type.entity, value)
            )
            if each.name in emission.values and not made and not isinstance(each.type, Timestamp | Json):
                told[member(each)] = to_json(each.type, value)
        return emission.event, told

    def _new(self) -> list[Told]:
        if not emits(self.plan):
            return []
        rows = self.store.execute(
            f"select position, event, payload from {OUTBOX} where position > %s order by position", [self._position]
        )
        for position, _, _ in rows:
            assert isinstance(position, int)
            self._position = position
        return [(str(event), payload) for _, event, payload in rows if isinstance(payload, dict)]
