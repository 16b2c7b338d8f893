"""Indexes that others contain."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.plan.model import Entity, Index

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        for index in entity.indexes:
            longer = _longer(entity, index)
            if longer and not index.unique:
                yield Found(
                    entity.name,
                    index.origin,
                    f"the index [{', '.join(index.fields)}] of {entity.name} is the beginning of "
                    f"[{', '.join(longer.fields)}], which serves everything that it serves",
                    "Remove it: each index is written with each row.",
                )


def _longer(entity: Entity, index: Index) -> Index | None:
    size = len(index.fields)
    return next((each for each in entity.indexes if each is not index and each.fields[:size] == index.fields), None)


_BAD = """entities:
  Shelf:
    fields: {room: int(1..99), row: int(1..99)}
    indexes: [[room, row], [room, row, createdAt]]
    allow: {read: me != null, create: me.role == 'staff'}
"""

RULE = Rule(
    name="database/prefix-index",
    severity="warning",
    summary="An index is the beginning of another one.",
    explanation="A B-tree over (a, b) answers every question about a alone, and in the same order. A second index "
    "over (a) takes space, memory and time on each write, and is never the better choice (PostgreSQL documentation, "
    "11.3).",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("[[room, row], [room, row, createdAt]]", "[[room, row, createdAt]]")),
)
