"""Domain packs: fragments of blueprints, bound to the brief's own nouns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from backwright.packs import Data, load, section, words
from backwright.sources.brief.inflection import plural

__all__ = ["Binding", "Pack", "pack", "pack_names", "pack_subjects", "renamed", "trigger_phrases", "whole_phrases"]

_IDENTIFIER = re.compile(r"'(?P<quoted>\w+)'|[A-Za-z]+")
_HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as its file has it: what calls for it, what it stands for, which parts of it are extras."""

    name: str
    subject: str
    needs: str
    worth: str
    lists: Mapping[str, tuple[str, ...]]
    people: Mapping[str, str]
    compounds: Mapping[str, str]
    optional: Mapping[str, tuple[str, ...]]
    entities: Mapping[str, Data]
    operations: Mapping[str, Data]

    def list(self, key: str) -> tuple[str, ...]:
        """One of the pack's word lists."""
        return self.lists.get(key, ())


@dataclass(frozen=True, slots=True)
class Binding:
    """Which noun of the brief stands for which noun of a pack, both as words in small letters."""

    nouns: Mapping[str, tuple[str, ...]]


@cache
def pack(name: str) -> Pack:
    """A pack by its name."""
    data = load(f"domains/{name}")
    fragment = section(data["fragment"])
    return Pack(
        name=name,
        subject=str(data.get("subject", "")),
        needs=str(data.get("needs", "")),
        worth=str(data.get("worth", "")),
        lists={key: words(value) for key, value in data.items() if isinstance(value, list)},
        people={role: str(rank) for role, rank in section(data.get("people")).items()},
        compounds={word: str(noun) for word, noun in section(data.get("compounds")).items()},
        optional={path: words(nouns) for path, nouns in section(data.get("optional")).items()},
        entities=section(fragment.get("entities")),
        operations=section(fragment.get("operations")),
    )


@cache
def pack_names() -> tuple[str, ...]:
    """The packs, in the order in which they are put together."""
    return words(load("domains")["packs"])


@cache
def pack_subjects() -> frozenset[str]:
    """What the packs are about: a product, an order."""
    return frozenset(pack(name).subject for name in pack_names())


@cache
def whole_phrases() -> frozenset[str]:
    """Every phrase that names a whole application."""
    return frozenset(phrase for name in pack_names() for phrase in pack(name).list("nominal"))


@cache
def trigger_phrases() -> frozenset[str]:
    """Every phrase that calls for a pack."""
    return frozenset(
        phrase for name in pack_names() for key in ("called", "named", "nominal") for phrase in pack(name).list(key)
    )


def renamed(data: Data, binding: Binding) -> Data:
    """A fragment in the brief's own nouns: a copy, which may be changed."""
    if isinstance(data, dict):
        return {_text(key, binding): renamed(value, binding) for key, value in data.items()}
    if isinstance(data, list):
        return [renamed(item, binding) for item in data]
    return _text(data, binding)


def _text(text: str, binding: Binding) -> str:
    """One string of a fragment; what stands in quotes is a role or a value, with underscores between its words."""
    kebab = text.startswith(("GET ", "POST ", "PUT ", "PATCH ", "DELETE "))

    def identifier(match: re.Match[str]) -> str:
        if match["quoted"]:
            return "'" + "_".join(binding.nouns.get(match["quoted"], (match["quoted"],))) + "'"
        return "".join(_hump(hump, binding, kebab) for hump in _HUMP.findall(match[0]))

    return _IDENTIFIER.sub(identifier, text)


def _hump(hump: str, binding: Binding, kebab: bool) -> str:
    """One part of a camel-case name: `Task` in `closeTask`."""
    low = hump.lower()
    for noun, meant in binding.nouns.items():
        many = low == plural(noun) and low != noun
        if low != noun and not many:
            continue
        parts = (*meant[:-1], plural(meant[-1])) if many else meant
        if kebab:
            return "-".join(parts)
        joined = "".join(part.capitalize() for part in parts)
        return joined if hump[:1].isupper() else joined[:1].lower() + joined[1:]
    return hump
