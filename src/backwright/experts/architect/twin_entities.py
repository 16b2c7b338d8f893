"""One thing under two names."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import own
from backwright.experts.model import Case, Example, Found, Rule
from backwright.plan.model import Entity, Plan

__all__ = ["RULE"]

_FEWEST = 3


def _check(case: Case) -> Iterator[Found]:
    known: dict[object, Entity] = {}
    for entity in case.plan.entities:
        shape = _shape(case.plan, entity)
        moves = entity.lifecycle.states if entity.lifecycle else ()
        first = known.setdefault((shape, moves), entity)
        if len(shape) >= _FEWEST and first is not entity:
            yield Found(
                entity.name,
                entity.origin,
                f"{entity.name} has the same {len(shape)} fields as {first.name}, with the same types",
                f"If they are one thing, keep {first.name} and tell its kinds apart by an enumeration.",
            )


def _shape(plan: Plan, entity: Entity) -> frozenset[tuple[str, object]]:
    return frozenset((field.name, field.type) for field in own(plan, entity))


_BAD = """entities:
  Inbound:
    fields: {title: string(1..80), body: text, urgent: bool}
    allow: {read: me != null, create: me != null}
  Outbound:
    fields: {title: string(1..80), body: text, urgent: bool}
    allow: {read: me != null, create: me != null}
"""
_GOOD = """entities:
  Message:
    fields: {title: string(1..80), body: text, urgent: bool, direction: "enum(in, out)"}
    allow: {read: me != null, create: me != null}
"""

RULE = Rule(
    name="architect/twin-entities",
    severity="note",
    summary="Two entities have the same fields.",
    explanation="Two tables of one shape are two places for every rule, index and client, and a row that changes sides "
    "must be copied. They are worth it where rules or lives differ; else an enumeration says the same.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_GOOD),
)
