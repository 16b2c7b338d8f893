"""What a step writes: fields that exist, may be written there, and get values of their type."""

from __future__ import annotations

from collections.abc import Iterable

from backwright.blueprint.nodes import CreateNode, SetNode
from backwright.plan.draft import EntityDraft
from backwright.plan.model import Assignment, Field
from backwright.plan.passes.names import RESERVED_FIELDS
from backwright.plan.shapes import field_typing
from backwright.plan.steps.place import Place

__all__ = ["check_complete", "resolve_assignments"]


def resolve_assignments(
    place: Place, entity: EntityDraft, nodes: Iterable[SetNode], creating: bool
) -> tuple[Assignment, ...]:
    """The assignments of a create or an update; inside those of an update `this` is the row that is written."""
    found: list[Assignment] = []
    for node in nodes:
        field = _field(place, entity, node, creating)
        if field is None:
            continue
        expected = field_typing(field)
        if creating:
            expression = place.compile(node.expression, expected)
        else:
            expression = place.compile_for(entity.name, node.expression, expected)
        if expression is not None:
            found.append(Assignment(field.name, expression))
    return tuple(found)


def _field(place: Place, entity: EntityDraft, node: SetNode, creating: bool) -> Field | None:
    name, origin, draft = node.field.value, node.field.origin, place.draft
    field = entity.find(name)
    if name in RESERVED_FIELDS:
        draft.say("name/reserved", f"nobody writes '{name}'", origin, "Remove it.")
    elif name == entity.state_field:
        advice = "Remove it: a new row is in the first state." if creating else "Use a transition."
        draft.say("operation/lifecycle-field", f"only transitions write '{name}'", origin, advice)
    elif field is None:
        if any(name == part.name for part in entity.parts) or any(name == n.name.name for n in entity.node.computed):
            draft.say(
                "operation/not-stored", f"'{name}' is not a stored field", origin, "Write the fields it rests on."
            )
        elif name not in draft.unreadable:
            known = [candidate.name for candidate in entity.fields]
            draft.unknown("name/unknown-field", f"{entity.name} has no field", node.field, known)
    elif field.immutable and not creating:
        draft.say("operation/immutable", f"'{name}' does not change once a row exists", origin, "Remove it.")
    else:
        return field
    return None


def check_complete(place: Place, entity: EntityDraft, node: CreateNode) -> None:
    """Report required fields that a create leaves out."""
    written = {item.field.value for item in node.set}
    missing = [
        field.name
        for field in entity.fields
        if not field.optional and field.default is None and field.name not in written
    ]
    if missing:
        reason = f"a new {entity.name} needs {', '.join(missing)}"
        place.draft.say("operation/missing-value", reason, node.origin, "Add it to 'set', or make it optional.")
