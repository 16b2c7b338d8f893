"""Calls that lock hundreds of rows."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.steps import name_of, origin_of, repeated
from backwright.lowering.operations import routines
from backwright.plan.model import DeleteStep, UpdateStep

__all__ = ["RULE"]

_MOST = 300


def _check(case: Case) -> Iterator[Found]:
    for routine in routines(case.plan):
        locked = sum(times for step, times in repeated(case.plan, routine) if isinstance(step, UpdateStep | DeleteStep))
        if locked > _MOST:
            yield Found(
                name_of(routine),
                origin_of(case.plan, routine),
                f"one call of {name_of(routine)} may lock {locked:,} rows until it commits; others who want one of "
                "them wait",
                "Bound the list by what callers send, and let them send the rest in a second call.",
            )


_BAD = """entities:
  Lamp:
    fields: {label: string(1..40), lit: bool default false}
    allow: {read: me != null, create: me.role == 'staff'}
operations:
  light:
    route: POST /lamps/light
    allow: me.role == 'staff'
    input:
      lamps: {type: list, of: Lamp, min: 1, max: 1000}
    steps:
      - each: {in: input.lamps, as: lamp}
        do:
          - update: lamp
            set: {lit: true}
"""

RULE = Rule(
    name="performance/many-locks",
    severity="note",
    summary=f"One call may lock more than {_MOST} rows.",
    explanation="Rows are locked in one order, so calls do not block each other for good, but they do wait: one with "
    "a thousand rows holds each of them until the last is written, and statements end after DATABASE_TIMEOUT_MS (5 s).",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("max: 1000", "max: 100")),
)
