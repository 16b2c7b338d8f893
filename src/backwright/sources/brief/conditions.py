"""On which condition something may be done: while a row is in a state that the brief names."""

from __future__ import annotations

import re

from backwright.sources.brief.draft import EntityDraft
from backwright.sources.brief.facts import NounPhrase
from backwright.sources.brief.inflection import singular
from backwright.sources.brief.lexicon import lexicon

__all__ = ["narrowing", "signed_in", "state_term", "states_meant", "telling"]

_RESTRICTING = frozenset(
    "public private active pending completed registered available overdue unread valid invalid free "
    "confidential secret internal".split()
)
_ENDING = ("ed", "en")
_SIGNED_IN = re.compile(r"\b(?:logged in|signed in|authenticated|registered|sign in|log in|have an account)\b")
_ENUM = re.compile(r"^enum\(([^)]*)\)")


def narrowing(noun: NounPhrase | None, thing: EntityDraft | None) -> str:
    """The words before a thing that make it a particular one: "sealed documents", "published jobs"."""
    if noun is None or thing is None:
        return ""
    known = lexicon()
    words = noun.raw.split()
    if singular(words[-1]) != thing.phrase.rpartition(" ")[2]:
        return ""
    return " ".join(
        word
        for word in words[:-1]
        if singular(word) not in thing.phrase.split()
        and (word in _RESTRICTING or word not in known.qualifiers)
        and not known.role(singular(word))
        and singular(word) not in known.kinds
        and word not in known.technical
    )


def telling(quality: str) -> bool:
    """Whether the words are such as tell rows apart that may be seen from others: "public", "approved"."""
    return any(word in _RESTRICTING or word.endswith(_ENDING) for word in quality.split())


def signed_in(condition: str) -> bool:
    """Whether the condition only says that one has an account."""
    return bool(_SIGNED_IN.search(condition))


def states_meant(entity: EntityDraft, condition: str) -> tuple[str, tuple[str, ...]]:
    """The field and those of its values that a condition names; nothing where it names none."""
    choices: list[tuple[str, list[str]]] = []
    if entity.lifecycle is not None:
        choices.append((entity.lifecycle.field, entity.lifecycle.states))
    for name, member in entity.fields.items():
        if listed := _ENUM.match(member.notation):
            choices.append((name, [value.strip() for value in listed[1].split(",")]))
    text = f" {condition.replace('-', ' ')} "
    before, unless = re.search(r"\b(?:before|until)\b", text), re.search(r"\b(?:not|un(?=[a-z]+ed\b)|unless)", text)
    for name, values in choices:
        named = [value for value in values if _names(text, value)]
        if not named:
            continue
        if before and entity.lifecycle is not None and name == entity.lifecycle.field:
            return name, tuple(values[: values.index(named[0])])
        if unless:
            return name, tuple(value for value in values if value not in named)
        return name, tuple(named)
    return "", ()


def _names(text: str, value: str) -> bool:
    shown = value.replace("_", " ")
    verb = lexicon().verbs.get(shown)
    said = [shown, f"un{shown}"]
    if verb is not None:
        said += [name for name, other in lexicon().verbs.items() if other.base == verb.base and other.form == "gerund"]
    return any(re.search(rf"\b{re.escape(word)}s?\b", text) for word in said)


def state_term(field: str, values: tuple[str, ...]) -> str:
    """The condition in the language of rules."""
    if len(values) == 1:
        return f"{field} == '{values[0]}'"
    return f"{field} in [" + ", ".join(f"'{value}'" for value in values) + "]"
