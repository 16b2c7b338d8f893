"""Computed fields."""

from __future__ import annotations

from backwright.plan.draft import Draft, EntityDraft
from backwright.plan.expressions.tree import Me, Role, walk
from backwright.plan.expressions.types import ListType, RowType
from backwright.plan.model import Computed

__all__ = ["computed"]


def computed(draft: Draft) -> None:
    """Compile every computed field: a value that is derived from the row alone, the same for every reader."""
    for entity in draft.entities.values():
        for node in entity.node.computed:
            _one(draft, entity, node.name.name)


def _one(draft: Draft, entity: EntityDraft, name: str) -> None:
    node = next(node for node in entity.node.computed if node.name.name == name)
    expression = draft.compile(node.expression, draft.scope(entity.name), None)
    if expression is None:
        draft.unreadable.add(name)
        return
    origin = node.expression.origin
    if any(isinstance(part, Me | Role) for part in walk(expression)):
        reason = "fields that depend on who reads them are not compiled by this version"
        draft.say("language/not-yet", reason, origin, "Leave 'me' out of the expression.")
        return
    if isinstance(expression.typing.type, ListType | RowType):
        reason = "a computed field must be a single value"
        draft.say("plan/computed", reason, origin, "Name a field of the row, or an aggregate such as 'size()'.")
        return
    entity.computed.append(Computed(node.name.id, name, expression, node.origin))
