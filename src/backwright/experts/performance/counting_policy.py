"""Rules for reading that look through lists."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import a
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import condition
from backwright.plan.expressions import render, walk
from backwright.plan.expressions.tree import Aggregate, Many

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        rule = entity.rule("read")
        for node in walk(rule.expression) if rule else ():
            if rule and isinstance(node, Aggregate) and any(isinstance(each, Many) for each in walk(node.source)):
                most = next((part.max_size for part in entity.parts if render(node.source).endswith(part.name)), 0)
                yield Found(
                    entity.name,
                    rule.origin,
                    f"who reads {a(entity.name)} is found out by looking through {condition(node.source)}, up to "
                    f"{most} rows for each row that a list considers",
                    "Ask for something that stands in the row: a reference, a flag that the operation keeps.",
                )


_BAD = """entities:
  Room:
    fields: {label: string(1..40)}
    parts:
      seats: Seat[0..50]
    allow: {read: "seats.exists(s, s.holder == me) || me.role == 'staff'", create: me.role == 'staff'}
  Seat:
    fields: {holder: Account}
    unique: [[room, holder]]
"""

RULE = Rule(
    name="performance/counting-policy",
    severity="note",
    summary="A rule for reading looks through the parts of each row.",
    explanation="Membership by a list is asked for every row that a page considers. It is right for small tables; "
    "where there are many rows and each caller sees few, a list costs as much as all of them.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace('''"seats.exists(s, s.holder == me) || me.role == 'staff'"''', "me.role == 'staff'")),
)
