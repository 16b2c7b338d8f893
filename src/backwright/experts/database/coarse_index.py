"""Indexes that begin with what hardly tells rows apart."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.plan.model import Bool, Entity, Enumeration

__all__ = ["RULE"]

_FEW = 3


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        for index in entity.indexes:
            size = _values(entity, index.fields[0])
            if not index.unique and len(index.fields) > 1 and 0 < size <= _FEW and not _values(entity, index.fields[1]):
                turned = [*index.fields[1:], index.fields[0]]
                yield Found(
                    entity.name,
                    index.origin,
                    f"the index [{', '.join(index.fields)}] of {entity.name} begins with {index.fields[0]}, which has "
                    f"{size} values: it serves no question that leaves {index.fields[0]} out",
                    f"Turn it round to [{', '.join(turned)}], unless every question names {index.fields[0]}.",
                )


def _values(entity: Entity, name: str) -> int:
    """How many values a field has, where they are counted; 0 where not."""
    kind = next((field.type for field in entity.fields if field.name == name), None)
    return 2 if isinstance(kind, Bool) else len(kind.values) if isinstance(kind, Enumeration) else 0


_BAD = """entities:
  Errand:
    fields: {urgent: bool, place: int(1..9999)}
    indexes: [[urgent, place]]
    allow: {read: me != null, create: me.role == 'staff'}
"""

RULE = Rule(
    name="database/coarse-index",
    severity="note",
    summary=f"An index begins with a field of at most {_FEW} values.",
    explanation="An index is entered by its first field. One that is true or false leaves half of the table, and "
    "questions about the second field alone cannot use it. With the finer field first it serves both questions.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("[[urgent, place]]", "[[place, urgent]]")),
)
