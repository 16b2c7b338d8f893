"""Numbers that are counted below nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import field_line, lines
from backwright.experts.steps import counts, name_of
from backwright.plan.model import Exact, Integer, Type

__all__ = ["RULE"]

_SAFE = 2**53 - 1


def _check(case: Case) -> Iterator[Found]:
    said = set()
    for count in counts(case.plan):
        element = f"{count.entity.name}.{count.field.name}"
        bounded = _bounded(count.field.type)
        if count.down and bounded and element not in said:
            said.add(element)
            yield Found(
                element,
                count.field.origin,
                f"{name_of(count.routine)} takes from {element}, which has no lower bound: nothing ever refuses it",
                "Give it one; the operation is then refused when there is too little, also when many come at once.",
                lines("entities", count.entity.name, "fields", field_line(count.field, type=bounded)),
            )


def _bounded(kind: Type) -> Type | None:
    """The type with a lower bound, where it has none."""
    if isinstance(kind, Integer) and kind.minimum <= -_SAFE:
        return replace(kind, minimum=0)
    if isinstance(kind, Exact) and kind.minimum is None and kind.above is None:
        return replace(kind, minimum=Decimal(0))
    return None


_BAD = """entities:
  Supply:
    fields: {label: string(1..40), left: int}
    allow: {read: me != null, create: me.role == 'staff'}
operations:
  take:
    route: POST /supplies/{supply}/take
    allow: me != null
    idempotent: true
    input: {supply: Supply}
    steps:
      - update: input.supply
        set: {left: left - 1}
        otherwise: {error: nothing_left}
"""

RULE = Rule(
    name="database/bottomless-counter",
    severity="warning",
    summary="An operation takes from a number that has no lower bound.",
    explanation="The range of a field is what makes an operation stop: the update that would leave it finds no row, "
    "and `otherwise` is answered. Without a lower bound the number just goes below zero, and what it counts is given "
    "away twice.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("left: int", "left: int >= 0")),
)
