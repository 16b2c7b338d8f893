"""Transitions and operations: for every caller and named error, a world in which just that happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from backwright.lowering.operations import Routine
from backwright.lowering.specimens.inputs import as_field, given_inputs
from backwright.lowering.specimens.performing import Result, perform
from backwright.lowering.specimens.rules import subject_name
from backwright.lowering.specimens.search import Reading, Roots, Steps, changes, member_of
from backwright.lowering.specimens.values import Fresh, another
from backwright.lowering.specimens.world import World
from backwright.plan.expressions import Expression, Row, Value, role_only
from backwright.plan.expressions.tree import Access, Variable
from backwright.plan.indexes import error_cases
from backwright.plan.model import (
    CreateStep,
    DeleteStep,
    EachStep,
    Input,
    LetStep,
    ListOf,
    Plan,
    Record,
    Reference,
    RequireStep,
    Step,
    UpdateStep,
)

__all__ = ["RoutineCase", "done_case", "error_cases_of", "first_done", "named_rows", "other_cases", "with_other_input"]

_CLIMBS = 8
_PAIRS = 1200
Score = Callable[[Result], int]


@dataclass(frozen=True, slots=True)
class RoutineCase:
    """`role` calls the routine in `world`, for a transition on the row `this`; `result` is what must come of it."""

    role: str | None
    world: World
    this: str | None
    result: Result


def done_case(plan: Plan, routine: Routine, role: str | None, source: str | None = None) -> RoutineCase | None:
    """A world in which the caller succeeds, for a transition from the state `source`."""
    world, this = _start(plan, routine, role, source)

    def wanted(other: World, result: Result) -> bool:
        return result.kind == "done" and _state(other, this) == _state(world, this)

    found = _climbed(routine, world, this, wanted)
    return RoutineCase(role, *found) if found else None


def first_done(plan: Plan, routine: Routine, source: str | None = None) -> RoutineCase | None:
    """Of the first role that can succeed, else of a caller without an account where those may."""
    callers = (*routine.rule.roles, *((None,) if routine.rule.anonymous else ()))
    return next((case for role in callers if (case := done_case(plan, routine, role, source))), None)


def error_cases_of(routine: Routine, done: RoutineCase) -> tuple[RoutineCase, ...]:
    """For every named error, the smallest change of a success that leads to it."""
    found = []
    for error in error_cases(routine.steps):

        def wanted(_: World, result: Result, name: str = error.name) -> bool:
            return result.kind == "error" and result.error is not None and result.error.name == name

        case = _nearest(routine, done, wanted)
        found += [case] if case else []
    return tuple(found)


def other_cases(routine: Routine, done: RoutineCase) -> tuple[RoutineCase, ...]:
    """The nearest worlds in which the same caller may not do it, or does not see the row."""
    found = []
    for kind in ("hidden",) if role_only(routine.rule.expression) else ("forbidden", "hidden"):

        def wanted(_: World, result: Result, kind: str = kind) -> bool:
            return result.kind == kind

        case = _nearest(routine, done, wanted)
        found += [case] if case else []
    return tuple(found)


Wanted = Callable[[World, Result], bool]


def _state(world: World, this: str | None) -> Value:
    row = world.rows[this] if this else None
    return row.values[row.entity.lifecycle.field] if row and row.entity.lifecycle else None


def _nearest(routine: Routine, done: RoutineCase, wanted: Wanted) -> RoutineCase | None:
    reading = _reading(routine, done.world, done.this)
    level = [done.world]
    for _ in range(2):
        following = [other for world in level for other in _changed(world, reading)][:_PAIRS]
        for world in following:
            result = perform(routine, world, done.this)
            if wanted(world, result) and _state(world, done.this) == _state(done.world, done.this):
                return RoutineCase(done.role, world, done.this, result)
        level = following
    return None


def _changed(world: World, reading: Reading) -> Iterator[World]:
    for change in changes(world, reading):
        other = world.copy()
        change(other)
        if other.sound():
            yield other


def _climbed(
    routine: Routine, world: World, this: str | None, wanted: Wanted
) -> tuple[World, str | None, Result] | None:
    """Always the first change, or pair of changes, that lets the routine come further."""
    result = perform(routine, world, this)
    for _ in range(_CLIMBS):
        if wanted(world, result):
            return world, this, result
        better = _further(routine, world, this, result.reached)
        if better is None:
            return None
        world, result = better
    return None


def _further(routine: Routine, world: World, this: str | None, reached: int) -> tuple[World, Result] | None:
    reading = _reading(routine, world, this)
    state = _state(world, this)
    level = [world]
    for _ in range(2):
        following: list[World] = []
        for start in level:
            for other in _changed(start, reading):
                result = perform(routine, other, this)
                if (result.kind == "done" or result.reached > reached) and _state(other, this) == state:
                    return other, result
                following.append(other)
                if len(following) > _PAIRS:
                    return None
        level = following
    return None


# The beginning


def _start(plan: Plan, routine: Routine, role: str | None, source: str | None) -> tuple[World, str | None]:
    world = World(plan)
    if role:
        world.add_caller(role)
    if routine.subject:
        lifecycle = routine.subject.lifecycle
        assert lifecycle is not None
        assert routine.transition is not None
        this = world.add(routine.subject, subject_name(routine.subject)).name
        world.set(this, lifecycle.field, source or routine.transition.sources[0])
        looped = {path for step in routine.steps for path in _looped(step)}
        for part in routine.subject.parts:
            for _ in range(max(part.min_size, int(part.name in looped))):
                world.add_part(this, part)
        return world, this
    world.inputs.update(given_inputs(world, routine))
    return world, None


def _looped(step: Step) -> Iterator[str]:
    if isinstance(step, EachStep) and hasattr(step.each.source, "name"):
        yield step.each.source.name


def with_other_input(routine: Routine, world: World) -> World | None:
    """The same call with another value somewhere in its input."""
    for each in routine.operation.inputs if routine.operation else ():
        steps = tuple(_plain_steps(each, (each.name,), world.inputs.get(each.name)))
        if steps:
            place, found = steps[0]
            value = another(as_field(found))
            other = world.copy()
            other.give(place, value.value() if isinstance(value, Fresh) else value)
            return other
    return None


def _plain_steps(each: Input, place: Steps, value: Value) -> Iterator[tuple[Steps, Input]]:
    match each.type:
        case Reference():
            return
        case ListOf(item) if isinstance(value, Sequence) and value:
            yield from _plain_steps(Input(each.id, each.name, item, False, each.origin), (*place, 0), value[0])
        case Record(inputs) if isinstance(value, Mapping):
            for member in inputs:
                yield from _plain_steps(member, (*place, member.name), value.get(member.name))
        case ListOf() | Record():
            return
        case _:
            yield place, each


# What is read


def _reading(routine: Routine, world: World, this: str | None) -> Reading:
    inputs = routine.operation.inputs if routine.operation else ()
    roots: dict[str, Sequence[str | Steps]] = {"input": [()]}
    if this:
        roots["this"] = [this]
    found: list[tuple[Expression, Roots]] = [(routine.rule.expression, roots)]
    found += _read(routine.steps, world, roots, this)
    for name in named_rows(world, inputs) + ([this] if this else []):
        read = world.rows[name].entity.rule("read")
        if read:
            found.append((read.expression, {"this": [name]}))
    return Reading(tuple(found), inputs)


def named_rows(world: World, inputs: tuple[Input, ...]) -> list[str]:
    """The rows that an input names."""

    def names(value: Value) -> Iterator[str]:
        if isinstance(value, str) and value in world.rows:
            yield value
        elif isinstance(value, Mapping):
            for inner in value.values():
                yield from names(inner)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            for inner in value:
                yield from names(inner)

    return [name for each in inputs for name in names(world.inputs.get(each.name))]


def _read(
    steps: tuple[Step, ...], world: World, roots: Mapping[str, Sequence[str | Steps]], this: str | None
) -> Iterator[tuple[Expression, Roots]]:
    for step in steps:
        match step:
            case RequireStep(expression) | LetStep(_, expression):
                yield expression, roots
            case UpdateStep():
                yield step.target, roots
                for name in _rows(step.target, world, roots, this):
                    for each in step.assignments:
                        yield each.expression, {**roots, "this": [name]}
            case CreateStep():
                for each in step.assignments:
                    yield each.expression, roots
            case DeleteStep():
                yield step.target, roots
            case EachStep():
                yield step.each.source, roots
                yield from _read(step.steps, world, {**roots, step.each.variable: _places(step, world, this)}, this)


def _places(step: EachStep, world: World, this: str | None) -> list[str | Steps]:
    source = step.each.source
    if isinstance(source, Access) and isinstance(source.of, Variable) and source.of.name == "input":
        given = world.inputs.get(source.name)
        return [(source.name, at) for at in range(len(given))] if isinstance(given, list) else []
    rows = world.value(source, this)
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        return []
    return [str(row.values["id"]) for row in rows if isinstance(row, Row)]


def _rows(
    target: Expression, world: World, roots: Mapping[str, Sequence[str | Steps]], this: str | None
) -> Iterator[str]:
    """The rows that a path leads to, whatever its loops stand at."""
    loops = [name for name in roots if name not in ("input", "this")]
    variables: dict[str, Value] = {}
    for name in loops:
        places = roots[name]
        if places:
            variables[name] = _at(world, places[0])
    found = world.value(target, this, **variables)
    if isinstance(found, Row):
        yield str(found.values["id"])


def _at(world: World, place: str | Steps) -> Value:
    if isinstance(place, str):
        return Row(world.rows[place].entity.name, world.rows[place].values)
    value: Value = world.inputs
    for step in place:
        value = member_of(value, step)
    return value
