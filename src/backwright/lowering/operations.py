"""Everything that writes, as one list: CRUD actions, transitions, declared operations, each with its stable name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backwright.plan.expressions import fields_read
from backwright.plan.indexes import all_steps
from backwright.plan.model import (
    CreateStep,
    DeleteStep,
    EachStep,
    EmitStep,
    Entity,
    Operation,
    Plan,
    Rule,
    Step,
    Transition,
    UpdateStep,
)
from backwright.plan.naming import kebab

__all__ = ["Routine", "Write", "collection", "emitted", "routines", "sees_hidden", "writes"]


@dataclass(frozen=True, slots=True)
class Routine:
    """A declared operation or a transition; `subject` is the entity of `this` in a transition."""

    name: str
    rule: Rule
    steps: tuple[Step, ...]
    subject: Entity | None
    transition: Transition | None
    operation: Operation | None


@dataclass(frozen=True, slots=True)
class Write:
    """One write that a routine names: rows of `entity`, and for updates the fields."""

    routine: Routine
    step: CreateStep | UpdateStep | DeleteStep
    entity: Entity


def collection(entity: Entity) -> str:
    """The entity's name in operation names and paths: `LineItem` to `line-items`."""
    return kebab(entity.plural)


def routines(plan: Plan) -> tuple[Routine, ...]:
    """Declared operations, then transitions, in the author's order."""
    declared = tuple(Routine(op.name, op.rule, op.steps, None, None, op) for op in plan.operations)
    moved = tuple(
        _transition(entity, move)
        for entity in plan.entities
        if entity.lifecycle
        for move in entity.lifecycle.transitions
    )
    return declared + moved


# What the database already calls something else that is done with a collection.
_ACTIONS = ("list", "read", "create", "update", "delete")


def _transition(entity: Entity, move: Transition) -> Routine:
    verb = f"{move.name}-move" if move.name in _ACTIONS else move.name
    return Routine(f"{collection(entity)}.{verb}", move.rule, (*move.require, *move.steps), entity, move, None)


def sees_hidden(routine: Routine) -> bool:
    """Whether a transition sees rows that the rule for reading hides: those it writes, and those it may hide itself."""
    entity = routine.subject
    rule = entity.rule("read") if entity else None
    if entity is None or rule is None or entity.lifecycle is None:
        return False
    written = any(step.entity == entity.name for step in _writing(routine.steps))
    return written or (entity.name, entity.lifecycle.field) in fields_read(rule.expression)


def emitted(routine: Routine) -> tuple[str, ...]:
    """The events that a routine names, each once."""
    return tuple(dict.fromkeys(step.event for step in all_steps(routine.steps) if isinstance(step, EmitStep)))


def writes(plan: Plan) -> tuple[Write, ...]:
    """Every write that a routine names, also inside loops."""
    return tuple(
        Write(routine, step, plan.entity(step.entity)) for routine in routines(plan) for step in _writing(routine.steps)
    )


def _writing(steps: tuple[Step, ...]) -> Iterator[CreateStep | UpdateStep | DeleteStep]:
    for step in steps:
        match step:
            case EachStep(steps=inner):
                yield from _writing(inner)
            case CreateStep() | UpdateStep() | DeleteStep():
                yield step
            case _:
                pass
