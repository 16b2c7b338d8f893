"""Enumerations that are lists of data."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.plan.model import Enumeration

__all__ = ["RULE"]

_MOST = 25


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        for field in entity.fields:
            if isinstance(field.type, Enumeration) and len(field.type.values) > _MOST:
                yield Found(
                    f"{entity.name}.{field.name}",
                    field.origin,
                    f"{entity.name}.{field.name} has {len(field.type.values)} values; each further one is a migration "
                    "and a release",
                    "If people add values, let them be rows of an entity that this field refers to.",
                )


def _example(values: str) -> str:
    return (
        f'entities:\n  Place:\n    fields: {{label: string(1..40), kind: "enum({values})"}}\n'
        "    allow: {read: me != null, create: me.role == 'staff'}\n"
    )


RULE = Rule(
    name="database/long-enumeration",
    severity="note",
    summary=f"An enumeration has more than {_MOST} values.",
    explanation="Enumerations are for words that the program knows: rules and steps name them. A long one is data "
    "that somebody wants to add to, and clients that switch over it break with each value.",
    check=_check,
    bad=Example(_example(", ".join(f"kind{number}" for number in range(_MOST + 1)))),
    good=Example(_example("indoors, outdoors")),
)
