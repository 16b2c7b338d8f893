"""Running a transition or an operation in a world, step by step, to see what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, assert_never

from backwright.lowering.operations import Routine
from backwright.lowering.specimens.values import default, limits
from backwright.lowering.specimens.world import World
from backwright.plan.expressions import Row, Value
from backwright.plan.expressions.tree import Arithmetic, Expression, Widen
from backwright.plan.indexes import subject_of
from backwright.plan.model import (
    CreateStep,
    DeleteStep,
    EachStep,
    EmitStep,
    Entity,
    ErrorCase,
    Exact,
    Field,
    Integer,
    LetStep,
    ListOf,
    Record,
    Reference,
    RequireStep,
    Step,
    UpdateStep,
)

__all__ = ["Result", "ResultKind", "perform"]

ResultKind = Literal["done", "forbidden", "hidden", "unknown", "wrong_state", "error", "unclear"]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it; `reached` counts what went well before, the rest belongs to what was done.

    `emitted` are the events with the rows that they are ordered by.
    """

    kind: ResultKind
    reached: int
    after: World
    created: Mapping[str, str]
    error: ErrorCase | None = None
    emitted: tuple[tuple[str, str], ...] = ()


class _Refused(Exception):
    def __init__(self, kind: ResultKind, error: ErrorCase | None = None) -> None:
        super().__init__(kind)
        self.kind: ResultKind = kind
        self.error = error


@dataclass(slots=True)
class _Run:
    world: World
    this: str | None
    variables: dict[str, Value] = field(default_factory=dict)
    created: dict[str, str] = field(default_factory=dict)
    reached: int = 0
    emitted: list[tuple[str, str]] = field(default_factory=list)


def perform(routine: Routine, world: World, this: str | None) -> Result:
    """The outcome in this world, which stays as it is."""
    run = _Run(world.copy(), this)
    try:
        _enter(routine, run)
        _steps(run, routine.steps)
    except _Refused as refused:
        return Result(refused.kind, run.reached, run.world, run.created, refused.error)
    return Result("done", run.reached, run.world, run.created, emitted=tuple(run.emitted))


def _enter(routine: Routine, run: _Run) -> None:
    world, this = run.world, run.this
    if routine.transition and this:
        lifecycle = world.rows[this].entity.lifecycle
        assert lifecycle
        _go_on(run, world.visible(this), "hidden")
        _go_on(run, world.holds(routine.rule.expression, this), "forbidden")
        _go_on(run, world.rows[this].values[lifecycle.field] in routine.transition.sources, "wrong_state")
        world.set(this, lifecycle.field, routine.transition.target)
    else:
        _go_on(run, world.holds(routine.rule.expression), "forbidden")
    for each in routine.operation.inputs if routine.operation else ():
        value = world.inputs.get(each.name)
        for name in _references(each.type, value):
            _go_on(run, world.visible(name), "unknown")


def _references(kind: object, value: Value) -> list[str]:
    match kind:
        case Reference():
            return [value] if isinstance(value, str) else []
        case ListOf(item) if isinstance(value, Sequence):
            return [name for each in value for name in _references(item, each)]
        case Record(inputs) if isinstance(value, Mapping):
            return [name for each in inputs for name in _references(each.type, value.get(each.name))]
        case _:
            return []


def _go_on(run: _Run, fine: bool, kind: ResultKind, error: ErrorCase | None = None) -> None:
    if not fine:
        raise _Refused(kind, error)
    run.reached += 1


def _steps(run: _Run, steps: tuple[Step, ...]) -> None:
    for step in steps:
        if isinstance(step, EachStep):
            elements = run.world.value(step.each.source, run.this, **run.variables)
            items = list(elements) if isinstance(elements, Sequence) and not isinstance(elements, str) else []
            for inner in step.steps:
                for item in items:
                    _step(run, inner, {step.each.variable: item})
        else:
            _step(run, step, {})


def _step(run: _Run, step: Step, loop: dict[str, Value]) -> None:
    variables = run.variables | loop
    match step:
        case RequireStep(expression, otherwise):
            _go_on(run, run.world.holds(expression, run.this, **variables), "error", otherwise)
        case LetStep(name, expression):
            run.variables[name] = _plain(run.world.value(expression, run.this, **variables))
        case CreateStep():
            _create(run, step, variables)
        case UpdateStep():
            _update(run, step, variables)
        case DeleteStep(otherwise=otherwise):
            target = run.world.value(step.target, run.this, **variables)
            if not isinstance(target, Row):
                raise _Refused("error" if otherwise else "unclear", otherwise)
            del run.world.rows[str(target.values["id"])]
            run.reached += 1
        case EmitStep():
            _emit(run, step, variables)
        case EachStep():
            _steps(run, (step,))
        case _:
            assert_never(step)


def _plain(value: Value) -> Value:
    return value.values["id"] if isinstance(value, Row) else value


def _create(run: _Run, step: CreateStep, variables: dict[str, Value]) -> None:
    entity = run.world.plan.entity(step.entity)
    given: dict[str, Value] = {each.name: default(each) for each in entity.fields}
    for each in step.assignments:
        given[each.field] = _plain(run.world.value(each.expression, run.this, **variables))
    row = run.world.add(entity, f"new{step.entity}", given)
    if not run.world.sound():
        raise _Refused("unclear")
    if step.name:
        run.variables[step.name] = run.created[step.name] = row.name
    run.reached += 1


def _emit(run: _Run, step: EmitStep, variables: dict[str, Value]) -> None:
    subject = subject_of(run.world.plan.event(step.event))
    for each in step.assignments:
        if subject and each.field == subject.name:
            run.emitted.append((step.event, str(_plain(run.world.value(each.expression, run.this, **variables)))))


def _update(run: _Run, step: UpdateStep, variables: dict[str, Value]) -> None:
    target = run.world.value(step.target, run.this, **variables)
    if not isinstance(target, Row):
        raise _Refused("error" if step.otherwise else "unclear", step.otherwise)
    entity, name = run.world.plan.entity(step.entity), str(target.values["id"])
    values = {each.field: _plain(run.world.value(each.expression, name, **variables)) for each in step.assignments}
    for each in step.assignments:
        if _is_arithmetic(each.expression) and not _within(entity, each.field, values[each.field]):
            raise _Refused("error" if step.otherwise else "unclear", step.otherwise)
    for member, value in values.items():
        run.world.set(name, member, value)
    if not run.world.sound():
        raise _Refused("unclear")
    run.reached += 1


def _is_arithmetic(expression: Expression) -> bool:
    return isinstance(expression.of if isinstance(expression, Widen) else expression, Arithmetic)


def _within(entity: Entity, name: str, value: Value) -> bool:
    field: Field = entity.field(name)
    match field.type, value:
        case Integer(minimum, maximum), int():
            return minimum <= value <= maximum
        case Exact() as kind, Decimal():
            low, high = limits(kind)
            return low <= value <= high
        case _:
            return True
