"""How rows differ from what they should be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from backwright.gates.state import State
from backwright.plan.expressions import Row, Value
from backwright.plan.model import Entity, Field, Plan, Reference

__all__ = ["differences"]

_REQUEST = timedelta(minutes=5)


def differences(plan: Plan, before: State, wanted: State, found: State) -> Iterator[str]:
    """How the rows found differ from those wanted; new rows are compared without their ids."""
    for entity in plan.entities:
        old, want, have = (state.rows[entity.name] for state in (before, wanted, found))
        for key in old:
            if (key in want) != (key in have):
                yield f"{entity.name} {key} is {'gone' if id in want else 'still there'}"
            elif key in want:
                yield from _changed(entity, want[key], have[key])
        missing = [row for key, row in want.items() if key not in old]
        extra = []
        for row in (row for key, row in have.items() if key not in old):
            match = next((at for at, other in enumerate(missing) if _alike(entity, other, row, before)), None)
            if match is None:
                extra.append(row)
            else:
                del missing[match]
        if missing or extra:
            yield f"new rows of {entity.name}: missing {_listed(entity, missing)}, not wanted {_listed(entity, extra)}"


def _changed(entity: Entity, want: Row, have: Row) -> Iterator[str]:
    for each in entity.fields:
        if not _same(want.values[each.name], have.values[each.name]):
            place = f"{entity.name} {want.values['id']}: {each.name}"
            yield f"{place} is {have.values[each.name]!r}, the plan says {want.values[each.name]!r}"


def _alike(entity: Entity, want: Row, have: Row, before: State) -> bool:
    return all(
        _same(want.values[each.name], have.values[each.name])
        or (_new(each, want.values[each.name], before) and _new(each, have.values[each.name], before))
        for each in entity.fields
    )


def _same(want: Value, have: Value) -> bool:
    """Times that follow from the time of the request are near each other."""
    if isinstance(want, datetime) and isinstance(have, datetime):
        return abs(want - have) < _REQUEST
    return want == have


def _new(each: Field, value: Value, before: State) -> bool:
    """Whether the value refers to a row that was not there before."""
    return isinstance(each.type, Reference) and value is not None and before.row(each.type.entity, value) is None


def _listed(entity: Entity, rows: list[Row]) -> str:
    words = [", ".join(f"{each.name} {row.values[each.name]}" for each in entity.fields) for row in rows]
    return f"{len(rows)} ({'; '.join(words)[:200]})" if rows else "none"
