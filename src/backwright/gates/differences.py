"""How rows differ from what they should be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from backwright.gates.state import State
from backwright.plan.expressions import Row, Value
from backwright.plan.model import Entity, Field, Plan, Reference

__all__ = ["differences"]


def differences(plan: Plan, before: State, wanted: State, found: State) -> Iterator[str]:
    """How the rows found differ from those wanted; new rows are compared without their ids."""
    for entity in plan.entities:
        old, want, have = (state.rows[entity.name] for state in (before, wanted, found))
        for key in old:
            if (key in want) != (key in have):
                yield f"{entity.name} {key} is {'gone' if id in want else 'still there'}"
            elif key in want:
                yield from _changed(entity, want[key], have[key])
        created = [
            Counter(_outline(entity, row, before) for key, row in rows.items() if key not in old)
            for rows in (want, have)
        ]
        if created[0] != created[1]:
            missing, extra = created[0] - created[1], created[1] - created[0]
            yield f"new rows of {entity.name}: missing {_listed(missing)}, not wanted {_listed(extra)}"


def _changed(entity: Entity, want: Row, have: Row) -> Iterator[str]:
    for each in entity.fields:
        if want.values[each.name] != have.values[each.name]:
            place = f"{entity.name} {want.values['id']}: {each.name}"
            yield f"{place} is {have.values[each.name]!r}, the plan says {want.values[each.name]!r}"


def _outline(entity: Entity, row: Row, before: State) -> tuple[tuple[str, str], ...]:
    return tuple((each.name, _outlined(each, row.values[each.name], before)) for each in entity.fields)


def _outlined(each: Field, value: Value, before: State) -> str:
    if isinstance(each.type, Reference) and value is not None and before.row(each.type.entity, value) is None:
        return "a new row"
    return repr(value)


def _listed(rows: Counter[tuple[tuple[str, str], ...]]) -> str:
    if not rows:
        return "none"
    return "; ".join(", ".join(f"{name} {value}" for name, value in row) for row in rows)[:300]
