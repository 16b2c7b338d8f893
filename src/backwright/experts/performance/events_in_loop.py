"""Calls that emit hundreds of events."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.steps import name_of, repeated
from backwright.lowering.operations import routines
from backwright.plan.model import EmitStep

__all__ = ["RULE"]

_MOST = 50


def _check(case: Case) -> Iterator[Found]:
    for routine in routines(case.plan):
        for step, times in repeated(case.plan, routine):
            if isinstance(step, EmitStep) and times > _MOST:
                yield Found(
                    name_of(routine),
                    step.origin,
                    f"one call of {name_of(routine)} may emit {step.event} {times:,} times, and each is delivered by "
                    "itself",
                    "Emit one event about the whole after the loop; whoever hears it can read the rest.",
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
      lamps: {type: list, of: Lamp, min: 1, max: 200}
    steps:
      - each: {in: input.lamps, as: lamp}
        do:
          - update: lamp
            set: {lit: true}
      - each: {in: input.lamps, as: lamp}
        do:
          - emit: LampLit
            with: {lamp: lamp}
events:
  LampLit: {lamp: Lamp}
"""

RULE = Rule(
    name="performance/events-in-loop",
    severity="note",
    summary=f"One call may emit more than {_MOST} events.",
    explanation="Events are rows of the outbox, written in the transaction of their cause, and delivered one by one "
    "to each subscriber and socket. A flood of them holds up the ones behind.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("max: 200", "max: 20")),
)
