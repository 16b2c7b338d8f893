"""Facts that follow from a plan: asked for here, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from backwright.plan.expressions.tree import Expression
from backwright.plan.model import (
    Call,
    CreateStep,
    DeleteStep,
    EachStep,
    EmitStep,
    Entity,
    ErrorCase,
    Event,
    Field,
    Input,
    LetStep,
    Plan,
    Port,
    Reference,
    RequireStep,
    Step,
    UpdateStep,
)

__all__ = [
    "all_steps",
    "called",
    "creation_order",
    "emits",
    "error_cases",
    "expressions_of",
    "references_to",
    "subject_of",
]


def creation_order(plan: Plan) -> tuple[Entity, ...]:
    """Entities so that every required reference points backwards; apart from that, the author's order."""
    placed: list[Entity] = []
    names: set[str] = set()
    waiting = list(plan.entities)
    while waiting:
        ready = next((entity for entity in waiting if _needs(entity) <= names), waiting[0])
        waiting.remove(ready)
        placed.append(ready)
        names.add(ready.name)
    return tuple(placed)


def _needs(entity: Entity) -> set[str]:
    return {field.type.entity for field in entity.fields if isinstance(field.type, Reference) and not field.optional}


def references_to(plan: Plan, entity: str) -> tuple[tuple[Entity, Field], ...]:
    """Every stored reference to an entity, with the entity that holds it."""
    return tuple(
        (holder, field)
        for holder in plan.entities
        for field in holder.fields
        if isinstance(field.type, Reference) and field.type.entity == entity
    )


def all_steps(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Steps and the steps of their loops, in order."""
    found: list[Step] = []
    for step in steps:
        found.append(step)
        if isinstance(step, EachStep):
            found.extend(all_steps(step.steps))
    return tuple(found)


def expressions_of(step: Step) -> tuple[Expression, ...]:
    """What a step itself evaluates; the steps of a loop have their own."""
    match step:
        case CreateStep() | EmitStep():
            return tuple(assignment.expression for assignment in step.assignments)
        case UpdateStep():
            return (step.target, *(assignment.expression for assignment in step.assignments))
        case DeleteStep():
            return (step.target,)
        case RequireStep() | LetStep():
            return (step.expression,)
        case EachStep():
            return (step.each.source,)
        case _:
            assert_never(step)


def error_cases(steps: tuple[Step, ...]) -> tuple[ErrorCase, ...]:
    """The named errors of steps, each once, in order."""
    found: dict[tuple[str, int], ErrorCase] = {}
    for step in all_steps(steps):
        if isinstance(step, UpdateStep | DeleteStep | RequireStep) and step.otherwise is not None:
            found.setdefault((step.otherwise.name, step.otherwise.status), step.otherwise)
    return tuple(found.values())


def subject_of(event: Event) -> Input | None:
    """The member that events are ordered by: the first reference that is always there."""
    return next((each for each in event.members if isinstance(each.type, Reference) and not each.optional), None)


def emits(plan: Plan) -> bool:
    """Whether anything is emitted at all."""
    return any(isinstance(step, EmitStep) for steps in _everything_done(plan) for step in all_steps(steps))


def _everything_done(plan: Plan) -> Iterator[tuple[Step, ...]]:
    for operation in plan.operations:
        yield operation.steps
        yield from (outcome.steps for outcome in (operation.then.outcomes if operation.then else ()))
    yield from (job.steps for job in plan.jobs)
    for entity in plan.entities:
        yield from (move.steps for move in (entity.lifecycle.transitions if entity.lifecycle else ()))


def called(plan: Plan) -> tuple[tuple[Port, tuple[Call, ...]], ...]:
    """The ports that operations call, each with the calls that they make."""
    made = {(each.then.port, each.then.call) for each in plan.operations if each.then}
    found = ((port, tuple(call for call in port.calls if (port.name, call.name) in made)) for port in plan.ports)
    return tuple((port, calls) for port, calls in found if calls)
