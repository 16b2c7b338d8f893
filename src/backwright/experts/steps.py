"""What rules ask of steps: who causes them, what they count, how many rows they touch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backwright.diagnostics import Origin
from backwright.experts.facts import always, holders, may
from backwright.lowering.operations import Routine, all_routines
from backwright.plan.expressions import walk
from backwright.plan.expressions.tree import Access, Arithmetic, Expression, Many, Variable, Widen
from backwright.plan.expressions.types import RowType
from backwright.plan.model import (
    EachStep,
    Entity,
    Field,
    Input,
    ListOf,
    Operation,
    Plan,
    Step,
    UpdateStep,
)

__all__ = ["Count", "assigns", "callers", "counts", "name_of", "origin_of", "reads_field", "repeated"]


@dataclass(frozen=True, slots=True)
class Count:
    """A routine that adds to a stored number, or takes from it; `up` and `down` say which it ever does."""

    routine: Routine
    step: UpdateStep
    entity: Entity
    field: Field
    up: bool
    down: bool


def counts(plan: Plan) -> Iterator[Count]:
    """Every `set: {n: n + …}`."""
    for routine in all_routines(plan):
        for step, _ in repeated(plan, routine):
            if isinstance(step, UpdateStep):
                yield from _counted(plan, routine, step)


def _counted(plan: Plan, routine: Routine, step: UpdateStep) -> Iterator[Count]:
    entity = plan.entity(step.entity)
    for each in step.assignments:
        signs = set(_signs(each.expression, step.entity, each.field))
        if signs:
            yield Count(routine, step, entity, entity.field(each.field), "+" in signs, "-" in signs)


def _signs(expression: Expression, entity: str, field: str) -> Iterator[str]:
    for node in walk(expression):
        if isinstance(node, Arithmetic) and node.operator in ("+", "-"):
            sides = [node.left, *([node.right] if node.operator == "+" else [])]
            if any(reads_field(side, entity, field) for side in sides):
                yield node.operator


def reads_field(expression: Expression, entity: str, field: str) -> bool:
    """Whether an expression is that field of a row of that kind."""
    if isinstance(expression, Widen):
        return reads_field(expression.of, entity, field)
    return isinstance(expression, Access) and expression.name == field and expression.of.typing.type == RowType(entity)


def assigns(step: Step) -> frozenset[str]:
    """The fields that an update writes."""
    return frozenset(each.field for each in step.assignments) if isinstance(step, UpdateStep) else frozenset()


def callers(plan: Plan, routine: Routine) -> frozenset[str]:
    """Who causes a routine; what follows from a call is caused by who called the operation, a job by nobody."""
    if routine.outcome:
        causes = (each for each in plan.operations if each.then and routine.outcome in each.then.outcomes)
        return may(next(causes).rule)
    if routine.subject:
        return always(plan, routine.rule) | holders(plan, routine.subject, routine.rule)
    return frozenset() if routine.job else may(routine.rule)


def origin_of(plan: Plan, routine: Routine) -> Origin:
    """Where it is declared."""
    declared = routine.operation or routine.transition or routine.job or routine.outcome
    return declared.origin if declared else plan.entities[0].origin


def name_of(routine: Routine) -> str:
    """As an element: `Note.close`, `publish`, `tidy`."""
    if routine.subject and routine.transition:
        return f"{routine.subject.name}.{routine.transition.name}"
    return routine.job.name if routine.job else routine.name


def repeated(plan: Plan, routine: Routine) -> Iterator[tuple[Step, int]]:
    """Every step with the times that one run may do it at most."""
    yield from _repeated(plan, routine.operation, routine.steps, 1)


def _repeated(
    plan: Plan, operation: Operation | None, steps: tuple[Step, ...], times: int
) -> Iterator[tuple[Step, int]]:
    for step in steps:
        yield step, times
        if isinstance(step, EachStep):
            most = _most(plan, operation.inputs if operation else (), step.each.source)
            yield from _repeated(plan, operation, step.steps, times * most)


def _most(plan: Plan, inputs: tuple[Input, ...], source: Expression) -> int:
    """The longest that a loop's list can be."""
    if isinstance(source, Many) and isinstance(source.of.typing.type, RowType):
        whole = plan.entity(source.of.typing.type.entity)
        return next((part.max_size for part in whole.parts if part.name == source.name), 1)
    if isinstance(source, Access) and isinstance(source.of, Variable):
        kind = next((each.type for each in inputs if each.name == source.name), None)
        return kind.max_size if isinstance(kind, ListOf) else 1
    return 1
