"""What a verb means in this brief: to open a ballot that can be open is a move, to open a ticket makes one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backwright.sources.brief.attributes import is_attribute
from backwright.sources.brief.facts import Can, Fact, Has, Mention, NounPhrase, States
from backwright.sources.brief.inflection import participle
from backwright.sources.brief.lexicon import Verb, lexicon

__all__ = ["settled"]

Told = tuple[tuple[str, Fact], ...]
_MONEY = frozenset(["money", "fund", "cash"])
_MAKING = frozenset(["create", "transition", "manage"])
_ASSIGNED = frozenset(f"that are {verb} to them" for verb in ("assigned", "allocated", "given"))
_INTO = ("to", "into", "in", "from", "on")
_DRAFT = "draft"
_STAFF = ("staff", "admin")


def settled(facts: Told) -> Told:
    """The facts with the verbs that the whole brief calls for."""
    only = [fact for _, fact in facts]
    states: dict[str, tuple[str, ...]] = {}
    for fact in only:
        if isinstance(fact, States) and fact.subject is not None:
            states[fact.subject.key] = (*states.get(fact.subject.key, ()), *fact.names)
    described = {fact.subject.key for fact in only if isinstance(fact, Has)}
    found: list[tuple[str, Fact]] = []
    for origin, fact in ((origin, _collected(fact)) for origin, fact in facts):
        if isinstance(fact, Can) and (entry := _put(fact, only)) is not None:
            found.append((origin, entry))
        elif isinstance(fact, Can) and (given := _given(fact)):
            found += [(origin, each) for each in given]
        elif isinstance(fact, Can) and fact.object is not None and (made := _made(fact, fact.object, only)) is not None:
            found.append((origin, made))
        elif isinstance(fact, Can) and fact.object is not None:
            found.append((origin, replace(fact, verb=_meant(fact, fact.object, only, states, described))))
        else:
            found.append((origin, fact))
    return _drafts(tuple(found))


def _collected(fact: Fact) -> Fact:
    """ "Add books to their wishlist" makes no book: it makes one item of the list, which is about a book."""
    match fact:
        case Mention(noun=noun) if item := _entry(noun):
            return replace(fact, noun=_item(noun, item))
        case Can(object=NounPhrase() as noun):
            whole = next((other for preposition, other in fact.related if preposition in _INTO), None)
            item = _entry(whole) if whole is not None else ""
            if item and fact.verb.act in ("create", "update", "delete", "manage", "link"):
                act = "delete" if fact.verb.act == "delete" else "create"
                verb = replace(fact.verb, act=act, noun="")
                return replace(
                    fact, verb=verb, object=_item(noun, item), related=(("of", noun),) if act == "create" else ()
                )
            if item := _entry(noun):
                return replace(fact, object=replace(_item(noun, item), own=noun.own))
    return fact


def _put(fact: Can, facts: Sequence[Fact]) -> Can | None:
    """ "Add songs to their playlists", where artists upload songs: an entry of a playlist, and no song."""
    whole = next((noun for preposition, noun in fact.related if preposition in ("to", "into") and noun.own), None)
    thing = fact.object
    if fact.verb.base not in ("add", "put", "place") or whole is None or thing is None or fact.negated:
        return None
    if not any(_made_by_others(other, fact) for other in facts):
        return None
    entry = NounPhrase((*whole.words, "item"), f"{whole.key} item", True)
    return replace(fact, object=entry, related=(("of", thing), ("of", replace(whole, own=False))))


def _given(fact: Can) -> tuple[Fact, ...]:
    """ "Editors see the drafts assigned to them": a draft names its editor."""
    actor, thing = fact.actor, fact.object
    if fact.condition not in _ASSIGNED or actor is None or thing is None or not lexicon().role(actor.key):
        return ()
    if actor.key in lexicon().signed_in:
        return ()
    person = NounPhrase(actor.words, actor.key)
    return (
        Has(fact.span, replace(thing, plural=False), person, single=True),
        replace(fact, object=replace(thing, own=True), condition=""),
    )


def _entry(noun: NounPhrase) -> str:
    """What one entry of a list that somebody keeps is called; nothing where the noun names no such list."""
    lists = lexicon().collections
    return lists.get(noun.key) or lists.get(noun.raw, "")


def _item(noun: NounPhrase, item: str) -> NounPhrase:
    return NounPhrase(tuple(item.split()), item, True, own=noun.own)


def _drafts(facts: Told) -> Told:
    """ "Drafts are visible to their author": drafts of what authors write, which is published one day."""
    written = next((noun for _, fact in facts if (noun := _written(fact)) is not None), None)
    if written is None or any(isinstance(fact, Has) and fact.subject.key == _DRAFT for _, fact in facts):
        return facts
    found: list[tuple[str, Fact]] = []
    for origin, fact in facts:
        if isinstance(fact, Can) and fact.object is not None and fact.object.key == _DRAFT and fact.verb.act == "read":
            drafts = replace(fact.object, words=written.words, raw=f"{_DRAFT} {written.key}")
            found.append((origin, States(fact.span, written, (_DRAFT, "published"), True)))
            found.append((origin, replace(fact, object=drafts)))
        else:
            found.append((origin, fact))
    return tuple(found)


def _written(fact: Fact) -> NounPhrase | None:
    """The kind of thing that authors write and everyone reads, where the fact names one."""
    match fact:
        case Mention(noun=noun) | Can(object=NounPhrase() as noun) | Has(subject=noun):
            kind = lexicon().kinds.get(noun.key)
            return noun if kind is not None and kind.author == "author" and kind.public and not kind.about else None
        case _:
            return None


def _made(fact: Can, thing: NounPhrase, facts: Sequence[Fact]) -> Can | None:
    """To request a vacation is to create a vacation request, where the brief speaks of such."""
    words = (*thing.words, *fact.verb.noun.split())
    if fact.verb.act != "reify" or not any(_speaks(other, " ".join(words)) for other in facts):
        return None
    noun = replace(thing, words=words, raw=" ".join(words), plural=True)
    return replace(fact, verb=lexicon().verbs["create"], object=noun)


def _meant(
    fact: Can, thing: NounPhrase, facts: Sequence[Fact], states: dict[str, tuple[str, ...]], described: set[str]
) -> Verb:
    known = lexicon()
    verb = fact.verb
    named = states.get(thing.key, ())
    state = next((name for name in (participle(verb.base).replace(" ", "_"), verb.base) if name in named[1:]), "")
    spoken = verb.act == "reify" and any(_speaks(other, verb.noun) for other in facts)
    if (
        state
        and not spoken
        and verb.act in ("create", "update", "manage", "unknown", "reify")
        and verb.base != "create"
    ):
        return replace(verb, act="transition", state=state, first=named[0])
    if verb.base in ("buy", "purchase") and _admits(fact, described, facts):
        return replace(verb, act="create", noun="")
    if verb.base == "register" and not known.role(thing.key) and thing.key not in known.signed_in:
        return replace(verb, act="create")
    if verb.base == "apply" and thing.key in described and any(where == "to" for where, _ in fact.related):
        return replace(verb, act="unknown", noun="")
    if verb.base == "sign up for" and (thing.key in known.identity or thing.key == "account"):
        return known.verbs["sign up"]
    if verb.base == "withdraw" and thing.key in _MONEY:
        return known.verbs["withdraw money"]
    if verb.base == "save" and any(_made_by_others(other, fact) for other in facts):
        return known.verbs["bookmark"]
    if verb.base == "take" and any(_made_by_others(other, fact) for other in facts):
        return known.verbs["attempt"]
    if verb.base == "set" and (thing.key in described or (thing.key in known.kinds and not is_attribute(thing))):
        return replace(verb, act="create")
    actor = known.role(fact.actor.key) if fact.actor is not None else ""
    if verb.base == "review" and actor in _STAFF and thing.key != "review":
        return known.verbs["read"]
    return verb


def _admits(fact: Can, described: set[str], facts: Sequence[Fact]) -> bool:
    """Whether what is bought lets one in to something else that is kept: "tickets for events"."""
    made = {
        other.object.key for other in facts if isinstance(other, Can) and other.verb.act == "create" and other.object
    }
    whole = next((noun.key for preposition, noun in fact.related if preposition in ("for", "to")), "")
    return whole in made or whole in described


def _speaks(fact: Fact, noun: str) -> bool:
    """Whether the brief speaks of what the verb makes: where there are reservations, to reserve makes one."""
    if isinstance(fact, Can):
        return fact.object is not None and fact.object.key == noun
    return isinstance(fact, Has) and noun in (fact.subject.key, fact.item.key)


def _made_by_others(other: Fact, fact: Can) -> bool:
    return (
        isinstance(other, Can)
        and other.object is not None
        and fact.object is not None
        and other.object.key == fact.object.key
        and other.verb.base != "save"
        and other.verb.act in _MAKING
        and other.actor is not None
        and (fact.actor is None or other.actor.key != fact.actor.key)
    )
