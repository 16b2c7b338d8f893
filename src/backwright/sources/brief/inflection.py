"""English number and verb forms, as far as names need them."""

from __future__ import annotations

from functools import lru_cache

from backwright.packs import load, section

__all__ = ["participle", "plural", "singular", "third_person", "verb_forms"]

_VOWELS = "aeiou"
_SIBILANT = ("s", "x", "z", "ch", "sh")


@lru_cache(maxsize=8192)
def singular(word: str) -> str:
    """The singular of a lower-case noun; a singular stays."""
    irregular = section(load("inflection").get("plurals"))
    for one, many in irregular.items():
        if word == many:
            return one
        if word == one:
            return word
    if len(word) < 4 or word.endswith(("ss", "us", "is", "ics")) or not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    if word.endswith("uses") and not word.endswith(("ouses", "auses")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=8192)
def plural(word: str) -> str:
    """The plural of a lower-case singular noun."""
    irregular = section(load("inflection").get("plurals"))
    known = irregular.get(word)
    if isinstance(known, str):
        return known
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(_SIBILANT) else "s")


def third_person(verb: str) -> str:
    """`approve` to `approves`."""
    head, _, tail = verb.partition(" ")
    form = (
        head[:-1] + "ies"
        if head.endswith("y") and head[-2] not in _VOWELS
        else head + ("es" if head.endswith((*_SIBILANT, "o")) else "s")
    )
    return f"{form} {tail}".strip()


def _doubles(verb: str) -> bool:
    """Whether the last consonant doubles before -ed and -ing: one syllable (`ship`), or listed."""
    doubling = load("inflection").get("doubling", [])
    if verb in doubling:
        return True
    vowels = sum(letter in _VOWELS for letter in verb)
    return vowels == 1 and len(verb) > 2 and verb[-1] not in _VOWELS + "wxy" and verb[-2] in _VOWELS


@lru_cache(maxsize=2048)
def participle(verb: str) -> str:
    """`ship` to `shipped`."""
    head, _, tail = verb.partition(" ")
    irregular = section(load("inflection").get("participles")).get(head)
    if isinstance(irregular, str):
        form = irregular
    elif head.endswith("e"):
        form = head + "d"
    elif head.endswith("y") and head[-2] not in _VOWELS:
        form = head[:-1] + "ied"
    else:
        form = head + (head[-1] if _doubles(head) else "") + "ed"
    return f"{form} {tail}".strip()


def _gerund(verb: str) -> str:
    head, _, tail = verb.partition(" ")
    if head.endswith("e") and not head.endswith(("ee", "oe", "ye")):
        form = head[:-1] + "ing"
    else:
        form = head + (head[-1] if _doubles(head) else "") + "ing"
    return f"{form} {tail}".strip()


@lru_cache(maxsize=2048)
def verb_forms(verb: str) -> tuple[str, str, str, str, str]:
    """Base, third person, past, participle, gerund."""
    head, _, tail = verb.partition(" ")
    past = section(load("inflection").get("pasts")).get(head)
    past_form = f"{past} {tail}".strip() if isinstance(past, str) else participle(verb)
    return verb, third_person(verb), past_form, participle(verb), _gerund(verb)
