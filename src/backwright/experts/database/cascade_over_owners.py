"""Deletions that take other people's rows along."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import a, is_identity, may, newcomers, people
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import field_line, lines
from backwright.plan.indexes import references_to
from backwright.plan.model import Reference

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        rule = entity.rule("delete")
        if rule is None or is_identity(case.plan, entity):
            continue
        for holder, field in references_to(case.plan, entity.name):
            if (
                not isinstance(field.type, Reference)
                or field.type.on_delete != "cascade"
                or holder.whole == entity.name
            ):
                continue
            if holder.owner and holder.owner != entity.owner and not may(rule) & newcomers(case.plan):
                yield Found(
                    f"{holder.name}.{field.name}",
                    field.origin,
                    f"when {people(case.plan, may(rule))} deletes {a(entity.name)}, every {holder.name} in it goes "
                    "too, whoever owns it",
                    f"Let the deletion be refused while rows of {holder.name} are there, unless that is what is meant.",
                    lines("entities", holder.name, "fields", field_line(field, type=Reference(entity.name))),
                )


_BAD = """entities:
  Room:
    fields: {label: string(1..20) unique}
    allow: {read: me != null, create: me.role == 'staff', delete: me.role == 'staff'}
  Reservation:
    owner: guest
    fields: {guest: Account immutable, room: Room on delete cascade, day: date}
    allow: {read: owner || me.role == 'staff', create: owner}
"""

RULE = Rule(
    name="database/cascade-over-owners",
    severity="note",
    summary="Deleting one row deletes rows that belong to other people.",
    explanation="`on delete cascade` asks no rule of the rows that go along: the right to delete the one is the right "
    "to delete them all, and their owners hear nothing of it. It is right for what makes no sense alone.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace(" on delete cascade", "")),
)
