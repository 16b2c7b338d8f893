"""Answers that are kept and dropped all the time."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import listed, may, newcomers
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.steps import callers, name_of
from backwright.lowering.operations import writes
from backwright.plan.model import Entity, Plan
from backwright.plan.visibility import shown_with

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities if case.plan.identity else ():
        if not entity.cached:
            continue
        shown = shown_with(case.plan.entity, entity)
        causes = list(dict.fromkeys(cause for each in shown for cause in _causes(case.plan, each)))
        if causes:
            yield Found(
                entity.name,
                entity.origin,
                f"answers about {entity.name} are kept for {entity.cached} s, but every {listed(causes)} drops all of "
                "them in every server, and commits that notify go one behind the other",
                "Leave `cached` out, or move what changes all the time to an entity of its own.",
            )


def _causes(plan: Plan, entity: Entity) -> Iterator[str]:
    """What everyday callers do that writes its rows."""
    for each in writes(plan):
        if each.entity is entity and callers(plan, each.routine) & newcomers(plan):
            yield name_of(each.routine)
    for action in ("create", "update", "delete"):
        if may(entity.rule(action)) & newcomers(plan):
            yield f"{action} of {entity.name}"


_BAD = """entities:
  Exhibit:
    cached: 30s
    fields: {label: string(1..40) unique, free: int(0..1000) default 0}
    allow: {read: true, create: me.role == 'staff'}
operations:
  enter:
    route: POST /exhibits/{exhibit}/visits
    allow: me != null
    idempotent: true
    input: {exhibit: Exhibit}
    steps:
      - update: input.exhibit
        set: {free: free - 1}
        otherwise: {error: full}
"""

RULE = Rule(
    name="performance/churning-cache",
    severity="warning",
    summary="Kept answers are dropped by what everybody does.",
    explanation="A write to any row that they show drops all kept answers of an entity in every server, and "
    "PostgreSQL lets transactions that notify commit one behind the other. That pays where few people write, not "
    "where each caller does.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("    cached: 30s\n", "")),
)
