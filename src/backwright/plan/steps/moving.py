"""`transition: PATH.name` in an operation: guard, move and steps of the transition, about the row at the path."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from backwright.blueprint.nodes import TransitionStepNode
from backwright.blueprint.text import Text
from backwright.diagnostics import Origin
from backwright.plan.draft import EntityDraft
from backwright.plan.expressions.substitution import with_row
from backwright.plan.expressions.tree import Expression
from backwright.plan.expressions.types import BOOL, RowType, Typing
from backwright.plan.indexes import all_steps
from backwright.plan.model import (
    Assignment,
    CreateStep,
    DeleteStep,
    Each,
    EachStep,
    EmitStep,
    ErrorCase,
    LetStep,
    RequireStep,
    Step,
    Transition,
    UpdateStep,
)
from backwright.plan.shapes import field_typing
from backwright.plan.steps.place import Place

__all__ = ["resolve_move"]

_REFUSED = "wrong_state"


def resolve_move(place: Place, node: TransitionStepNode) -> tuple[Step, ...]:
    """The steps; none where something is wrong with them, which has been reported."""
    path, name = _parted(place, node.target)
    found = place.row(path) if path is not None and place.this is None else None
    otherwise = place.error(node.otherwise) or ErrorCase(_REFUSED, 409, node.origin)
    if place.this is not None:
        reason = "a transition as a step of another transition is not compiled by this version"
        place.draft.say("language/not-yet", reason, node.origin, "Move both rows by an operation.")
    if found is None or path is None:
        return ()
    target, entity = found
    move = _transition(place, entity, name)
    if move is None or entity.lifecycle is None:
        return ()
    states = ", ".join(f"'{state}'" for state in move.sources)
    field = entity.lifecycle.field
    state = entity.find(field)
    if state is None:
        return ()
    movable = place.compile(_word(path, f"{path.value}.{field} in [{states}]"), BOOL)
    moved = place.compile_for(entity.name, _word(path, f"'{move.target}'"), field_typing(state))
    if movable is None or moved is None:
        return ()
    inner = tuple(_about(step, target, node.origin) for step in (*move.require, *move.steps))
    for step in all_steps(inner):
        _declared(place, step, node.target)
    return (
        RequireStep(movable, otherwise, node.origin),
        UpdateStep(entity.name, target, (Assignment(field, moved),), otherwise, node.origin),
        *inner,
    )


def _parted(place: Place, text: Text) -> tuple[Text | None, Text]:
    dot = text.value.rfind(".")
    if dot < 1:
        reason = f"'{text.value}' names no row and its transition"
        place.draft.say("operation/not-a-row", reason, text.origin, "Write 'transition: PATH.name'.")
        return None, text
    return text.part(0, dot), text.part(dot + 1, len(text.value))


def _word(text: Text, value: str) -> Text:
    return text.model_copy(update={"value": value})


def _transition(place: Place, entity: EntityDraft, name: Text) -> Transition | None:
    declared = entity.node.lifecycle.transitions if entity.node.lifecycle else ()
    names = [each.name.name for each in declared]
    if name.value not in names:
        place.draft.unknown("lifecycle/unknown-transition", f"{entity.name} has no transition", name, names)
    resolved = entity.lifecycle.transitions if entity.lifecycle else ()
    return next((each for each in resolved if each.name == name.value), None)


def _declared(place: Place, step: Step, text: Text) -> None:
    """The names of the transition's steps are names of the operation too; what it writes is no longer known."""
    match step:
        case CreateStep(name=str(name), entity=entity):
            place.declare(_word(text, name), Typing(RowType(entity)))
        case LetStep(name, expression):
            place.declare(_word(text, name), expression.typing)
        case EachStep(Each(variable=name)) if name in place.variables:
            reason = f"'{name}' is the name of something else here, and of an element in the transition"
            place.draft.say("operation/name-taken", reason, text.origin, "Choose another name.")
        case UpdateStep(assignments=assignments):
            place.forget(each.field for each in assignments)
        case _:
            pass


def _about(step: Step, row: Expression, origin: Origin) -> Step:
    """The step with `row` for the row that the transition moves."""
    match step:
        case RequireStep() | LetStep():
            return replace(step, expression=with_row(step.expression, row), origin=origin)
        case CreateStep() | EmitStep():
            given = tuple(replace(each, expression=with_row(each.expression, row)) for each in step.assignments)
            return replace(step, assignments=given, origin=origin)
        case UpdateStep() | DeleteStep():
            # In the assignments of an update `this` is the row that is written.
            return replace(step, target=with_row(step.target, row), origin=origin)
        case EachStep(each, steps):
            source = Each(with_row(each.source, row), each.variable)
            return EachStep(source, tuple(_about(inner, row, origin) for inner in steps), origin)
        case _:
            assert_never(step)
