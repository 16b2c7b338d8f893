"""Who may do what to a thing, as the brief says it."""

from __future__ import annotations

from backwright.sources.brief.actors import NAMED, path_of, who
from backwright.sources.brief.conditions import narrowing
from backwright.sources.brief.draft import EntityDraft, Grant
from backwright.sources.brief.facts import Can, NounPhrase
from backwright.sources.brief.relations import add_field, own
from backwright.sources.brief.world import World

__all__ = ["grant", "granted", "named_person"]


def grant(world: World, thing: EntityDraft, actions: tuple[str, ...], fact: Can, origin: str) -> None:
    """Notes who may do what; who owns what follows from who makes it."""
    role = who(world, fact)
    noun = fact.object
    mine = noun is not None and (noun.own or (noun.of is not None and noun.of.own))
    if role.startswith(NAMED) and thing.name != "User":
        named_person(world, thing, role, origin)
    held = mine and not fact.negated and role != "anyone" and not role.startswith(NAMED)
    if role and held and not thing.owner and world.rank(role) not in ("admin", "staff"):
        own(world, thing, role, origin)
    for action in actions:
        thing.grants.append(granted(fact, thing, action, role, origin))
        world.draft.credit(origin, f"entities.{thing.name}.allow.{action}")


def named_person(world: World, thing: EntityDraft, role: str, origin: str) -> None:
    """A row that is read by its recipient has one; what the agent of a listing may do makes the agent its owner."""
    name = role.removeprefix(NAMED)
    if name in ("recipient", "receiver", "assignee") and not path_of(world, thing, role):
        add_field(world, thing, name, "User" if name != "assignee" else "User optional", origin)
    elif not thing.owner and name in world.people:
        own(world, thing, world.people[name], origin, world.role_field(world.people[name]))


def _kept_to(fact: Can, other: NounPhrase) -> bool:
    """ "see only votes for their own posts": what is seen is bound to what is theirs."""
    return fact.limited and other.own and fact.verb.act not in ("create", "reify")


def granted(fact: Can, thing: EntityDraft, action: str, role: str, origin: str) -> Grant:
    """The grant of a fact; to be kept from what is others' is to be kept to one's own."""
    noun = fact.object
    mine = noun is not None and (noun.own or (noun.of is not None and noun.of.own))
    others = fact.negated and noun is not None and noun.others
    return Grant(
        action,
        role,
        mine or others,
        noun is not None and noun.every,
        fact.only,
        fact.negated,
        origin,
        limited=fact.limited or others,
        condition=fact.condition,
        quality=narrowing(noun, thing),
        whose=next((f"for their own {other.key}" for _, other in fact.related if _kept_to(fact, other)), ""),
    )
