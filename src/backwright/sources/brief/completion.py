"""What the brief leaves unsaid: kinds and plain defaults."""

from __future__ import annotations

from backwright.sources.brief.deeds import event_like
from backwright.sources.brief.draft import EntityDraft, FieldDraft
from backwright.sources.brief.facts import Can, Mention, NounPhrase, Topic
from backwright.sources.brief.lexicon import Kind, lexicon
from backwright.sources.brief.naming import reference_name, title
from backwright.sources.brief.relations import add_field, break_circles, own, refer
from backwright.sources.brief.world import SIGNED_IN, World

__all__ = ["complete", "expand_domains"]


# What only sorts other things: nothing is said about a category.
_SORTING = ("category", "tag", "label")


def expand_domains(world: World) -> None:
    """A field of work that stands alone brings what it usually has: "Build a blog API"."""
    if any(name != "User" and not _person(world, entity) for name, entity in world.draft.entities.items()):
        return
    known = lexicon()
    for origin, fact in world.facts:
        if not isinstance(fact, Topic | Mention):
            continue
        phrase = next((phrase for phrase in _readings(fact.noun) if phrase in known.domains), "")
        if phrase:
            _expand(world, phrase, origin)
            return
    for origin, fact in world.facts:
        if isinstance(fact, Topic) and fact.noun.raw not in known.identity and not world.triggered("identity"):
            thing = world.entity(fact.noun, origin)
            if thing is not None and thing.name != "User":
                world.draft.suppose(f"entities.{thing.name}", f"The application keeps {thing.name}.", "domains", "low")
                world.draft.ask(9, f"What does a {title(thing.name)} have, and who may do what with it?")


def _person(world: World, entity: EntityDraft) -> bool:
    """Whether a thing is a person of whom nothing more is said."""
    return entity.phrase in world.persons_as_things and not entity.fields


def _readings(noun: NounPhrase) -> list[str]:
    """Every run of words of a noun, the longest first."""
    found: list[str] = [noun.key]
    words = noun.raw.split()[:8]
    for length in range(len(words), 0, -1):
        found += [" ".join(words[at : at + length]) for at in range(len(words) - length + 1)]
    return found if len(words) == 1 else [*found[1:], found[0]]


def _expand(world: World, phrase: str, origin: str) -> None:
    nouns = lexicon().domains[phrase]
    world.declared |= dict.fromkeys(nouns)
    for noun in nouns:
        thing = world.entity(NounPhrase(tuple(noun.split()), noun, True), origin)
        if thing is not None:
            thing.event = event_like(noun)
            world.draft.suppose(f"entities.{thing.name}", f"A {phrase} application keeps {noun}s.", "domains", "medium")


def complete(world: World) -> None:
    """Gives every thing the least that such a thing has."""
    known = lexicon()
    for entity in list(world.draft.entities.values()):
        if entity.pack or entity.whole:
            continue
        entity.event = entity.event or (
            event_like(entity.phrase)
            and not (entity.described and _written(world, entity))
            and not any(
                isinstance(fact, Can)
                and fact.actor is not None
                and fact.verb.act in ("create", "manage")
                and fact.object is not None
                and fact.object.key == entity.phrase
                and world.rank(world.role(fact.actor)) == "staff"
                for _, fact in world.facts
            )
        )
        kind = known.kinds.get(entity.phrase) or known.kinds.get(entity.phrase.rpartition(" ")[2])
        plain = [name for name, member in entity.fields.items() if not member.notation[:1].isupper()]
        if (kind is not None and not plain) or (kind is not None and (kind.moves or kind.locked or kind.between)):
            _kind(world, entity, kind)
        elif (not plain and not entity.event and not entity.unique) or (
            entity.phrase in world.persons_as_things and not any("ame" in name for name in plain)
        ):
            _bare(world, entity)
        if kind is not None and not entity.owner:
            _keeper(world, entity, kind)
    for entity in list(world.draft.entities.values()):
        if not entity.pack and not entity.whole:
            _links(world, entity)
            _between(world, entity)
    break_circles(world)


def _written(world: World, entity: EntityDraft) -> bool:
    """Whether people write such a thing, as they write a report, and the brief tells what it has."""
    return any(
        isinstance(fact, Can)
        and fact.verb.base in ("write", "create", "edit")
        and fact.object is not None
        and fact.object.key == entity.phrase
        for _, fact in world.facts
    )


def _kind(world: World, entity: EntityDraft, kind: Kind) -> None:
    timed = entity.event and kind.fields and all(notation.startswith("datetime") for _, notation in kind.fields)
    if timed and any(
        inner.notation.startswith("datetime")
        for member in entity.fields.values()
        if (other := world.draft.entities.get(member.notation.split(" ")[0])) is not None
        for inner in other.fields.values()
    ):
        return
    for name, notation in kind.fields:
        if name not in entity.fields and name not in entity.parts:
            entity.fields[name] = FieldDraft(notation, "kind:fields")
            world.draft.suppose(
                f"entities.{entity.name}.fields.{name}",
                f"A {title(entity.name)} has {title(name)}: {notation}.",
                "kinds",
                "medium",
            )
    names = {name for name, _ in kind.fields}
    for number, check in enumerate(kind.checks, 1):
        if names <= set(entity.fields):
            entity.checks["order" if number == 1 else f"order{number}"] = FieldDraft(check, "kind:fields")


