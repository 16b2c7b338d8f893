"""What moves a thing on: transitions, verbs of no list, and whom a thing is given to."""

from __future__ import annotations

from backwright.sources.brief.actors import NAMED, who
from backwright.sources.brief.attributes import is_attribute
from backwright.sources.brief.draft import LifecycleDraft, TransitionDraft
from backwright.sources.brief.facts import Can, Has, NounPhrase
from backwright.sources.brief.grants import grant, granted, named_person
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.naming import move_name, reference_name
from backwright.sources.brief.relations import add_field, apply_has
from backwright.sources.brief.world import SIGNED_IN, World

__all__ = ["BEGUN", "assign", "move", "unknown"]

# States that a thing reaches when it comes into being for others.
BEGUN = frozenset(["published", "started", "launched", "begun"])


def move(world: World, fact: Can, origin: str) -> None:
    """ "A manager approves transfers": a transition of a transfer."""
    noun = fact.object
    if noun is None:
        return
    known = lexicon()
    thing = (
        world.entity(noun, origin)
        if not (is_attribute(noun) and noun.key not in known.kinds and noun.key not in world.declared)
        else None
    )
    if thing is None:
        return
    for entity in world.draft.entities.values():
        kind = known.kinds.get(entity.phrase)
        if (
            kind is not None
            and fact.verb.base in kind.verbs
            and any(member.notation.split(" ")[0] == thing.name for member in entity.fields.values())
        ):
            thing = entity
            break
    if thing.whole or (thing.name == "User" and fact.verb.state in ("verified",)):
        return
    lifecycle = thing.lifecycle = thing.lifecycle or LifecycleDraft([], {}, origin)
    name = move_name(fact.verb.base, fact.verb.state)
    existing = next((move for key, move in lifecycle.transitions.items() if key == name), None)
    if existing is None:
        existing = TransitionDraft([], fact.verb.state, "", origin)
        if not fact.negated:
            lifecycle.transitions[name] = existing
    role = who(world, fact)
    if role.startswith(NAMED) and thing.name != "User":
        named_person(world, thing, role, origin)
    existing.grants.append(granted(fact, thing, name, role, origin))
    if fact.verb.state in BEGUN and not fact.negated:
        described = NounPhrase(tuple(thing.phrase.split()), thing.phrase)
        for preposition, phrase in fact.related:
            if preposition == "with" and not world.role(phrase):
                apply_has(world, Has(fact.span, described, phrase), origin)
    world.draft.credit(
        origin,
        f"entities.{thing.name}.lifecycle.transitions.{name}"
        if not fact.negated
        else f"entities.{thing.name}.lifecycle",
    )


def unknown(world: World, fact: Can, origin: str) -> None:
    """A verb of no list: done by the staff to a thing that the brief describes, it moves the thing on."""
    noun = fact.object
    name = world.thing_name(noun) if noun is not None else ""
    if fact.only or fact.negated or fact.limited:
        return
    if (
        noun is not None
        and name in world.draft.entities
        and name != "User"
        and world.rank(who(world, fact)) in ("staff", "admin")
    ):
        move(world, fact, origin)
        world.draft.suppose(
            f"entities.{name}.lifecycle.transitions.{move_name(fact.verb.base, fact.verb.state)}",
            f"To {fact.verb.base} a {noun.key} makes it {fact.verb.state}.",
            "verbs",
            "low",
        )
    elif noun is not None:
        world.draft.ask(7, f"What happens to a {noun.key} when somebody may {fact.verb.base} it?")


def assign(world: World, fact: Can, origin: str) -> None:
    """ "assign tasks to users": a task has an assignee."""
    if fact.object is None:
        return
    if not fact.related and world.thing_name(fact.object) not in world.draft.entities:
        return
    thing = world.entity(fact.object, origin)
    if thing is None or thing.name == "User":
        return
    for _, phrase in fact.related:
        role = world.role(phrase)
        if role:
            name = "assignee" if role == SIGNED_IN else world.role_field(role)
            add_field(world, thing, name, "User optional", origin)
        elif (other := world.entity(phrase, origin)) is not None and other is not thing and other.name != "User":
            back = reference_name(thing.name, other.name)
            if back not in thing.fields:
                add_field(world, thing, back, f"{other.name} optional", origin)
    grant(world, thing, ("update",), fact, origin)
