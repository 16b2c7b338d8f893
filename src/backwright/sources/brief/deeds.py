"""What people do: grants, things that an act makes, moves between states."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from backwright.sources.brief.actors import NAMED, who
from backwright.sources.brief.attributes import attribute, is_attribute
from backwright.sources.brief.conditions import narrowing
from backwright.sources.brief.draft import EntityDraft, LifecycleDraft
from backwright.sources.brief.facts import Can, Has, NounPhrase
from backwright.sources.brief.grants import grant, granted
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.moves import assign, move, unknown
from backwright.sources.brief.naming import camel, reference_name
from backwright.sources.brief.phrases import noun_phrases
from backwright.sources.brief.relations import add_field, apply_has, fields_named, own, refer
from backwright.sources.brief.world import SIGNED_IN, World

__all__ = ["READING", "apply_can", "event_like"]

READING = "read "

_ACTIONS = {
    "create": ("create",),
    "read": ("read",),
    "query": ("read",),
    "update": ("update",),
    "delete": ("delete",),
    "manage": ("create", "update", "delete"),
}
_LOOSE = frozenset(
    [
        "request",
        "report",
        "ask",
        "claim",
        "track",
        "measure",
        "share",
        "answer",
        "nominate",
        "sell",
        "schedule",
        "apply",
    ]
)
_ONCE = frozenset(
    [
        "vote",
        "like",
        "favorite",
        "favourite",
        "bookmark",
        "follow",
        "rating",
        "enrollment",
        "enrolment",
        "membership",
        "registration",
        "attendance",
        "subscription",
    ]
)
_PLANNING = frozenset(["book", "reserve", "schedule", "apply for", "register for", "lodge"])
_MONEY = frozenset(["money", "fund", "funds", "amount", "cash", "balance"])
_GENERIC = frozenset(["all", "everything", "it", "they", "them", "own", "thing", "one", "other"])


def apply_can(world: World, fact: Can, origin: str) -> None:
    """One act of one actor on one thing."""
    if fact.verb.act in ("communicate", "quality"):
        return
    if fact.verb.act == "identity" and (fact.object is None or world.thing_name(fact.object) in ("", "User")):
        world.draft.credit(origin, "identity")
        _closed(world, fact, origin)
        return
    if fact.verb.act == "reify" and fact.negated:
        _refused(world, fact, origin)
    elif fact.verb.act == "reify":
        _reify(world, fact, origin)
    elif fact.verb.act == "transition":
        move(world, fact, origin)
    elif fact.verb.act in ("assign", "link"):
        assign(world, fact, origin)
    elif fact.verb.act == "unknown":
        unknown(world, fact, origin)
    elif fact.object is not None:
        _plain(world, fact, fact.object, origin)


def _closed(world: World, fact: Can, origin: str) -> None:
    """ "Only librarians may register readers": who registers is nobody yet, and an administrator makes a reader."""
    if fact.object is not None and fact.only and (role := world.role(fact.object)) and role != SIGNED_IN:
        world.closed[role] = origin


def _refused(world: World, fact: Can, origin: str) -> None:
    """ "Guests cannot like photos": they make no likes."""
    made = NounPhrase(tuple(fact.verb.noun.split()), fact.verb.noun, True)
    noun = fact.object
    if noun is not None and (noun.head == fact.verb.noun or fact.verb.base in _LOOSE):
        made = noun
    if world.thing_name(made) in world.draft.entities:
        thing = world.draft.entities[world.thing_name(made)]
        quality = narrowing(noun, world.draft.entities.get(world.thing_name(noun))) if noun is not None else ""
        refused = granted(fact, thing, "create", who(world, fact), origin)
        thing.grants.append(replace(refused, quality=refused.quality or quality))
        world.draft.credit(origin, f"entities.{thing.name}.allow.create")


def _plain(world: World, fact: Can, noun: NounPhrase, origin: str) -> None:
    """Create, read, update, delete."""
    role = who(world, fact)
    offering = fact.verb.base == "list" and role not in ("", SIGNED_IN, "anyone") and world.rank(role) == "provider"
    actions = (
        ("create",)
        if offering
        else _ACTIONS.get(fact.verb.act, ("create",) if fact.verb.act == "reify" else ("update",))
    )
    if noun.key in _GENERIC or (noun.raw in ("all", "everything")):
        return
    if (named := fields_named(world, noun)) and (fact.only or fact.negated or fact.limited):
        _guarded(world, fact, named, origin)
        return
    if named and actions != ("create",):
        _about_fields(world, fact, named, origin)
        return
    thing, attribute_noun = _thing_and_attribute(world, noun, fact, origin)
    if thing is None:
        _attribute_alone(world, noun, origin)
        return
    if attribute_noun is not None:
        found = attribute(attribute_noun)
        if found.state:
            actions = ()
            thing.lifecycle = thing.lifecycle or LifecycleDraft([], {}, origin)
            world.draft.credit(origin, f"entities.{thing.name}.lifecycle")
        elif found.name not in thing.fields and attribute_noun.key not in lexicon().credentials:
            add_field(world, thing, found.name, found.notation, origin)
        if actions == ("create",) or actions == ("delete",):
            actions = ("update",)
    grant(world, thing, actions, fact, origin)
    if "create" in actions and not fact.negated:
        _maker(world, thing, fact, origin)
    _related(world, thing, fact, origin, "create" in actions)


def _maker(world: World, thing: EntityDraft, fact: Can, origin: str) -> None:
    role = who(world, fact)
    if (
        role
        and role != "anyone"
        and not role.startswith(NAMED)
        and not thing.owner
        and thing.name != "User"
        and world.rank(role) in ("client", "provider", "inner")
        and fact.verb.act != "manage"
        and not fact.only
    ):
        own(world, thing, role, origin)


def _guarded(world: World, fact: Can, named: list[tuple[EntityDraft, str]], origin: str) -> None:
    """Who may not see a field, or not change it: the one is kept apart, the other holds for the whole row."""
    reading = fact.verb.act in ("read", "query")
    for thing, member in named:
        action = f"{READING}{member}" if reading else "update"
        thing.grants.append(granted(fact, thing, action, who(world, fact), origin))
        world.draft.credit(origin, f"entities.{thing.name}.fields.{member}")
        if not reading:
            world.draft.credit(origin, f"entities.{thing.name}.allow.update")


def _about_fields(world: World, fact: Can, named: list[tuple[EntityDraft, str]], origin: str) -> None:
    """Who may read or change a field may do so with the row."""
    for thing, member in named:
        world.draft.credit(origin, f"entities.{thing.name}.fields.{member}")
    if len(named) == 1:
        grant(world, named[0][0], ("read",) if fact.verb.act in ("read", "query") else ("update",), fact, origin)


def _attribute_alone(world: World, noun: NounPhrase, origin: str) -> None:
    """ "View the balance": about the things that have such an attribute."""
    if is_attribute(noun):
        name = attribute(noun).name
        for entity in world.draft.entities.values():
            if name in entity.fields:
                world.draft.credit(origin, f"entities.{entity.name}.fields.{name}")


def _thing_and_attribute(
    world: World, noun: NounPhrase, fact: Can, origin: str
) -> tuple[EntityDraft | None, NounPhrase | None]:
    """ "the price of a book" and "book prices" are an attribute of a thing."""
    if noun.of is not None and not noun.others and is_attribute(noun):
        return world.entity(noun.of, origin), NounPhrase(noun.words, noun.key)
    related = next(
        (phrase for preposition, phrase in fact.related if preposition in ("of", "for", "on", "to", "from")), None
    )
    if (
        is_attribute(noun)
        and noun.key not in lexicon().kinds
        and noun.key not in world.declared
        and related is not None
        and len(noun.words) == 1
    ):
        return world.entity(related, origin), noun
    if len(noun.words) > 1 and noun.key not in lexicon().attributes and noun.key not in world.bound:
        head = NounPhrase(noun.words[:-1], " ".join(noun.words[:-1]), own=noun.own, every=noun.every)
        tail = NounPhrase(noun.words[-1:], noun.words[-1])
        if (
            is_attribute(tail)
            and tail.key not in lexicon().kinds
            and (
                world.thing_name(head) in world.draft.entities or head.key in lexicon().kinds or head.key in world.bound
            )
        ):
            return world.entity(head, origin), tail
    return world.entity(noun, origin), None


def _related(world: World, thing: EntityDraft, fact: Can, origin: str, making: bool = True) -> None:
    """ "add comments to posts": a comment refers to a post."""
    if not making or fact.verb.act == "manage" or fact.negated:
        return
    whole = fact.object.of if fact.object is not None else None
    if whole is not None and (role := world.role(whole)) and role != SIGNED_IN and not whole.own:
        _person(world, thing, role, origin)
    if whole is not None and not world.role(whole) and world.thing_name(whole) in world.draft.entities:
        refer(world, thing, world.draft.entities[world.thing_name(whole)], origin)
    _noted(world, thing, fact, origin)
    for preposition, phrase in fact.related:
        if preposition not in (
            "to",
            "on",
            "for",
            "with",
            "about",
            "in",
            "under",
            "at",
            "against",
            "from",
            "between",
            "into",
            "of",
        ):
            continue
        role = world.role(phrase)
        if role:
            if role != SIGNED_IN or preposition in ("to", "with"):
                _person(world, thing, role, origin)
            continue
        known = lexicon()
        if _described_by(world, preposition, phrase):
            apply_has(world, Has(fact.span, NounPhrase(tuple(thing.phrase.split()), thing.phrase), phrase), origin)
            continue
        if preposition in ("in", "at", "from", "with", "about", "for", "to") and not (
            phrase.key in world.declared
            or phrase.key in known.kinds
            or phrase.key in world.bound
            or phrase.key in world.persons_as_things
        ):
            continue
        if is_attribute(phrase) and phrase.key not in world.declared and phrase.key not in known.kinds:
            continue
        other = world.entity(phrase, origin)
        if other is not None and other is not thing and other.name != "User":
            inner = preposition == "with" and phrase.plural
            refer(world, *((other, thing) if inner else (thing, other)), origin)


def _noted(world: World, thing: EntityDraft, fact: Can, origin: str) -> None:
    """ "record vital signs (pulse, weight)": what stands in brackets is what they have."""
    items = noun_phrases(fact.object.note.split()) if fact.object is not None and fact.object.note else []
    if len(items) > 1:
        for item in items:
            apply_has(world, Has(fact.span, NounPhrase(tuple(thing.phrase.split()), thing.phrase), item), origin)


def _described_by(world: World, preposition: str, phrase: NounPhrase) -> bool:
    """ "with a title", "from a start date to an end date": what is made has it."""
    if phrase.key in world.declared or phrase.key in world.bound:
        return False
    if preposition == "with":
        return is_attribute(phrase) or not (phrase.plural or phrase.own or phrase.key in lexicon().kinds)
    dated = is_attribute(phrase) and attribute(phrase).notation.split(" ")[0] in ("date", "datetime")
    return dated and preposition in ("from", "to", "until", "on", "at")


def _person(world: World, thing: EntityDraft, role: str, origin: str) -> None:
    name = world.role_field(role) if role != SIGNED_IN else "recipient"
    if name == thing.owner:
        name = "recipient"
    if thing.name != "User":
        add_field(world, thing, name, "User", origin)


def _reify(world: World, fact: Can, origin: str) -> None:
    """ "borrow books" makes loans."""
    known = lexicon()
    noun = fact.object
    made = fact.verb.noun
    if made in world.acted:
        world.draft.credit(origin, f"operations.{world.acted[made]}")
        world.draft.credit(origin, f"entities.{world.bound[made]}")
        return
    if noun is not None and (
        noun.key == made
        or noun.head == made
        or (noun.head in known.kinds and event_like(noun.head) and fact.verb.base in _PLANNING)
        or (fact.verb.base in _LOOSE and noun.key not in _MONEY and not world.role(noun))
    ):
        _plain(world, fact, noun, origin)
        thing = world.draft.entities.get(world.thing_name(noun))
        if thing is not None:
            thing.event = True
        return
    thing = world.entity(NounPhrase(tuple(made.split()), made, True), origin)
    if thing is None:
        return
    thing.event = True
    role = who(world, fact)
    if role and role != "anyone":
        own(world, thing, SIGNED_IN if role.startswith(NAMED) else role, origin)
    elif not role and not world.actors_named:
        own(world, thing, SIGNED_IN, origin)
    grant(world, thing, ("create",), fact, origin)
    kind = known.kinds.get(made)
    if kind is not None and kind.between:
        _between(world, thing, kind.between, fact, origin)
    elif noun is not None and noun.key not in _MONEY:
        _about(world, thing, noun, made, origin)
    if kind is None or not kind.between:
        _related(world, thing, fact, origin)


@cache
def event_like(head: str) -> bool:
    """Whether a noun is an act that somebody does, such as a loan."""
    return head in {verb.noun for verb in lexicon().verbs.values() if verb.noun} or head in (
        "visit",
        "session",
        "ticket",
        "claim",
        "submission",
        "response",
    )


def _about(world: World, thing: EntityDraft, noun: NounPhrase, made: str, origin: str) -> None:
    role = world.role(noun)
    if role:
        name = {"follow": "followed", "message": "recipient", "invitation": "invitee"}.get(
            made, world.role_field(role) if role != SIGNED_IN else "recipient"
        )
        if name == thing.owner:
            name = f"other{name[:1].upper()}{name[1:]}"
        add_field(world, thing, name, "User", origin)
        return
    other = world.entity(noun, origin)
    if other is None or other is thing or other.name == "User":
        return
    refer(world, thing, other, origin)
    back = reference_name(thing.name, other.name)
    if made in _ONCE and thing.owner and back in thing.fields and not thing.unique:
        thing.unique.append([thing.owner, back])


def _between(world: World, thing: EntityDraft, usual: str, fact: Can, origin: str) -> None:
    """ "transfer money between accounts": from one to another."""
    side = next(
        (
            phrase
            for preposition, phrase in fact.related
            if preposition in ("between", "from", "to") and not world.role(phrase)
        ),
        None,
    )
    noun = fact.object if fact.object is not None and fact.object.key not in _MONEY else None
    phrase = side or noun or NounPhrase((usual,), usual)
    world.declared[phrase.key] = None
    other = world.entity(phrase, origin)
    if other is None:
        return
    for prefix in ("from", "to"):
        add_field(
            world,
            thing,
            camel((prefix, other.name)) if other.name.islower() else f"{prefix}{other.name}",
            other.name,
            origin,
        )
