"""Entities that are several things."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import own
from backwright.experts.model import Case, Example, Found, Rule

__all__ = ["RULE"]

_MOST = 25


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        fields = own(case.plan, entity)
        if len(fields) > _MOST:
            optional = sum(field.optional for field in fields)
            yield Found(
                entity.name,
                entity.origin,
                f"{entity.name} has {len(fields)} fields of its own, {optional} of them optional; every read carries "
                "all",
                "Move what is written together, or by other people, to a part or to an entity that refers to it.",
            )


def _fields(count: int) -> str:
    listed = "\n".join(f"      fact{number}: int(0..9)" for number in range(count))
    return f"entities:\n  Record:\n    fields:\n{listed}\n    allow: {{read: me != null, create: me.role == 'staff'}}\n"


RULE = Rule(
    name="architect/god-entity",
    severity="note",
    summary=f"An entity has more than {_MOST} fields.",
    explanation="An entity of that size is usually several things that share an id: they change for different "
    "reasons, by different people. One rule for all of them is too wide for some, and every answer carries what few "
    "ask for.",
    check=_check,
    bad=Example(_fields(_MOST + 1)),
    good=Example(_fields(3)),
)
