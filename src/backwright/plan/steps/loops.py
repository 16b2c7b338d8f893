"""Loops run as sets, step by step over all rows; a step that could tell that from row after row is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import assert_never

from backwright.plan.draft import Draft
from backwright.plan.expressions.tree import (
    Access,
    Aggregate,
    Arithmetic,
    Expression,
    Many,
    This,
    Variable,
    Widen,
    walk,
)
from backwright.plan.expressions.types import ListType, RowType
from backwright.plan.indexes import expressions_of
from backwright.plan.model import (
    Assignment,
    CreateStep,
    DeleteStep,
    EachStep,
    EmitStep,
    LetStep,
    RequireStep,
    Step,
    UpdateStep,
)

__all__ = ["check_loops"]

_ANY = "*"


@dataclass(slots=True)
class _Effects:
    """What the steps of one loop write; rows made in the loop are their own iteration's and may be read there."""

    updated: dict[tuple[str, str], Step] = field(default_factory=dict)
    created: dict[str, Step] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)


def check_loops(draft: Draft, steps: Iterable[Step]) -> None:
    """Check every loop among the steps, also inner ones."""
    for step in steps:
        if isinstance(step, EachStep):
            _loop(draft, step, (step.each.variable,))


def _loop(draft: Draft, loop: EachStep, variables: tuple[str, ...]) -> None:
    effects = _Effects()
    for step in _flat(loop.steps):
        _collect(step, effects)
    for step in _flat(loop.steps):
        _reads(draft, step, effects)
    for step in loop.steps:
        if isinstance(step, UpdateStep):
            _update(draft, step, loop, variables)
        if isinstance(step, EachStep):
            _loop(draft, step, (*variables, step.each.variable))


def _flat(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        if isinstance(step, EachStep):
            yield from _flat(step.steps)


def _collect(step: Step, effects: _Effects) -> None:
    match step:
        case CreateStep():
            effects.created.setdefault(step.entity, step)
            if step.name is not None:
                effects.own.add(step.name)
        case UpdateStep():
            for assignment in step.assignments:
                effects.updated.setdefault((step.entity, assignment.field), step)
        case DeleteStep():
            effects.updated.setdefault((step.entity, _ANY), step)
        case RequireStep() | LetStep() | EmitStep() | EachStep():
            return
        case _:
            assert_never(step)


def _reads(draft: Draft, step: Step, effects: _Effects) -> None:
    for expression in expressions_of(step):
        for node in walk(expression):
            read = _read(node)
            if read is None:
                continue
            entity, name = read
            writer = effects.updated.get((entity, name)) or effects.updated.get((entity, _ANY))
            own = isinstance(node, Access) and isinstance(node.of, Variable) and node.of.name in effects.own
            if writer is None and not own:
                writer = effects.created.get(entity) if isinstance(node, Many) else None
            if writer is None or writer is step:
                continue
            reason = f"this reads {entity}.{name}, which the step on line {writer.origin.line} of the same loop writes"
            advice = "The steps of a loop run over all rows at once: read it before the loop, or write it after."
            draft.say("operation/order-dependent", reason, step.origin, advice)
            return


def _read(node: Expression) -> tuple[str, str] | None:
    if isinstance(node, Access) and isinstance(node.of.typing.type, RowType):
        return node.of.typing.type.entity, node.name
    if isinstance(node, Many) and isinstance(node.typing.type, ListType):
        item = node.typing.type.item
        return (item.entity, node.back) if isinstance(item, RowType) else None
    return None


def _update(draft: Draft, step: UpdateStep, loop: EachStep, variables: tuple[str, ...]) -> None:
    """Two elements may point at one row: then only sums have one meaning."""
    if _is_distinct(step.target, loop):
        return
    written = {assignment.field for assignment in step.assignments}
    for assignment in step.assignments:
        if _is_sum(step, assignment, written):
            continue
        varies = any(isinstance(node, Variable) and node.name in variables for node in walk(assignment.expression))
        if varies or _own_reads(step, assignment.expression) & written:
            reason = f"if two elements point at one {step.entity}, '{assignment.field}' could get either value"
            name = assignment.field
            advice = f"Write '{name}: {name} + …' or '{name}: {name} - …', or loop over the rows themselves."
            draft.say("operation/ambiguous-update", reason, step.origin, advice)
            return


def _is_distinct(target: Expression, loop: EachStep) -> bool:
    """True where every element has a row of its own: parts of a row, or rows made in this loop."""
    if not isinstance(target, Variable):
        return False
    made = {step.name for step in loop.steps if isinstance(step, CreateStep)}
    source = loop.each.source
    while isinstance(source, Aggregate) and source.kind == "filter":
        source = source.source
    return target.name in made or (target.name == loop.each.variable and isinstance(source, Many))


def _is_sum(step: UpdateStep, assignment: Assignment, written: set[str]) -> bool:
    expression = assignment.expression
    while isinstance(expression, Widen):
        expression = expression.of
    if not isinstance(expression, Arithmetic) or expression.operator not in ("+", "-"):
        return False
    left, right = expression.left, expression.right
    if expression.operator == "+" and not _is_own(left, assignment.field):
        left, right = right, left
    return _is_own(left, assignment.field) and not _own_reads(step, right) & written


def _is_own(expression: Expression, name: str) -> bool:
    while isinstance(expression, Widen):
        expression = expression.of
    return isinstance(expression, Access) and isinstance(expression.of, This) and expression.name == name


def _own_reads(step: UpdateStep, expression: Expression) -> set[str]:
    """Fields of the written entity that an expression reads, by whatever path."""
    return {read[1] for node in walk(expression) if (read := _read(node)) is not None and read[0] == step.entity}
