"""Indexes that the compiler makes by itself."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.lowering.wire.lists import filtered_fields, sorted_fields
from backwright.plan.model import Entity, Reference

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        for index in entity.indexes:
            if not index.unique and len(index.fields) == 1 and index.fields[0] in _made(entity):
                yield Found(
                    entity.name,
                    index.origin,
                    f"{entity.name}.{index.fields[0]} has an index without being asked, over it and the id",
                    "Remove the line; declare indexes over several fields that are asked for together.",
                )


def _made(entity: Entity) -> frozenset[str]:
    listed = () if entity.whole else (*filtered_fields(entity), *sorted_fields(entity))
    return frozenset(field.name for field in (*listed, *(f for f in entity.fields if isinstance(f.type, Reference))))


_BAD = """entities:
  Shelf:
    fields: {keeper: Account optional on delete clear, label: string(1..20)}
    indexes: [[keeper]]
    allow: {read: me != null, create: me.role == 'staff'}
"""

RULE = Rule(
    name="database/index-made-anyway",
    severity="note",
    summary="An index is declared that is there without a word.",
    explanation="Every reference, and every field that lists filter or sort by, has an index over itself and the id, "
    "so that pages follow it. A declaration of the same field alone changes nothing and makes readers look for its "
    "reason.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("[[keeper]]", "[[keeper, label]]")),
)