def _bare(world: World, entity: EntityDraft) -> None:
    fields = {"name": "string(1..80)"}
    if entity.phrase in world.persons_as_things and not entity.fields:
        fields |= {"email": "email optional personal", "phone": "phone optional personal"}
    for name, notation in fields.items():
        if name not in entity.fields:
            entity.fields[name] = FieldDraft(notation, "kind:fields")
            world.draft.suppose(
                f"entities.{entity.name}.fields.{name}",
                f"A {title(entity.name)} has {title(name)}.",
                "kinds",
                "low",
                "" if len(entity.fields) > 1 else f"say in the brief what a {title(entity.name)} has",
            )
    world.draft.ask(6, f"What does a {title(entity.name)} have besides a name?")


def _keeper(world: World, entity: EntityDraft, kind: Kind) -> None:
    """Who writes such a thing owns it, where the brief gives nobody else."""
    if not world.draft.identity or entity.phrase in world.persons_as_things:
        return
    makers = [grant.who for grant in entity.grants if grant.action == "create" and grant.who and not grant.negated]
    if (
        makers
        and all(world.rank(role) in ("staff", "admin") for role in makers if role not in (SIGNED_IN, "anyone"))
        and SIGNED_IN not in makers
    ):
        return
    if (
        (kind.mine and not any(world.rank(name) in ("client", "provider") for name in world.people.values()))
        or kind.author
        or (entity.event and not any(member.notation.startswith("User") for member in entity.fields.values()))
    ):
        clients = (name for name in (*world.people.values(), *world.draft.roles) if world.rank(name) == "client")
        role = next(clients, SIGNED_IN)
        role = next((name for name in world.people.values() if name.startswith(entity.phrase[:5].rstrip("e"))), role)
        if (
            any(world.people.get(key) for key in world.people)
            and role == SIGNED_IN
            and entity.event
            and not kind.author
        ):
            return
        own(world, entity, role, "pack:kinds", kind.author)
        world.draft.suppose(
            f"entities.{entity.name}.owner",
            f"A {title(entity.name)} belongs to whoever makes it.",
            "kinds",
            "medium",
            f"delete entities.{entity.name}.owner, its field, and the rules that name it",
        )


def _links(world: World, entity: EntityDraft) -> None:
    """An act is about something: where the brief does not say about what, about the things it names."""
    kind = lexicon().kinds.get(entity.phrase)
    if any(
        member.notation.split(" ")[0] in world.draft.entities and not member.notation.startswith("User")
        for member in entity.fields.values()
    ) or (kind is not None and kind.between):
        return
    if (
        any(member.notation.startswith("User") and name != entity.owner for name, member in entity.fields.items())
        and entity.event
    ):
        return
    if kind is not None and kind.about:
        _about(world, entity, kind)
        return
    if not entity.event:
        return
    others = [
        other
        for other in world.draft.entities.values()
        if other is not entity and not other.event and not other.whole and other.name != "User"
    ]
    people = [other for other in others if other.phrase in world.persons_as_things]
    for other in (people or others)[:2]:
        refer(world, entity, other, "pack:kinds")
        name = reference_name(entity.name, other.name)
        if name in entity.fields:
            world.draft.suppose(
                f"entities.{entity.name}.fields.{name}",
                f"A {title(entity.name)} is about a {title(other.name)}.",
                "kinds",
                "low",
            )


def _about(world: World, entity: EntityDraft, kind: Kind) -> None:
    """A comment is about the first thing that the brief names and comments are usually about."""
    by_phrase = {
        other.phrase: other
        for other in world.draft.entities.values()
        if other is not entity and other.name != "User" and not other.whole
    }
    chosen = next((by_phrase[phrase] for phrase in kind.about if phrase in by_phrase), None)
    if chosen is None and "any" in kind.about:
        chosen = next(
            (
                other
                for phrase, other in by_phrase.items()
                if phrase not in _SORTING
                and ((known := lexicon().kinds.get(phrase)) is None or "any" not in known.about)
            ),
            None,
        )
    if chosen is None:
        return
    refer(world, entity, chosen, "pack:kinds")
    name = reference_name(entity.name, chosen.name)
    world.draft.suppose(
        f"entities.{entity.name}.fields.{name}",
        f"A {title(entity.name)} is about a {title(chosen.name)}.",
        "kinds",
        "medium",
    )


def _between(world: World, entity: EntityDraft) -> None:
    kind = lexicon().kinds.get(entity.phrase)
    if kind is None or not kind.between or any(name.startswith("from") for name in entity.fields):
        return
    other = next((candidate for candidate in world.draft.entities.values() if candidate.phrase == kind.between), None)
    if other is not None:
        for prefix in ("from", "to"):
            add_field(world, entity, f"{prefix}{other.name}", other.name, "pack:kinds")
