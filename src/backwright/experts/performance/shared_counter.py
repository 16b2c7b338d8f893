"""Counters that everybody waits for."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.requirements import load
from backwright.experts.steps import counts, name_of
from backwright.plan.expressions import render
from backwright.plan.expressions.tree import Access, Expression
from backwright.plan.expressions.types import RowType

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    rps = load(case.plan).rps
    for count in counts(case.plan):
        if not count.routine.job and _through_rows(count.step.target):
            rate = f" (of {rps} requests a second that are stated)" if rps else ""
            yield Found(
                name_of(count.routine),
                count.step.origin,
                f"{name_of(count.routine)} counts {count.entity.name}.{count.field.name} of "
                f"{render(count.step.target)}: all calls{rate} about rows that share this {count.entity.name} wait "
                "for one lock",
                "Work the number out on reading, or let a job or a subscriber of an event keep it.",
            )


def _through_rows(target: Expression) -> bool:
    """Whether the row is reached from the row that was named by two references or more."""
    steps = 0
    while isinstance(target, Access) and isinstance(target.of.typing.type, RowType):
        steps += 1
        target = target.of
    return steps > 1


_BAD = """entities:
  Area:
    fields: {label: string(1..40), visits: int(0..1000000000) default 0}
    allow: {read: me != null, create: me.role == 'staff'}
  Site:
    fields: {label: string(1..40), area: Area}
    allow: {read: me != null, create: me.role == 'staff'}
  Spot:
    fields: {label: string(1..40), site: Site}
    allow: {read: me != null, create: me.role == 'staff'}
operations:
  visit:
    route: POST /spots/{spot}/visits
    allow: me != null
    idempotent: true
    input: {spot: Spot}
    steps:
      - update: input.spot.site.area
        set: {visits: visits + 1}
"""

RULE = Rule(
    name="performance/shared-counter",
    severity="warning",
    summary="An operation counts in a row that many calls share.",
    explanation="A row is locked from its update to the commit, so calls that count in the same row go one behind the "
    "other: at 2 ms each, 500 a second, whatever the machine. A row two references away from the one that the caller "
    "named is shared by many of them.",
    check=_check,
    bad=Example(_BAD),
    good=Example(
        _BAD.replace("input.spot.site.area", "input.area")
        .replace("{spot: Spot}", "{area: Area}")
        .replace("/spots/{spot}", "/areas/{area}")
    ),
)
