"""`emit`: every member of the event gets a value of its type."""

from __future__ import annotations

from backwright.blueprint.nodes import EmitNode, SetNode
from backwright.plan.expressions.types import Typing
from backwright.plan.model import Assignment, EmitStep, Event, Input, Reference
from backwright.plan.shapes import value_type
from backwright.plan.steps.place import Place

__all__ = ["resolve_emit"]


def resolve_emit(place: Place, node: EmitNode) -> EmitStep | None:
    """The step; None where there is no such event."""
    event = place.draft.events.get(node.event.value)
    if event is None:
        place.draft.unknown("name/unknown-event", "there is no event", node.event, place.draft.events)
        return None
    values = node.values or _implied(place, event, node)
    members = {member.name: member for member in event.members}
    found: list[Assignment] = []
    for value in values:
        member = members.get(value.field.value)
        if member is None:
            place.draft.unknown("event/unknown-member", f"{event.name} has no member", value.field, members)
        elif expression := place.compile(value.expression, Typing(value_type(member.type), member.optional)):
            found.append(Assignment(member.name, expression))
    _complete(place, event, values, node)
    return EmitStep(event.name, tuple(found), node.origin)


def _implied(place: Place, event: Event, node: EmitNode) -> tuple[SetNode, ...]:
    """The row of a transition is what an event tells that has one member of its kind and no other."""
    match event.members:
        case (Input(name=name, type=Reference(entity=entity)),) if entity == place.this:
            word = node.event
            return (
                SetNode(
                    field=word.model_copy(update={"value": name}),
                    expression=word.model_copy(update={"value": "this"}),
                    origin=node.origin,
                ),
            )
        case _:
            return ()


def _complete(place: Place, event: Event, values: tuple[SetNode, ...], node: EmitNode) -> None:
    given = {value.field.value for value in values}
    missing = [member.name for member in event.members if not member.optional and member.name not in given]
    if missing:
        reason = f"{event.name} needs {', '.join(missing)}"
        advice = "Write '- emit: NAME' as a step, with 'with: {member: expression}'."
        place.draft.say("event/missing-value", reason, node.event.origin, advice)
