"""Which words of a statement ended in an element, and which were lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from backwright.sources.brief.draft import Draft, EntityDraft, Grant
from backwright.sources.brief.facts import Can, Fact, Limit, Topic, Without
from backwright.sources.brief.inflection import singular
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.naming import title
from backwright.sources.brief.segmentation import Segment
from backwright.sources.brief.thresholds import amount_term
from backwright.sources.brief.tokens import FUNCTION_WORDS, clean, tokenize

__all__ = ["Coverage"]

_PURPOSE = re.compile(r",?\s(?:so that|so i|so we|in order to)\s.*$", re.IGNORECASE | re.DOTALL)
# What every route has: a method, a version, the place of a key.
_ROUTE_ONLY = re.compile(r"^\W*[A-Z]+(?= /)|/v\d+(?=/)|[:{]\w*[iI]d\b\}?")
_NUMBERS = frozenset("two three four five six seven eight nine ten twice once".split())
_RESTRICTING = frozenset("only nobody cannot can't never except unless without not".split())
_TELLING = frozenset("public private pending registered overdue active completed available internal".split())
_SMALL = frozenset(
    "functionality way time thing etc able order order_ kind type field fields attribute property properties string "
    "integer decimal boolean datetime date text number list nullable unique required optional mandatory following "
    "whole way reference possible please handle maximum minimum max min characters long between feature features "
    "story role roles person people user users account accounts given scenario background one own who whom that "
    "so order via with using well mark marks marked".split()
)
_BUILDING = frozenset("build create make design develop implement provide need want write".split())
_RESTRAINED = (
    *_RESTRICTING,
    "alone",
    "visible",
    "else",
    "other",
    "confidential",
    "secret",
    "hidden",
    "accessible",
    "restricted",
    "limited",
    "reserved",
    "private",
    "everyone",
    "forbidden",
    "ones",
    "anyone",
    "author",
    "owner",
    "creator",
    "everybody",
    "anybody",
)
_REFUSING = ("not", "never", "cannot", "without", "only", "unless")
_BOUNDED = "positive negative characters below zero exceed greater less least most unique required".split()
_ORDERING = ("order", "buy", "purchase", "checkout", "place")
_ACTIONS = frozenset(["read", "create", "update", "delete"])
_PLAIN_ACTS = frozenset(["create", "read", "query", "update", "delete", "manage", "assign", "link", "unknown"])


class Coverage:
    """The words of every statement against the elements that rest on it."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._restricting: dict[str, None] = {}
        self._amounts: dict[str, list[str]] = {}
        self._overruled: dict[str, dict[str, None]] = {}
        self._words: dict[str, tuple[str, ...]] = {}
        for entity in draft.entities.values():
            for grant in _grants(entity):
                if _restricts(grant):
                    self._restricting[grant.origin] = None
                if any(amount_term(entity, grant.condition)):
                    self._amounts.setdefault(grant.origin, []).extend(grant.condition.split())
                if said := _overruled(entity, grant):
                    self._overruled.setdefault(grant.origin, {})[said] = None

    def lost(
        self, identifier: str, item: Segment, facts: tuple[Fact, ...], elements: tuple[str, ...]
    ) -> tuple[str, ...]:
        """The words that no element rests on, in their order."""
        if facts and all(isinstance(fact, Without) for fact in facts):
            return ()
        told = (word for path in elements for word in self._of(path))
        spoken = (
            *_spoken(facts),
            *self._amounts.get(identifier, ()),
            *(_RESTRAINED if identifier in self._restricting else ()),
        )
        covered = {form for word in (*told, *spoken) for form in (word, singular(word))}
        restricting = identifier in self._restricting
        allowing = restricting or any(".allow." in path or path.startswith("operations.") for path in elements)
        found: dict[str, None] = {}
        text = _ROUTE_ONLY.sub(" ", item.text) if item.form == "route" else item.text
        for token in tokenize(_PURPOSE.sub("", clean(text)[:2000])):
            word = token.word
            if _content(word) and not _near(word, covered) and not _acted(word, elements, allowing):
                found[token.written] = None
        return (*found, *self._overruled.get(identifier, {}))

    def _of(self, path: str) -> tuple[str, ...]:
        if path not in self._words:
            self._words[path] = tuple(self._named(path))
        return self._words[path]

    def _named(self, path: str) -> Iterator[str]:
        """The words of an element, and of what it holds."""
        parts = path.split(".")
        yield from (word for part in parts for word in re.findall(r"[a-z0-9]+", title(part)))
        entity = self._draft.entities.get(parts[1]) if parts[0] == "entities" else None
        if entity is not None:
            yield from _held(entity, parts[2:])
        elif parts[0] == "operations":
            yield from re.findall(r"[a-z]+", title(str(self._draft.operations[parts[1]][0])))
            yield from _ORDERING


