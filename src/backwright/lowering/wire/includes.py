"""What reads can show beside an id: the rows that references lead to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backwright.lowering.memory import once_per_plan
from backwright.lowering.relational.columns import json_name
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.relational.json_rows import row_json
from backwright.lowering.relational.names import column, table
from backwright.lowering.wire.shapes import shown_fields
from backwright.plan.model import Entity, Plan, Reference

__all__ = ["Include", "includes"]


@dataclass(frozen=True, slots=True)
class Include:
    """A reference by its name in a query, with a dotted path where it is a part's, and the column that has the id."""

    name: str
    column: str
    target: Entity

    @property
    def member(self) -> str:
        """The member that shows the row."""
        return self.name.rpartition(".")[2]

    @property
    def line(self) -> str:
        """The text of the member with the id, after which the row is put."""
        return f' {self.column} as "{self.member}Id"'


@once_per_plan
def includes(plan: Plan, entity: Entity) -> tuple[Include, ...]:
    """In the order of the members; none where the entity has no reads."""
    if entity.whole or not entity.rule("read"):
        return ()
    text = row_json(plan, entity, Conditions(plan))
    # A computed field may have any text in it, also such a line.
    return tuple(each for each in _references(plan, entity, "", None) if text.count(each.line) == 1)


def _references(plan: Plan, entity: Entity, path: str, hidden: str | None) -> Iterator[Include]:
    fields = shown_fields(entity, hidden)
    taken = {json_name(field) for field in fields}
    taken |= {"id", *(each.name for each in entity.computed), *(part.name for part in entity.parts)}
    for field in fields:
        if isinstance(field.type, Reference) and field.name not in taken:
            target = plan.entity(field.type.entity)
            if target.rule("read") and not target.whole:
                yield Include(f"{path}{field.name}", f"{table(entity)}.{column(field)}", target)
    for part in entity.parts:
        yield from _references(plan, plan.entity(part.entity), f"{path}{part.name}.", part.back)
