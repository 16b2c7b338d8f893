"""From steps as written to steps of the plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from backwright.blueprint.nodes import (
    CreateNode,
    DeleteNode,
    EachNode,
    EmitNode,
    LetNode,
    RequireNode,
    StepNode,
    TransitionStepNode,
    UpdateNode,
)
from backwright.plan.expressions.types import BOOL, JsonType, ListType, NullType, RowType, Typing
from backwright.plan.model import (
    CreateStep,
    DeleteStep,
    Each,
    EachStep,
    ErrorCase,
    LetStep,
    RequireStep,
    Step,
    UpdateStep,
)
from backwright.plan.steps.assignments import check_complete, resolve_assignments
from backwright.plan.steps.emitting import resolve_emit
from backwright.plan.steps.moving import resolve_move
from backwright.plan.steps.place import Place

__all__ = ["resolve_requires", "resolve_steps"]

_REFUSED = "requirement_not_met"


def resolve_steps(place: Place, nodes: Iterable[StepNode]) -> tuple[Step, ...]:
    """The steps in order; wrong ones are reported and left out."""
    found: list[Step] = []
    for node in nodes:
        if isinstance(node, TransitionStepNode):
            found.extend(resolve_move(place, node))
        elif step := _step(place, node):
            found.append(step)
    return tuple(found)


def resolve_requires(place: Place, nodes: Iterable[RequireNode]) -> tuple[RequireStep, ...]:
    """The conditions of a transition."""
    return tuple(step for node in nodes if (step := _require(place, node)) is not None)


def _step(
    place: Place, node: CreateNode | UpdateNode | DeleteNode | RequireNode | LetNode | EmitNode | EachNode
) -> Step | None:
    match node:
        case CreateNode():
            return _create(place, node)
        case UpdateNode():
            return _update(place, node)
        case DeleteNode():
            return _delete(place, node)
        case RequireNode():
            return _require(place, node)
        case LetNode():
            return _let(place, node)
        case EmitNode():
            return resolve_emit(place, node)
        case EachNode():
            return _each(place, node)
        case _:
            assert_never(node)


def _create(place: Place, node: CreateNode) -> CreateStep | None:
    entity = place.draft.entity(node.entity)
    if entity is None:
        if node.name is not None:
            place.draft.unreadable.add(node.name.value)
        return None
    identity = place.draft.identity
    if identity is not None and identity.entity == entity.name:
        reason = f"a row of {entity.name} without a credential could never sign in"
        place.draft.say("operation/identity", reason, node.entity.origin, "Accounts are created by registration.")
    assignments = resolve_assignments(place, entity, node.set, creating=True)
    check_complete(place, entity, node)
    if node.name is not None:
        place.declare(node.name, Typing(RowType(entity.name)))
    return CreateStep(entity.name, node.name.value if node.name else None, assignments, node.origin)


def _update(place: Place, node: UpdateNode) -> UpdateStep | None:
    found = place.row(node.target)
    otherwise = place.error(node.otherwise)
    if found is None:
        return None
    target, entity = found
    assignments = resolve_assignments(place, entity, node.set, creating=False)
    place.forget(assignment.field for assignment in assignments)
    return UpdateStep(entity.name, target, assignments, otherwise, node.origin)


def _delete(place: Place, node: DeleteNode) -> DeleteStep | None:
    found = place.row(node.target)
    otherwise = place.error(node.otherwise)
    if found is None:
        return None
    target, entity = found
    return DeleteStep(entity.name, target, otherwise, node.origin)


def _require(place: Place, node: RequireNode) -> RequireStep | None:
    expression = place.compile(node.expression, BOOL)
    otherwise = place.error(node.otherwise) or ErrorCase(_REFUSED, 409, node.origin)
    if expression is None:
        return None
    place.know(expression)
    return RequireStep(expression, otherwise, node.origin)


def _let(place: Place, node: LetNode) -> LetStep | None:
    expression = place.compile(node.expression, None)
    if expression is None:
        place.draft.unreadable.add(node.name.value)
        return None
    if isinstance(expression.typing.type, NullType | JsonType):
        place.draft.say("operation/value", "this value has no type of its own", node.expression.origin)
    place.declare(node.name, expression.typing)
    return LetStep(node.name.value, expression, node.origin)


def _each(place: Place, node: EachNode) -> EachStep | None:
    source = place.compile(node.source, None)
    inner = place.inner()
    if source is None:
        place.draft.unreadable.add(node.variable.value)
        return None
    if not isinstance(source.typing.type, ListType) or source.typing.nullable:
        what = "may be missing" if isinstance(source.typing.type, ListType) else "is not a list"
        advice = "Loop over an input list or over the parts of a row."
        place.draft.say("operation/not-a-list", f"'{node.source.value}' {what}", node.source.origin, advice)
        return None
    inner.declare(node.variable, Typing(source.typing.type.item))
    for moving in (each for each in node.steps if isinstance(each, TransitionStepNode)):
        reason = "this version compiles no transition inside a loop: one row could be met twice"
        place.draft.say("language/not-yet", reason, moving.origin, "Send one row at a time.")
    steps = resolve_steps(inner, (each for each in node.steps if not isinstance(each, TransitionStepNode)))
    place.present &= inner.present
    return EachStep(Each(source, node.variable.value), steps, node.origin)
