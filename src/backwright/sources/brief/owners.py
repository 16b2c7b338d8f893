"""Whose a thing is: who makes it owns it, who only looks at what is about them is named by it."""

from __future__ import annotations

from dataclasses import replace

from backwright.sources.brief.draft import EntityDraft, Grant
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.moves import BEGUN
from backwright.sources.brief.relations import own
from backwright.sources.brief.world import SIGNED_IN, World

__all__ = ["settle_owners"]


def settle_owners(world: World) -> None:
    """Takes the ownership from those who make nothing: the field that names them stays."""
    for entity in world.draft.entities.values():
        _begun(world, entity)
        kind = lexicon().kinds.get(entity.phrase)
        if not entity.owner or entity.pack or entity.whole or (kind is not None and (kind.author or kind.moves)):
            continue
        mine = [grant for grant in entity.grants if _theirs(world, entity, grant)]
        makers = [grant for grant in entity.grants if grant.action == "create" and grant.says]
        looking = any(_named_by(entity, grant) for grant in mine)
        writing = any(grant.action in ("create", "update", "delete") and grant.says for grant in mine)
        moving = entity.lifecycle is not None and any(
            _theirs(world, entity, grant) for move in entity.lifecycle.transitions.values() for grant in move.grants
        )
        made_by_others = bool(makers) and not any(grant in mine for grant in makers)
        if made_by_others or (looking and not writing and not moving):
            entity.owner = ""


def _begun(world: World, entity: EntityDraft) -> None:
    """Where nobody is said to make a thing, whoever publishes or starts it does."""
    if entity.lifecycle is None or any(grant.action == "create" and grant.says for grant in entity.grants):
        return
    for move in entity.lifecycle.transitions.values():
        for grant in move.grants if move.target in BEGUN else ():
            role = grant.who
            if role in world.people.values() and world.rank(role) in ("client", "provider") and not entity.owner:
                own(world, entity, role, grant.origin, world.role_field(role))
                entity.grants.append(replace(grant, action="create", only=False, condition=""))


def _theirs(world: World, entity: EntityDraft, grant: Grant) -> bool:
    """Whether the grant speaks of those who own the thing."""
    return grant.who in (SIGNED_IN, "anyone") or world.role_field(grant.who) == entity.owner


def _named_by(entity: EntityDraft, grant: Grant) -> bool:
    """Whether the owner is known only from somebody who sees what is their own."""
    return grant.action == "read" and grant.own and entity.fields[entity.owner].origin == grant.origin
