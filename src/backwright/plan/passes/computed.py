"""Computed fields."""

from __future__ import annotations

import re
from dataclasses import replace

from backwright.blueprint.nodes import ComputedNode
from backwright.plan.draft import Draft, EntityDraft
from backwright.plan.expressions.tree import Me, Role, walk
from backwright.plan.expressions.types import ListType, RowType
from backwright.plan.model import Computed

__all__ = ["computed"]


def computed(draft: Draft) -> None:
    """Compile every computed field: a value that is derived from the row alone, the same for every reader.

    What others read of it comes first; of those that read each other, one does not know the other.
    """
    waiting = {
        (entity.name, node.name.name): node for entity in draft.entities.values() for node in entity.node.computed
    }
    while waiting:
        _compile(draft, next(iter(waiting)), waiting)
    for entity in draft.entities.values():
        declared = [node.name.name for node in entity.node.computed]
        entity.computed.sort(key=lambda each: declared.index(each.name))


def _compile(draft: Draft, key: tuple[str, str], waiting: dict[tuple[str, str], ComputedNode]) -> None:
    node = waiting.pop(key)
    words = set(re.findall(r"\w+", node.expression.value))
    for other in [each for each in waiting if each[1] in words]:
        if other in waiting:
            _compile(draft, other, waiting)
    _one(draft, draft.entities[key[0]], node)


def _one(draft: Draft, entity: EntityDraft, node: ComputedNode) -> None:
    name = node.name.name
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
    shape = draft.shapes[entity.name]
    draft.shapes[entity.name] = replace(shape, computed={**shape.computed, name: expression})
