"""The closed word lists, ready for look-up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from backwright.packs import load, section, words
from backwright.sources.brief.inflection import plural, singular, verb_forms

__all__ = ["Kind", "Lexicon", "Verb", "lexicon"]


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb in one of its forms. `act` is its class, `state` where it leads, `noun` what a reifying verb makes."""

    base: str
    act: str
    form: str
    state: str = ""
    first: str = ""
    against: str = ""
    noun: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a thing of a well-known name has at least."""

    fields: tuple[tuple[str, str], ...]
    checks: tuple[str, ...]
    first: str
    verbs: tuple[str, ...]
    between: str
    moves: str
    locked: str
    public: bool
    author: str
    mine: bool
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Every list by what is looked up in it."""

    verbs: dict[str, Verb]
    attributes: dict[str, str]
    roles: dict[str, str]
    anyone: frozenset[str]
    signed_in: frozenset[str]
    technical: frozenset[str]
    software: frozenset[str]
    identity: frozenset[str]
    containers: frozenset[str]
    qualifiers: frozenset[str]
    acts: dict[str, str]
    persons: frozenset[str]
    credentials: frozenset[str]
    states: frozenset[str]
    values: frozenset[str]
    goods: frozenset[str]
    unique: frozenset[str]
    personal: frozenset[str]
    kinds: dict[str, Kind]
    domains: dict[str, tuple[str, ...]]
    progress: dict[str, int]
    ends: frozenset[str]
    leaves_early: frozenset[str]
    spelled_right: frozenset[str]
    either: dict[str, str]
    organizations: frozenset[str]
    trusted: frozenset[str]
    collections: dict[str, str]

    def role(self, phrase: str) -> str:
        """The rank of a person (`client`, `provider`, `inner`, `staff`, `admin`), or nothing."""
        if " of " in phrase and phrase not in self.roles:
            return ""
        return self.roles.get(phrase) or self.roles.get(phrase.rpartition(" ")[2], "")


@cache
def lexicon() -> Lexicon:
    """The lists, loaded once."""
    nouns, verbs, kinds = load("nouns"), load("verbs"), load("kinds")
    attributes = {phrase: kind for kind, phrases in section(nouns["attributes"]).items() for phrase in words(phrases)}
    roles = {name: rank for rank, names in section(nouns["roles"]).items() for name in words(names)}
    acts = {name: act for act, names in section(nouns["acts"]).items() for name in words(names)}
    return Lexicon(
        verbs=_verbs(verbs),
        attributes=attributes,
        roles=roles,
        anyone=frozenset(words(nouns["anyone"])),
        signed_in=frozenset(words(nouns["signed_in"])),
        technical=frozenset(words(nouns["technical"])),
        software=frozenset(words(nouns["software"])),
        identity=frozenset(words(nouns["identity"])),
        containers=frozenset(words(nouns["containers"])),
        qualifiers=frozenset(words(nouns["qualifiers"])),
        acts=acts,
        persons=frozenset(words(nouns["person"])),
        credentials=frozenset(words(nouns["credential"])),
        states=frozenset(words(nouns["state"])),
        values=frozenset(words(nouns["values"])),
        goods=frozenset(words(nouns["goods"])),
        unique=frozenset(words(nouns["unique"])),
        personal=frozenset(words(nouns["personal"])),
        kinds={name: _kind(section(kind)) for name, kind in section(kinds["kinds"]).items()},
        domains={name: words(parts) for name, parts in section(kinds["domains"]).items()},
        progress={name: rank for rank, name in enumerate(words(verbs["progress"]))},
        ends=frozenset(words(verbs["ends"])),
        leaves_early=frozenset(words(verbs["leaves_early"])),
        spelled_right=frozenset(words(nouns["spelled_right"])),
        either={name: kind for kind, names in section(nouns["either"]).items() for name in words(names)},
        organizations=frozenset(words(nouns["organizations"])),
        trusted=frozenset(words(verbs["trusted"])),
        collections={name: item for item, names in section(nouns["collections"]).items() for name in words(names)},
    )


def _verbs(data: object) -> dict[str, Verb]:
    loaded = load("verbs") if data is not None else {}
    found: dict[str, Verb] = {}
    transitions = section(loaded["transitions"])
    reifying = section(loaded["reifying"])
    classes = section(loaded["classes"])
    bases: dict[str, tuple[str, str, str, str, str]] = {}
    for act, names in classes.items():
        for name in words(names):
            bases.setdefault(name, (act, "", "", "", ""))
    for name, noun in reifying.items():
        bases[name] = ("reify", "", "", "", str(noun))
    for name, entry in transitions.items():
        move = section(entry)
        bases[name] = ("transition", str(move["state"]), str(move["first"]), str(move.get("against", "")), "")
    for base, (act, state, first, against, noun) in bases.items():
        for form, name in zip(("base", "third", "past", "participle", "gerund"), verb_forms(base), strict=True):
            found.setdefault(name, Verb(base, act, form, state, first, against, noun))
    for base, (act, state, first, against, noun) in bases.items():
        found[base] = Verb(base, act, "base", state, first, against, noun)
        participle = verb_forms(base)[3]
        if participle != base and participle not in bases:
            found[participle] = Verb(base, act, "participle", state, first, against, noun)
    return found


def _kind(data: object) -> Kind:
    entry = data if isinstance(data, dict) else {}
    states = section(entry.get("states"))
    author = str(entry.get("author", ""))
    return Kind(
        fields=tuple((name, str(notation)) for name, notation in section(entry.get("fields")).items()),
        checks=words(entry.get("checks")),
        first=str(states.get("first", entry.get("first", ""))),
        verbs=words(states.get("verbs")),
        between=str(entry.get("between", "")),
        moves=str(entry.get("moves", "")),
        locked=str(entry.get("locked", "")),
        public=entry.get("audience") == "all",
        author="author" if author == "true" else author,
        mine=entry.get("mine") == "true",
        about=words(entry.get("about")),
    )


@cache
def vocabulary() -> dict[str, tuple[str, ...]]:
    """For every word with one letter left out, the words it may have been; under the empty word, all of them."""
    known = lexicon()
    targets: dict[str, None] = {}
    for name, verb in known.verbs.items():
        if " " not in name and len(name) >= 6 and verb.act != "quality":
            targets[name] = None
    for phrase in (*known.roles, *known.kinds, *known.identity, *_triggers()):
        for word in phrase.split():
            if len(word) >= 5:
                targets[word] = None
                targets[plural(singular(word))] = None
    found: dict[str, list[str]] = {}
    for word in targets:
        for key in {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}:
            found.setdefault(key, []).append(word)
    several = [name for name in known.verbs if " " in name]
    groups = (several, known.kinds, known.roles, known.attributes)
    short = (word for group in groups for phrase in group for word in phrase.split())
    found[""] = [*targets, *(form for word in dict.fromkeys(short) for form in (word, plural(singular(word))))]
    return {key: tuple(sorted(set(names))) for key, names in found.items()}


def _triggers() -> tuple[str, ...]:
    return tuple(
        phrase
        for name in words(load("domains")["packs"])
        for key in ("called", "named", "nominal")
        for phrase in words(load(f"domains/{name}").get(key))
    )
