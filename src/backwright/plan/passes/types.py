"""Types of fields: every entity's declared fields, resolved."""

from __future__ import annotations

from backwright.blueprint.nodes import FieldNode
from backwright.plan.defaults import default_value
from backwright.plan.draft import Draft, EntityDraft
from backwright.plan.model import Exact, Field, Integer, Json, Reference, Text, Type
from backwright.plan.types import resolve_type

__all__ = ["types"]


def types(draft: Draft) -> None:
    """Resolve the declared fields of every entity."""
    for entity in draft.entities.values():
        for node in entity.node.fields:
            if entity.find(node.name.name) is None:
                _field(draft, entity, node)


def _field(draft: Draft, entity: EntityDraft, node: FieldNode) -> None:
    kind = resolve_type(draft, node.type) if node.type is not None else None
    if kind is None:
        draft.unreadable.add(node.name.name)
        return
    _flags(draft, node, kind)
    entity.fields.append(
        Field(
            id=node.name.id,
            name=node.name.name,
            type=kind,
            origin=node.origin,
            optional=node.optional,
            unique=node.unique,
            immutable=node.immutable,
            searchable=node.searchable,
            personal=node.personal,
            secret=node.secret,
            default=default_value(draft, node, kind),
        )
    )


def _flags(draft: Draft, node: FieldNode, kind: Type) -> None:
    def refuse(flag: str, reason: str) -> None:
        draft.say("type/not-applicable", f"'{flag}' on '{node.name.name}': {reason}", node.origin, f"Remove '{flag}'.")

    if node.searchable and not isinstance(kind, Text):
        refuse("searchable", "only text can be searched")
    if node.secret and not isinstance(kind, Text):
        refuse("secret", "only text can be kept secret")
    if node.secret and (node.unique or node.searchable):
        refuse("secret", "what nobody reads can be neither unique nor searched")
    if node.unique and isinstance(kind, Json):
        refuse("unique", "json values have no equality")
    if node.unique and node.default is not None and isinstance(kind, Text | Integer | Exact):
        refuse("default", "a second row with the default of a unique field would be refused")
    if isinstance(kind, Reference) and kind.on_delete == "clear" and not node.optional:
        refuse("on delete clear", "a required reference cannot be cleared")
