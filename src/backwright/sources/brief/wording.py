"""Turns of phrase put into the words that the productions know: "has no access to" is "cannot access"."""

from __future__ import annotations

import re
from functools import lru_cache

from backwright.sources.brief.lexicon import lexicon

__all__ = ["plain"]

_MADE = r"(?:created|posted|wrote|made|uploaded|submitted|owns?|published|opened|filed|added|started|sent|booked)"
_ALLOWED = r"(?:allowed|permitted|able|authori[sz]ed|entitled)"
_TURNS: tuple[tuple[str, str], ...] = (
    (r"\bno - one\b|\bno one\b|\bno-one\b|\bno user\b|\bno other (?:user|person|role)s?\b|\bnone else\b", "nobody"),
    (r"\bnobody (?:but|other than|apart from|besides|except for|save)\b", "nobody except"),
    (r"^neither (.+?) nor (.+?) (?:can|may|must|should|shall|are allowed to|is allowed to)\b", r"\1 and \2 cannot"),
    (
        r"\b(\w+s) (assigned|shared|given|sent|addressed|allocated|entrusted) (to|with) (them|him|her|themselves|it)\b",
        r"\1 that are \2 \3 \4",
    ),
    (r"\b([\w-]+) (?:that|which) (?:is|are|must be|should be) (unique|optional|required|mandatory)\b", r"\1 ( \2 )"),
    (r"\b(?:save|saves|mark|marks|keep|keeps) (.+?) as (?:an? |their )?(favou?rite|bookmark)s?\b", r"\2 \1"),
    (r" (?:- )?that(?:'s| is) (?:what|all) .*$", ""),
    (r"\b(?:at (?:a|the same|any) time|at any one time|at once|simultaneously)\b", ""),
    (r"\btheirs\b|\btheir own$", "their own ones"),
    (
        r"^there (?:is|are|will be|must be|should be|exists?) (?!no\b|not\b|none\b)(?:also )?",
        "the system has ",
    ),
    (r"^(.+?) (?:can|may) (.+?) ,? ?(?:but |and )?nobody else$", r"only \1 can \2"),
    (r"\b(?:solely|exclusively|strictly only|just only)\b", "only"),
    (r"^(?:the )?access to (.+?) (?:is|must be|should be|shall be) ", r"\1 is "),
    (r"\b(?:has|have|get|gets) no (?:read |write )?access to\b", "cannot access"),
    (r"\b(?:do|does) not have (?:any )?(?:read |write )?access to\b", "cannot access"),
    (r"\b(?:has|have|get|gets) (?:only )?read(?:-| )?only access to\b", "can only view"),
    (r"\b(?:has|have|get|gets) (?:full )?access to\b", "can access"),
    (r"\b(?:is|are) (?:not|never) " + _ALLOWED + r" to\b", "cannot"),
    (r"\b(?:is|are) (?:forbidden|prohibited|disallowed) to\b", "cannot"),
    (r"\b(?:must|may|should|shall|can|will) (?:not|never) (?:be " + _ALLOWED + r" to|have access to)\b", "cannot"),
    (r"\b(?:must|may|should|shall|can|will) never\b", "cannot"),
    (r"\b(?:mustn't|shouldn't|mayn't|won't|can 't)\b", "cannot"),
    (
        r"\b(?:the )?(?:user|person|one|account) (?:who|that) " + _MADE + r" (?:it|them|the \w+|an? \w+)\b",
        "their owner",
    ),
    (r"\bwhoever " + _MADE + r" (?:it|them|the \w+|an? \w+)\b", "their owner"),
    (r"\b(\w+) (?:who|that) " + _MADE + r" (?:it|them)\b", r"their \1"),
    (r"\b(\w+) (?:who|that) " + _MADE + r" (?:the|an?) (\w+)\b", r"\1 of the \2"),
    (
        r"\b(?:that|which) (?:they|he or she|he|she|i|we|you) (?:have |has |had )?(?:themselves )?" + _MADE,
        "of their own",
    ),
    (r"\b(?:they|he|she) (?:have |has )?" + _MADE + r"(?: themselves)?$", "of their own"),
)
_COMPILED = tuple((re.compile(pattern), meant) for pattern, meant in _TURNS)
_WHOLE = re.compile(r"^(?:an? |the |our )?(?:[\w-]+ ){0,2}(?P<kind>[\w-]+) (?:where|in which|that lets) (?!you\b)")
_SOLE = re.compile(
    r"^(.+?) (?:is|are) the only (?:one|ones|people|person|user|users|role|roles)"
    r" (?:(?:who|that) (?:can|may)|(?:allowed|permitted|able) to|to)\b"
)
_GERUND = re.compile(
    r"^(?P<act>\w+ing) (?P<thing>.+?) (?:requires? (?:the |an? )?(?P<role>.+?)"
    r"(?: role| permissions?| rights?| privileges?)?"
    r"|(?:is|are|must be|should be) (?P<not>not |never |forbidden|prohibited)?(?P<only>only )?"
    r"(?P<kept>allowed|permitted|possible|reserved|restricted|limited)?"
    r"(?: (?P<only2>only )?(?:to|for|by) (?P<who>.+?))?(?: only)?)$"
)
_ALONE = re.compile(r"^((?:the )?[\w-]+(?: [\w-]+)?) alone (can|may|should|must)\b")


def _building(match: re.Match[str]) -> str:
    """ "An app where people share photos" is to be built."""
    return f"build {match[0]}" if match["kind"] in lexicon().software else match[0]


def _acting(match: re.Match[str]) -> str:
    """ "Deleting posts is not allowed" is said of nobody, "requires the editor role" of editors."""
    verb = lexicon().verbs.get(match["act"])
    if verb is None or verb.form != "gerund":
        return match[0]
    if match["role"]:
        return f"only {match['role']} can {verb.base} {match['thing']}"
    who = match["who"]
    if match["not"] and not who:
        return f"nobody can {verb.base} {match['thing']}"
    if not who:
        return match[0]
    only = "only " if match["only"] or match["only2"] or match["kept"] in ("reserved", "restricted", "limited") else ""
    return (
        f"{who} cannot {verb.base} {match['thing']}"
        if match["not"]
        else f"{only}{who} can {verb.base} {match['thing']}"
    )


def plain(words: list[str]) -> list[str]:
    """The words of a statement without its turns of phrase."""
    return _plain(" ".join(words)).split()


@lru_cache(maxsize=1024)
def _plain(text: str) -> str:
    for pattern, meant in _COMPILED:
        text = pattern.sub(meant, text)
    text = _WHOLE.sub(_building, text)
    text = _GERUND.sub(_acting, text)
    text = _SOLE.sub(r"only \1 can", text)
    return _ALONE.sub(r"only \1 \2", text)