def _content(word: str) -> bool:
    known = lexicon()
    if word in _NUMBERS or word in _RESTRICTING or word in _TELLING:
        return True
    if not word[:1].isalnum() or word in FUNCTION_WORDS or word in _SMALL or word in _BUILDING:
        return False
    return not any(word in group for group in (known.technical, known.software, known.qualifiers, known.containers))


def _spoken(facts: tuple[Fact, ...]) -> Iterator[str]:
    """The words of what is no element: what the whole is about, what it leaves out, which bounds hold."""
    for fact in facts:
        match fact:
            case Topic():
                yield from fact.noun.raw.split()
            case Can() if " " in fact.verb.base:
                yield from fact.verb.base.split()
            case Without():
                yield from (*_REFUSING, *fact.noun.raw.split())
            case Limit():
                yield from (*_REFUSING, *_BOUNDED, *fact.subject.raw.split(), *re.findall(r"[a-z0-9]+", fact.notation))
            case _:
                pass


def _held(entity: EntityDraft, rest: list[str]) -> Iterator[str]:
    """What the entity's name stands for, and what its field, state or rule says."""
    yield from entity.phrase.split()
    texts: list[str] = []
    if rest[:1] == ["fields"] and rest[1] in entity.fields:
        texts.append(entity.fields[rest[1]].notation)
    if rest[:1] == ["allow"] and rest[1] in entity.allow:
        rule = entity.allow[rest[1]].notation
        texts.append("everyone everybody anyone anybody" if rule == "true" else rule)
    if rest[:1] == ["parts"] and rest[1] in entity.parts:
        texts.append(entity.parts[rest[1]].notation)
    if rest[:1] == ["lifecycle"] and entity.lifecycle is not None:
        texts += [
            *entity.lifecycle.states,
            entity.lifecycle.field,
            "status state stage phase goes go moves move passes changes through",
        ]
        move = entity.lifecycle.transitions.get(rest[-1])
        texts += [move.allow] if move is not None else []
    for text in texts:
        yield from re.findall(r"[a-z0-9]+", title(text).replace("_", " "))
    yield from _making(entity.phrase)


@cache
def _making(noun: str) -> tuple[str, ...]:
    """The verbs that make such a thing: to borrow makes a loan."""
    return tuple(base for base, verb in lexicon().verbs.items() if verb.act == "reify" and verb.noun == noun)


def _near(word: str, covered: set[str]) -> bool:
    """Whether the word is one of those, in whatever form: `approval` for `approve`."""
    base = singular(word)
    if word in covered or base in covered or any(part in covered for part in word.split("-") if len(part) > 2):
        return True
    verb = lexicon().verbs.get(word)
    if verb is not None and (verb.base in covered or verb.state in covered or verb.noun in covered):
        return True
    least = max(4, len(base) - 3)
    return len(base) > 4 and any(other[:least] == base[:least] and len(other) >= least for other in covered)


def _acted(word: str, elements: Iterable[str], allowing: bool) -> bool:
    """Whether the word is a verb whose doing is an element: who may create, read, update or delete."""
    verb = lexicon().verbs.get(word)
    if verb is None:
        return word in lexicon().acts and allowing
    if verb.act == "identity":
        return "identity" in elements
    if verb.act == "reify":
        return any(path.endswith(".allow.create") or path.startswith("operations.") for path in elements)
    return verb.act in _PLAIN_ACTS and (allowing or verb.act in ("read", "assign", "link", "manage", "create"))


def _grants(entity: EntityDraft) -> Iterator[Grant]:
    yield from entity.grants
    for move in entity.lifecycle.transitions.values() if entity.lifecycle is not None else ():
        yield from move.grants


def _restricts(grant: Grant) -> bool:
    return grant.only or grant.negated or grant.limited or bool(grant.condition)


def _overruled(entity: EntityDraft, grant: Grant) -> str:
    """What somebody may by one statement, and may not by another one; nothing where that holds."""
    if not grant.says or grant.only or grant.action not in _ACTIONS or entity.pack or entity.served:
        return ""
    rule = entity.allow.get(grant.action)
    told = "" if rule is None else rule.notation
    kept = told in ("true", "me != null") or f"'{grant.who}'" in told or " == me" in told
    if kept or grant.who in ("anyone", "signed in"):
        return ""
    return f"{grant.who.lstrip('=')} may not {grant.action}".replace("_", " ")
