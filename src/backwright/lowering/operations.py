"""Everything that writes, each with its stable name: operations, transitions, and what nobody calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backwright.diagnostics import Origin
from backwright.plan.expressions import fields_read
from backwright.plan.expressions.tree import Access, Constant, Many, walk
from backwright.plan.expressions.types import BOOL, ListType, RowType
from backwright.plan.indexes import all_steps, expressions_of
from backwright.plan.model import (
    CreateStep,
    DeleteStep,
    EachStep,
    EmitStep,
    Entity,
    Job,
    Operation,
    Outcome,
    Plan,
    Rule,
    Step,
    Transition,
    UpdateStep,
)
from backwright.plan.naming import kebab

__all__ = [
    "Routine",
    "Write",
    "all_routines",
    "background",
    "collection",
    "emitted",
    "reads_rows_of",
    "routines",
    "sees_hidden",
    "writes",
]


@dataclass(frozen=True, slots=True)
class Routine:
    """A declared operation, a transition, what follows from a call, or what a job does with a row.

    `subject` is the entity of `this` in a transition; `rows` are names that the last two are given the ids of.
    """

    name: str
    rule: Rule
    steps: tuple[Step, ...]
    subject: Entity | None
    transition: Transition | None
    operation: Operation | None
    outcome: Outcome | None = None
    job: Job | None = None
    rows: tuple[str, ...] = ()

    @property
    def is_background(self) -> bool:
        """Whether nobody calls it."""
        return self.outcome is not None or self.job is not None


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


_NOBODY = Rule("call", Constant(True, BOOL), (), anonymous=True, origin=Origin())


def background(plan: Plan) -> tuple[Routine, ...]:
    """What runs by itself: each outcome of the calls that operations make, and each job."""
    following = tuple(
        Routine(
            name=f"{operation.name}.{outcome.name}",
            rule=_NOBODY,
            steps=outcome.steps,
            subject=None,
            transition=None,
            operation=None,
            outcome=outcome,
            rows=tuple(row.name for row in operation.then.rows),
        )
        for operation in plan.operations
        if operation.then
        for outcome in operation.then.outcomes
    )
    # No other name has a blank in it.
    jobs = (
        Routine(f"job {job.name}", _NOBODY, job.steps, None, None, None, job=job, rows=(job.variable,))
        for job in plan.jobs
    )
    return (*following, *jobs)


def all_routines(plan: Plan) -> tuple[Routine, ...]:
    """Those that somebody calls, then the others."""
    return routines(plan) + background(plan)


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


def reads_rows_of(routine: Routine) -> frozenset[str]:
    """The entities whose rows the steps look at."""
    steps, job = all_steps(routine.steps), routine.job
    found = {step.entity for step in steps if isinstance(step, UpdateStep | DeleteStep)}
    found |= {job.entity} if job else set()
    asked = (job.where,) if job and job.where else ()
    for expression in (*asked, *(each for step in steps for each in expressions_of(step))):
        for node in walk(expression):
            if isinstance(node, Access) and isinstance(node.of.typing.type, RowType):
                found.add(node.of.typing.type.entity)
            elif isinstance(node, Many) and isinstance(node.typing.type, ListType):
                item = node.typing.type.item
                found |= {item.entity} if isinstance(item, RowType) else set()
    return frozenset(found)


def writes(plan: Plan) -> tuple[Write, ...]:
    """Every write that a routine names, also inside loops."""
    return tuple(
        Write(routine, step, plan.entity(step.entity))
        for routine in all_routines(plan)
        for step in _writing(routine.steps)
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
