"""Operations that do it twice when they are asked twice."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import ANYBODY, may
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines
from backwright.experts.steps import counts
from backwright.plan.expressions import fields_read
from backwright.plan.expressions.tree import Constant
from backwright.plan.indexes import all_steps
from backwright.plan.model import Operation, Plan, RequireStep, UpdateStep

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for operation in case.plan.operations:
        if operation.idempotent or ANYBODY in may(operation.rule) or _guards_itself(operation):
            continue
        reason = _repeats(case.plan, operation)
        if reason:
            yield Found(
                operation.name,
                operation.origin,
                f"a client that repeats {operation.name} because it got no answer {reason}",
                "Make it idempotent: the same Idempotency-Key is then answered with the first answer.",
                lines("operations", operation.name, "idempotent: true"),
            )


def _repeats(plan: Plan, operation: Operation) -> str:
    counted = next((each for each in counts(plan) if each.routine.operation is operation), None)
    if counted:
        return f"changes {counted.entity.name}.{counted.field.name} a second time"
    return f"calls {operation.then.port}.{operation.then.call} a second time" if operation.then else ""


def _guards_itself(operation: Operation) -> bool:
    """Whether it asks for something that it ends itself, such as a state."""
    steps = all_steps(operation.steps)
    ended = {
        (step.entity, each.field)
        for step in steps
        if isinstance(step, UpdateStep)
        for each in step.assignments
        if isinstance(each.expression, Constant)
    }
    asked = {read for step in steps if isinstance(step, RequireStep) for read in fields_read(step.expression)}
    return bool(ended & asked)


_BAD = """entities:
  Member:
    fields: {email: email unique personal}
    allow: {read: this == me}
  Tally:
    fields: {label: string, count: int(0..1000000)}
    allow: {read: me != null, create: me.role == 'staff'}
operations:
  count:
    route: POST /tallies/{tally}/count
    allow: me.role == 'staff'
    input: {tally: Tally, by: int(1..10)}
    steps:
      - update: input.tally
        set: {count: count + input.by}
        otherwise: {error: full}
"""

RULE = Rule(
    name="architect/not-idempotent",
    severity="warning",
    summary="An operation that counts, or that calls somebody, is not idempotent.",
    explanation="Connections break between the work and its answer, and clients try again. An operation that adds to a "
    "number or leaves a call behind then does it twice. Operations that ask for a state which they end themselves are "
    "safe, and those for callers without an account cannot have keys.",
    check=_check,
    bad=Example(_BAD.replace("Member", "Account")),
    good=Example(_BAD.replace("Member", "Account").replace("    input", "    idempotent: true\n    input", 1)),
)
