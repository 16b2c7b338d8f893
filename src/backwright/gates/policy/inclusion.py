"""Rows that are shown inside others: each as the same caller reads it by itself, none that they may not see."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from backwright.diagnostics import Diagnostic
from backwright.gates.oracle import Oracle, Principal
from backwright.gates.policy.cells import Cell
from backwright.gates.wire import Connection
from backwright.plan.model import Entity, Plan, Reference
from backwright.plan.naming import collection_path

__all__ = ["Inclusion"]

Body = dict[str, Any]


@dataclass(slots=True)
class Inclusion:
    """What reads show without includes, remembered, and what they must show with them."""

    plan: Plan
    oracle: Oracle
    connection: Connection
    _known: dict[tuple[str | None, str], Body | None] = field(default_factory=dict)

    def judge(self, cell: Cell, shown: list[object]) -> Iterator[Diagnostic]:
        """Compares rows of an answer."""
        entity = self.plan.entity(cell.entity)
        for row in shown:
            key = str(row.get("id")) if isinstance(row, dict) else ""
            if row != self._expected(cell.who, entity, key, cell.included):
                reason = f"{cell.title}: with {', '.join(cell.included)} the row is not what its own reads show"
                yield Diagnostic("gate/policy-include", reason, cell.origin)

    def _expected(self, who: Principal, entity: Entity, key: str, names: tuple[str, ...]) -> Body | None:
        """The plain row with the named ones in it; None where it has no such references."""
        expected = deepcopy(self._read(who, entity, key))
        for name in names:
            *path, last = name.split(".")
            holder, rows = entity, [expected]
            for step in path:
                part = next((each for each in holder.parts if each.name == step), None)
                if part is None:
                    return None
                holder = self.plan.entity(part.entity)
                rows = [inner for row in rows if row for inner in row[step]]
            reference = next((each for each in holder.fields if each.name == last), None)
            if reference is None or not isinstance(reference.type, Reference):
                return None
            target = self.plan.entity(reference.type.entity)
            for row in rows:
                if row is not None:
                    row[last] = self._visible(who, target, row[f"{last}Id"])
        return expected

    def _visible(self, who: Principal, entity: Entity, key: str | None) -> Body | None:
        row = self.oracle.state.row(entity.name, UUID(key)) if key else None
        return self._read(who, entity, str(key)) if row and self.oracle.readable(who, entity, row) else None

    def _read(self, who: Principal, entity: Entity, key: str) -> Body | None:
        path = f"{collection_path(entity)}/{key}"
        if (who.token, path) not in self._known:
            answer = self.connection.call("GET", path, None, who.token)
            self._known[who.token, path] = answer.json if answer.status == 200 else None  # type: ignore[assignment]
        return self._known[who.token, path]
