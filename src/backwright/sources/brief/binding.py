"""The brief's own nouns for what packs speak of."""

from __future__ import annotations

from backwright.sources.brief.facts import Can, Fact, Has, NounPhrase
from backwright.sources.brief.inflection import singular
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.naming import camel, pascal
from backwright.sources.brief.packs import Binding, Pack
from backwright.sources.brief.world import World, identifier

__all__ = ["bind"]


def bind(world: World, thing: Pack, deed: Pack | None) -> Binding:
    """Which nouns of the brief stand for the subject of `thing`, for that of `deed`, and for their people."""
    nouns: dict[str, tuple[str, ...]] = {}
    subject = _subject(world, thing, deed) or (thing.subject,)
    taken = [name for item in (thing, deed) if item is not None for name in item.entities]
    if subject != (thing.subject,) and (pascal(subject) in taken or camel(subject).endswith("Value")):
        subject = (*subject, "item")
    if subject != (thing.subject,):
        nouns[thing.subject] = subject
    world.bound |= dict.fromkeys((*thing.list("synonyms"), " ".join(subject)), pascal(subject))
    if deed is not None:
        world.bound |= dict.fromkeys(deed.list("synonyms"), pascal((deed.subject,)))
    for role, rank in (deed or thing).people.items():
        meant = _person(world, role, rank, deed)
        if meant != (role,):
            nouns[role] = tuple(identifier(meant).split("_"))
        if deed is not None or rank != "client" or world.people:
            world.draft.roles.setdefault(identifier(meant), f"pack:{(deed or thing).name}")
    return Binding(nouns)


def _person(world: World, usual: str, rank: str, deed: Pack | None) -> tuple[str, ...]:
    """The brief's word for a pack's role: the client who does the deed, the only one on the staff."""
    keys = [key for key in world.people if world.rank(world.people[key]) == rank]
    if usual in keys or not keys:
        return (usual,)
    if rank != "client":
        return tuple(keys[0].split()) if len(keys) == 1 else (usual,)
    doing = [
        fact.actor.key
        for _, fact in world.facts
        if isinstance(fact, Can) and fact.actor is not None and deed is not None and _does(fact, deed)
    ]
    return tuple(next((key for key in doing if key in keys), keys[0]).split())


def _does(fact: Can, deed: Pack) -> bool:
    return fact.verb.noun == deed.subject or (fact.object is not None and fact.object.key == deed.subject)


def _subject(world: World, thing: Pack, deed: Pack | None) -> tuple[str, ...]:
    """The brief's word for the subject; nothing where the pack's own word will do."""
    spoken = {noun.key: noun for _, fact in world.facts for noun in _nouns(fact)}
    own = (*thing.list("called"), *thing.list("named"))
    if thing.subject in spoken or any(noun.raw in own for noun in spoken.values()):
        return (thing.subject,)
    if deed is not None and (done := _done_to(world, deed)):
        return done
    for word in world.topics:
        base = singular(word)
        said = base in world.declared and base not in thing.list("nominal") and base not in lexicon().technical
        if said or base in lexicon().goods:
            return (base,)
    for area in world.areas:
        for word in area.split():
            if word in thing.compounds:
                return (thing.compounds[word],)
    for name in thing.list("synonyms"):
        if name in spoken and name in world.declared:
            return (name,)
    return _worth(world, spoken, deed) if deed is not None else ()


def _done_to(world: World, deed: Pack) -> tuple[str, ...]:
    """What the deed is done to, or what it lists."""
    known = lexicon()
    for _, fact in world.facts:
        if isinstance(fact, Can) and fact.verb.base in deed.list("acts") and fact.object is not None:
            if fact.object.key not in deed.list("synonyms") and not world.role(fact.object):
                return fact.object.words
        elif isinstance(fact, Has) and fact.subject.key == deed.subject and fact.item.plural:
            inner = fact.item.head in deed.list("inner") or fact.item.key in known.attributes
            if not inner and not world.role(fact.item) and fact.item.head not in known.values:
                return fact.item.words
    return ()


def _worth(world: World, spoken: dict[str, NounPhrase], deed: Pack) -> tuple[str, ...]:
    """What has a price, or is one of the things that are usually sold."""
    for _, fact in world.facts:
        own = isinstance(fact, Has) and (fact.subject.words[0] == deed.subject or world.role(fact.subject))
        if isinstance(fact, Has) and deed.worth in fact.item.key and not own:
            return fact.subject.words
    return next((noun.words for noun in spoken.values() if noun.key in deed.list("sold")), ())


def _nouns(fact: Fact) -> list[NounPhrase]:
    found = [getattr(fact, name, None) for name in ("subject", "item", "object", "noun")]
    return [noun for noun in found if isinstance(noun, NounPhrase)]
