"""The type that an attribute's words tell: "a start date" is a date, "number of seats" a whole number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from backwright.sources.brief.constraints import bound
from backwright.sources.brief.facts import NounPhrase
from backwright.sources.brief.inflection import singular
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.naming import camel
from backwright.sources.brief.states import state_names

__all__ = ["Attribute", "attribute", "is_attribute", "narrowed"]

_TYPES = (
    (r"\b(?:integer|int|whole number|count|number)\b", "int"),
    (r"\b(?:decimal|float|double|numeric)\b", "decimal(12, 3)"),
    (r"\b(?:money|currency|usd|eur|euros?|dollars?|cents)\b", "money >= 0"),
    (r"\b(?:boolean|bool|true|false|yes)\b", "bool default false"),
    (r"\b(?:datetime|timestamp|date and time)\b", "datetime"),
    (r"\bdate\b", "date"),
    (r"\b(?:uuid|guid)\b", "uuid"),
    (r"\b(?:json|object|map)\b", "json"),
    (r"\b(?:text|long text|markdown|html|multiline)\b", "text"),
    (r"\b(?:url|uri)\b", "url"),
    (r"\bemail\b", "email"),
    (r"\b(?:string|varchar|char)\b", "string(1..200)"),
)
_MEASURES = frozenset(["total", "average", "current", "original"])
_CHARACTERS = re.compile(r"^\((\d*)\.\.(\d*)\)$")
_PLAIN = re.compile(
    r"\b(?:required|optional|mandatory|unique|in|per|cents|usd|eur|kg|cm|grams?|minutes?|hours?|days?"
    r"|percent|max|min|char|characters|foreign|primary|key|fk|pk|e\.g|eg|default|auto|generated|nullable"
    r"|if|any|at|least|most|up|to|positive|between|and|from)\b"
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field that the words tell; `sure` unless the type is only the usual one."""

    name: str
    notation: str
    sure: bool
    person: bool = False
    state: bool = False
    values: tuple[str, ...] = ()


def is_attribute(noun: NounPhrase) -> bool:
    """Whether the words are on a list of attributes."""
    known = lexicon()
    return (
        noun.key in known.attributes
        or noun.raw in known.attributes
        or noun.head in known.attributes
        or noun.head in known.states
        or noun.head in known.persons
        or noun.key in known.credentials
        or noun.words[0] in ("number", "is")
        or "number of" in noun.key
    )


def attribute(noun: NounPhrase) -> Attribute:
    """The field for an attribute's words."""
    known = lexicon()
    whole = (
        noun.raw in known.attributes
        or noun.words[0] == "number"
        or "number of" in noun.raw
        or noun.raw.split()[0] in _MEASURES
    )
    phrase = noun.raw if whole else noun.key
    name = camel([word for word in phrase.split() if word not in ("the", "a")])
    if noun.key in known.persons or (noun.head in known.persons and noun.key not in known.attributes):
        return Attribute("ownedBy" if noun.key == "owner" else name, "User optional", True, person=True)
    values = _values(noun.note)
    if noun.head in known.states:
        return Attribute(name, "string(1..40)", bool(values), state=True, values=values)
    notation, sure = _notation(noun, phrase)
    if not sure and noun.note and bound(noun.note)[:1] in ("<", ">"):
        notation, sure = "int", True
    if len(values) > 1:
        notation, sure = f"enum({', '.join(values)}) default {values[0]}", True
    notation = narrowed(notation, bound(noun.note)) if noun.note else notation
    if noun.unique or phrase in known.unique or noun.head in known.unique:
        notation = _with(notation, "unique")
    if noun.optional or "optional" in noun.note or "nullable" in noun.note:
        notation = _with(notation, "optional")
    if name in known.personal or phrase in known.personal or noun.head in known.personal:
        notation = _with(notation, "personal")
    return Attribute(name, notation, sure)


def _values(note: str) -> tuple[str, ...]:
    if (
        not note
        or ("," not in note and " or " not in note and "/" not in note and "|" not in note)
        or re.search(r"\d", note)
    ):
        return ()
    parts = re.split(r"\s*[,/|]\s*|\s+or\s+|\s+and\s+", note)
    if any(_noting(part) or any(re.search(pattern, part) for pattern, _ in _TYPES) for part in parts):
        return ()
    return state_names(parts)


