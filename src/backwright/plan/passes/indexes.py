"""Unique groups of fields and access paths."""

from __future__ import annotations

from backwright.blueprint.nodes import IndexNode
from backwright.plan.draft import Draft, EntityDraft
from backwright.plan.model import Index, Json

__all__ = ["indexes"]

_TIMES = ("createdAt", "updatedAt")


def indexes(draft: Draft) -> None:
    """Resolve `unique` and `indexes`."""
    for entity in draft.entities.values():
        for unique, nodes in ((True, entity.node.unique), (False, entity.node.indexes)):
            for node in nodes:
                _index(draft, entity, node, unique)


def _index(draft: Draft, entity: EntityDraft, node: IndexNode, unique: bool) -> None:
    names: list[str] = []
    for word in node.fields:
        field = entity.find(word.value)
        if field is None and (unique or word.value not in _TIMES):
            if word.value not in draft.unreadable:
                known = [candidate.name for candidate in entity.fields]
                draft.unknown("name/unknown-field", f"{entity.name} has no field", word, known)
            return
        if field is not None and (isinstance(field.type, Json) or field.secret):
            draft.say("plan/index", f"'{word.value}' cannot be in an index", word.origin, "Remove it.")
            return
        if word.value in names:
            draft.say("plan/index", f"'{word.value}' is listed twice", word.origin, "Keep one of them.")
            return
        names.append(word.value)
    if any(index.fields == tuple(names) and index.unique == unique for index in entity.indexes):
        draft.say("plan/index", "these fields have been listed before", node.origin, "Keep one of them.")
        return
    entity.indexes.append(Index(tuple(names), unique, node.origin))
