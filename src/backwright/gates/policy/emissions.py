"""Whether the database holds the events and the calls of an accepted request, and none of a refused one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from backwright.diagnostics import Diagnostic
from backwright.gates.layout import CALLS, OUTBOX, member, to_json
from backwright.gates.policy.cells import Cell
from backwright.gates.state import State, Store
from backwright.gates.steps import Emission
from backwright.gates.wire import Reply
from backwright.plan.indexes import called, emits
from backwright.plan.model import Input, Json, Plan, Timestamp

__all__ = ["Emissions"]

Told = tuple[str, Mapping[str, object]]


@dataclass(slots=True)
class Emissions:
    """Follows the outbox by position, and calls by their ids; nobody else may leave any meanwhile."""

    plan: Plan
    store: Store
    before: State
    _position: int = 0
    _calls: set[object] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._events()
        self._intents()

    def judge(self, cell: Cell, answer: Reply) -> Iterator[Diagnostic]:
        """What is wrong with what was emitted or is to be called since the last request."""
        made = self._made(cell.verdict.after)
        events = [(each.name, _told(each, self.plan.event(each.name).members, made)) for each in cell.verdict.emitted]
        calls = [(each.name, _told(each, self._inputs(each.name), made)) for each in cell.verdict.intended]
        yield from self._compared(cell, answer, "gate/policy-event", (self._events(), events))
        yield from self._compared(cell, answer, "gate/policy-call", (self._intents(), calls))

    def _compared(
        self, cell: Cell, answer: Reply, code: str, both: tuple[list[Told], list[Told]]
    ) -> Iterator[Diagnostic]:
        found, wanted = both
        verb = "emitted" if code == "gate/policy-event" else "intends"
        if answer.status >= 400:
            if found:
                names = ", ".join(name for name, _ in found)
                yield Diagnostic(code, f"{cell.title}: refused, yet it {verb} {names}", cell.origin)
        elif cell.verdict.after is not None and answer.status == cell.verdict.status:
            shown = [
                (name, {key: value for key, value in told.items() if key in expected})
                for (name, told), (_, expected) in zip(found, wanted, strict=False)
            ]
            if len(found) != len(wanted) or shown != wanted:
                reason = f"{cell.title}: {verb} {found}, the plan says {wanted}"
                yield Diagnostic(code, reason[:600], cell.origin)

    def _inputs(self, name: str) -> tuple[Input, ...]:
        port, _, call = name.partition(".")
        return self.plan.port(port).call(call).inputs

    def _made(self, after: State | None) -> set[UUID]:
        """The rows that the request makes; the server gives them other ids than the plan does."""
        found = after.rows if after else {}
        return {key for name, rows in found.items() for key in rows if key not in self.before.rows[name]}

    def _events(self) -> list[Told]:
        if not emits(self.plan):
            return []
        rows = self.store.execute(
            f"select position, event, payload from {OUTBOX} where position > %s order by position", [self._position]
        )
        for position, _, _ in rows:
            assert isinstance(position, int)
            self._position = position
        return [(str(event), payload) for _, event, payload in rows if isinstance(payload, dict)]

    def _intents(self) -> list[Told]:
        if not called(self.plan):
            return []
        rows = self.store.execute(f"select id, call, input from {CALLS} where id <> all(%s)", [list(self._calls)])
        self._calls |= {row_id for row_id, _, _ in rows}
        return [(str(call), told) for _, call, told in rows if isinstance(told, dict)]


def _told(emission: Emission, members: tuple[Input, ...], made: set[UUID]) -> Mapping[str, object]:
    """The members that are known before: neither times nor rows that the request itself makes."""
    told: dict[str, object] = {}
    for each in members:
        if each.name not in emission.values or isinstance(each.type, Timestamp | Json):
            continue
        value = emission.values[each.name]
        if value not in made:
            told[member(each)] = to_json(each.type, value)
    return told