def _noting(part: str) -> bool:
    """Whether a word in parentheses is a remark, not a value."""
    return all(_PLAIN.fullmatch(word) for word in part.split()) or part.split(maxsplit=1)[0] in (
        "max",
        "min",
        "at",
        "up",
        "default",
        "per",
        "e.g",
        "eg",
        "between",
        "from",
        "in",
    )


def _notation(noun: NounPhrase, phrase: str) -> tuple[str, bool]:
    known = lexicon()
    if noun.note:
        for pattern, notation in _TYPES:
            if re.search(pattern, noun.note):
                return _better(notation, known.attributes.get(phrase, "")), True
    if phrase in known.attributes:
        return known.attributes[phrase], True
    words = phrase.split()
    if words[0] == "number" or "number of" in phrase or words[-1] in ("count", "total"):
        return "int >= 0", True
    if words[0] == "is" or words[0] == "has":
        return "bool default false", True
    for start in range(1, len(words)):
        suffix = " ".join(words[start:])
        if suffix in known.attributes:
            return known.attributes[suffix], True
    if singular(words[-1]) in known.attributes:
        return known.attributes[singular(words[-1])], True
    if words[-1] in ("at", "on"):
        return ("datetime" if words[-1] == "at" else "date"), True
    return "string(1..200)", False


def _better(noted: str, listed: str) -> str:
    """The listed type where it is only narrower than the noted one."""
    return (
        listed
        if listed
        and listed.split("(", maxsplit=1)[0].split(" ", maxsplit=1)[0]
        == noted.split("(", maxsplit=1)[0].split(" ", maxsplit=1)[0]
        else noted
    )


def _with(notation: str, flag: str) -> str:
    if flag in notation.split():
        return notation
    if flag in ("optional", "unique"):
        notation = re.sub(r" default \S+", "", notation)
    return f"{notation} {flag}"


def narrowed(notation: str, limit: str) -> str:
    """A notation with one more bound; what does not fit its type stays out."""
    kind = notation.split("(", maxsplit=1)[0].split(" ", maxsplit=1)[0]
    if not limit or limit == "required":
        return " ".join(word for word in notation.split(" ") if word != "optional") if limit else notation
    if limit in ("unique", "optional", "immutable"):
        return _with(notation, limit) if kind not in ("json",) or limit == "optional" else notation
    characters = _CHARACTERS.match(limit)
    if characters is not None:
        if kind not in ("string", "text"):
            return notation
        low, high = characters[1] or "1", characters[2] or ("10000" if kind == "text" else "200")
        if int(low) > int(high) or int(high) > 10000:
            return notation
        rest = re.sub(r"^\w+(\(\d+\.\.\d+\))?", "", notation)
        return f"{kind}({max(1, int(low)) if 'optional' not in rest else low}..{high}){rest}"
    edges = [float(edge) for edge in re.findall(r"-?[\d.]+", limit)]
    if (
        kind not in ("int", "bigint", "money", "decimal")
        or edges != sorted(edges)
        or any(abs(edge) > 1e12 for edge in edges)
    ):
        return notation
    bare = re.sub(r"(?<=int)\(-?\d+\.\.-?\d+\)", "", notation)
    bare = re.sub(r" (?:>=|<=|>|<) -?[\d.]+", "", bare)
    head, default, tail = bare.partition(" default ")
    if default and not _fits(tail.split(" ")[0], limit):
        return f"{head} {limit}" + "".join(f" {word}" for word in tail.split(" ")[1:])
    if kind in ("int", "bigint") and "." in limit:
        return notation
    words = head.split(" ")
    at = 2 if words[0].startswith("decimal(") else 1
    return " ".join([*words[:at], limit, *words[at:]]) + (f" default {tail}" if default else "")


def _fits(value: str, limit: str) -> bool:
    for sign, number in re.findall(r"(>=|<=|>|<) (-?[\d.]+)", limit):
        given, edge = float(value), float(number)
        if not {">=": given >= edge, "<=": given <= edge, ">": given > edge, "<": given < edge}[sign]:
            return False
    return True
