"""Pairs that may be tied twice."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import index_lines, lines
from backwright.plan.model import Entity, Reference

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        names = [field.name for field in entity.fields if isinstance(field.type, Reference) and not field.optional]
        if len(entity.fields) == len(names) == 2 and not _is_unique(entity, frozenset(names)):
            yield Found(
                entity.name,
                entity.origin,
                f"{entity.name} ties {names[0]} to {names[1]} and nothing else, but the same two may be tied many "
                "times",
                "Make the pair unique.",
                lines("entities", entity.name, index_lines(entity, *names, unique=True)),
            )


def _is_unique(entity: Entity, names: frozenset[str]) -> bool:
    single = any(field.unique for field in entity.fields)
    return single or any(index.unique and set(index.fields) <= names for index in entity.indexes)


_BAD = """entities:
  Topic:
    fields: {label: string(1..40)}
    allow: {read: me != null, create: me.role == 'staff'}
  Follow:
    owner: follower
    fields: {follower: Account immutable, topic: Topic immutable}
    allow: {read: owner, create: owner, delete: owner}
"""

RULE = Rule(
    name="database/repeatable-link",
    severity="warning",
    summary="An entity that only ties two rows together lets the same two be tied twice.",
    explanation="The entity has two references and nothing else. A second row of the same pair says nothing new, but "
    "it is counted, listed and left behind when the first one is deleted. Two clicks at once make it, whatever the "
    "client checks.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("    allow: {read: owner,", "    unique: [[follower, topic]]\n    allow: {read: owner,")),
)
