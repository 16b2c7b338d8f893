"""Owners: the reference to the one who signs in."""

from __future__ import annotations

from backwright.plan.draft import Draft, EntityDraft
from backwright.plan.model import Reference

__all__ = ["owners"]


def owners(draft: Draft) -> None:
    """Resolve `owner`."""
    for entity in draft.entities.values():
        word = entity.node.owner
        if word is None:
            continue
        field = entity.find(word.value)
        identity = draft.identity
        if field is None:
            if word.value not in draft.unreadable:
                names = [field.name for field in entity.fields]
                draft.unknown("name/unknown-field", f"{entity.name} has no field", word, names)
            draft.unreadable.add("owner")
        elif identity is None:
            if draft.blueprint.identity is None:
                reason = "an owner is one who signs in, and nobody does"
                draft.say("plan/owner", reason, word.origin, "Declare 'identity', or remove 'owner'.")
            draft.unreadable.add("owner")
        elif not (isinstance(field.type, Reference) and field.type.entity == identity.entity):
            reason = f"'{word.value}' must be a reference to {identity.entity}"
            candidates = _references(entity, identity.entity)
            advice = f"Use '{candidates[0]}'." if candidates else f"Write '{word.value}: {identity.entity}'."
            draft.say("plan/owner", reason, word.origin, advice)
            draft.unreadable.add("owner")
        else:
            entity.owner = word.value


def _references(entity: EntityDraft, target: str) -> list[str]:
    return [field.name for field in entity.fields if isinstance(field.type, Reference) and field.type.entity == target]
