"""Who "they" are, what "it" is, and for whom "nobody else" leaves something."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from backwright.sources.brief.clauses import ELSE
from backwright.sources.brief.facts import Can, Fact, Has, Mention, NounPhrase, States, Topic

__all__ = ["Antecedents"]

_THINGS = frozenset("it they them those these one ones itself themselves other others each such".split())
_PEOPLE = frozenset("they he she who them himself herself themselves".split())
_SELF = frozenset("themselves themselve himself herself him oneself".split())


class Antecedents:
    """The person and the thing spoken of last, from statement to statement."""

    def __init__(self) -> None:
        self._actor: NounPhrase | None = None
        self._thing: NounPhrase | None = None

    def under(self, noun: NounPhrase | None) -> None:
        """What a heading names is spoken of below it."""
        self._thing = noun or self._thing

    def resolved(self, facts: Iterable[Fact]) -> tuple[Fact, ...]:
        """The facts with their pronouns put out; what points at nothing is left out."""
        found: list[Fact] = []
        for fact in facts:
            match fact:
                case Can():
                    found += self._act(fact)
                case States():
                    subject = self._thing if fact.subject is None or _is(fact.subject, _THINGS) else fact.subject
                    found.append(replace(fact, subject=subject))
                    self._thing = subject or self._thing
                case Has():
                    subject = self._thing if _is(fact.subject, _THINGS) else fact.subject
                    found += [replace(fact, subject=subject)] if subject is not None else []
                    self._thing = subject or self._thing
                case Mention() | Topic():
                    self._thing = fact.noun
                    found.append(fact)
                case _:
                    found.append(fact)
        return tuple(found)

    def _act(self, fact: Can) -> list[Fact]:
        actor = fact.actor
        if actor == ELSE or (actor is not None and _is(actor, _PEOPLE)):
            actor = self._actor or (None if actor == ELSE else actor)
            fact = replace(
                fact, actor=actor, negated=fact.negated or actor is None, only=fact.only and actor is not None
            )
        elif actor is not None and not actor.own and actor.of is None:
            self._actor = actor
        related = tuple(item for item in fact.related if item[1].head not in (_THINGS | _SELF))
        thing = fact.object
        if thing is None or not _is(thing, _THINGS | _SELF):
            self._thing = thing or self._thing
            return [replace(fact, related=related)]
        spoken = actor.of if actor is not None and actor.of is not None and not _is(thing, _SELF) else self._thing
        if spoken is None or _is(thing, _SELF):
            return []
        said = replace(spoken, own=thing.own, every=thing.every)
        return [replace(fact, object=said, related=related)]


def _is(noun: NounPhrase, pronouns: frozenset[str]) -> bool:
    return len(noun.words) == 1 and noun.head in pronouns
