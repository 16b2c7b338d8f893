"""English plurals of entity names; an author may override them with `plural`."""

from __future__ import annotations

import re
from types import MappingProxyType

__all__ = ["plural"]

_IRREGULAR = MappingProxyType(
    {
        "person": "people",
        "child": "children",
        "man": "men",
        "woman": "women",
        "mouse": "mice",
        "goose": "geese",
        "foot": "feet",
        "tooth": "teeth",
        "ox": "oxen",
        "quiz": "quizzes",
        "criterion": "criteria",
        "phenomenon": "phenomena",
        "datum": "data",
        "medium": "media",
        "curriculum": "curricula",
        "index": "indexes",
        "leaf": "leaves",
        "half": "halves",
        "shelf": "shelves",
        "wolf": "wolves",
        "loaf": "loaves",
        "thief": "thieves",
        "wife": "wives",
        "knife": "knives",
        "life": "lives",
        "calf": "calves",
        "self": "selves",
        "elf": "elves",
        "hero": "heroes",
        "potato": "potatoes",
        "tomato": "tomatoes",
        "echo": "echoes",
        "veto": "vetoes",
        "cargo": "cargoes",
        "torpedo": "torpedoes",
    }
)
_SAME = frozenset(
    (
        *("series", "species", "sheep", "fish", "deer", "aircraft", "spacecraft", "equipment", "information", "news"),
        *("feedback", "software", "hardware", "staff", "media", "metadata", "data", "merchandise", "luggage"),
    )
)
_LAST_WORD = re.compile(r"(?P<head>.*?)(?P<word>[A-Z]?[a-z0-9]+|[A-Z]+[0-9]*)\Z")


def plural(name: str) -> str:
    """`Category` to `categories`, `LineItem` to `lineItems`."""
    lowered = re.sub(r"\A[A-Z]+(?![a-z])|\A[A-Z]", lambda found: found[0].lower(), name)
    match = _LAST_WORD.match(lowered)
    if match is None:
        return f"{lowered}s"
    word = match["word"]
    inflected = _inflect(word.lower())
    if word[:1].isupper():
        inflected = inflected[:1].upper() + inflected[1:]
    return match["head"] + inflected


def _inflect(word: str) -> str:
    if word in _SAME:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if re.search(r"(?:[^aeiou]|qu)y\Z", word):
        return f"{word[:-1]}ies"
    if re.search(r"(?:analys|cris|thes|bas|ax|diagnos|oas)is\Z", word):
        return f"{word[:-2]}es"
    if re.search(r"(?:s|x|z|ch|sh)\Z", word):
        return f"{word}es"
    return f"{word}s"
