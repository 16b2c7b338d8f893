"""Who acts: a role, everyone, or the person whom a row names."""

from __future__ import annotations

from backwright.sources.brief.access import KEEPERS
from backwright.sources.brief.draft import EntityDraft
from backwright.sources.brief.facts import Can, NounPhrase
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.naming import camel
from backwright.sources.brief.world import SIGNED_IN, World, relational

__all__ = ["KEEPER", "NAMED", "path_of", "who"]

NAMED = "="
KEEPER = KEEPERS.key
_ALL = frozenset(["anyone", "everyone", "everybody", "anybody"])
_OWNERS = frozenset(["owner", "creator", "author", "poster", "uploader", "writer"])


def who(world: World, fact: Can) -> str:
    """The role that acts, `=sender` for the person whom a row names, nothing where the brief does not say."""
    actor = fact.actor
    if actor is None:
        return ""
    if actor == KEEPERS:
        return KEEPER
    if world.body(fact):
        return ""
    if world.belongs(actor) and actor.plural:
        return f"{NAMED}{actor.key} of {actor.of.key}" if actor.of is not None else ""
    if relational(actor):
        return NAMED + " ".join(actor.words)
    role = world.role(actor)
    if role and role != SIGNED_IN:
        return role
    if fact.negated and actor.key in _ALL:
        return ""
    return "anyone" if actor.key in lexicon().anyone else SIGNED_IN


def path_of(world: World, thing: EntityDraft, named: str) -> str:
    """The path from a row to the person whom it names; nothing where it names nobody such."""
    words = named.removeprefix(NAMED).split()
    if "of" in words:
        return ""
    name = world.role_field("_".join(words))
    for member in (name, camel(words[-1:]), camel(words)):
        if thing.fields.get(member) is not None and thing.fields[member].notation.split(" ")[0] == "User":
            return member
    if len(words) > 1:
        whole = world.thing_name(NounPhrase(tuple(words[:-1]), " ".join(words[:-1])))
        for member, field in thing.fields.items():
            other = world.draft.entities.get(whole)
            if other is not None and other.owner and field.notation.split(" ")[0] == whole:
                return f"{member}.{other.owner}"
        return "" if whole in world.draft.entities and whole != thing.name else thing.owner
    if words[-1] in _OWNERS or thing.owner == name:
        return thing.owner
    for member, field in thing.fields.items():
        other = world.draft.entities.get(field.notation.split(" ")[0])
        if other is not None and other.name != "User" and name in (other.owner, *other.fields):
            return f"{member}.{name}" if other.fields[name].notation.startswith("User") else ""
    return ""
