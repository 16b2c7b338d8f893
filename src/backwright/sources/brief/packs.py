"""Domain packs: fragments of blueprints, bound to the brief's own nouns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from backwright.packs import Data, load, section, words
from backwright.sources.brief.inflection import plural

__all__ = ["PACKS", "Binding", "Pack", "pack", "renamed", "trigger_phrases"]

PACKS = ("identity", "catalog", "orders")
_IDENTIFIER = re.compile(r"[A-Za-z]+")
_HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as its file has it."""

    name: str
    triggers: frozenset[str]
    nominal: frozenset[str]
    needs: str
    binds: Mapping[str, tuple[str, ...]]
    optional: Mapping[str, tuple[str, ...]]
    entities: Mapping[str, Data]
    operations: Mapping[str, Data]


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
        triggers=frozenset(words(data.get("triggers"))),
        nominal=frozenset(words(data.get("nominal"))),
        needs=str(data.get("needs", "")),
        binds={entity: words(nouns) for entity, nouns in section(data.get("bind")).items()},
        optional={path: words(nouns) for path, nouns in section(data.get("optional")).items()},
        entities=section(fragment.get("entities")),
        operations=section(fragment.get("operations")),
    )


@cache
def trigger_phrases() -> frozenset[str]:
    """Every phrase that calls for a pack."""
    return frozenset(phrase for name in PACKS for phrase in (*pack(name).triggers, *pack(name).nominal))


def renamed(data: Data, binding: Binding) -> Data:
    """A fragment in the brief's own nouns."""
    if not binding.nouns:
        return data
    if isinstance(data, dict):
        return {_text(key, binding): renamed(value, binding) for key, value in data.items()}
    if isinstance(data, list):
        return [renamed(item, binding) for item in data]
    return _text(data, binding)


def _text(text: str, binding: Binding) -> str:
    kebab = text.startswith(("GET ", "POST ", "PUT ", "PATCH ", "DELETE "))
    return _IDENTIFIER.sub(
        lambda match: "".join(_hump(hump, binding, at == 0, kebab) for at, hump in enumerate(_HUMP.findall(match[0]))),
        text,
    )


def _hump(hump: str, binding: Binding, first: bool, kebab: bool) -> str:
    """One part of a camel-case name: `Order` in `placeOrder`."""
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
