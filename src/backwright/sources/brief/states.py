"""States in a brief: a path ("from new to packed to shipped") or a choice ("pending, paid or shipped")."""

from __future__ import annotations

import re

from backwright.sources.brief.facts import Fact, NounPhrase, Span, States
from backwright.sources.brief.inflection import singular
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.phrases import noun_phrase, split_list
from backwright.sources.brief.segmentation import Segment
from backwright.sources.brief.tokens import clean, tokenize

__all__ = ["state_names", "states"]

_PATH = re.compile(
    r"^(?P<subject>.+?) (?:can |may |should |must |will )?(?:go|goes|move|moves|pass|passes|progress"
    r"|progresses|transition|transitions|change|changes|flow|flows|advance|advances|evolve|evolves) "
    r"(?:its status |their status |status |state )?(?P<path>from .+|through .+|in the order .+)$"
)
_ARROWS = re.compile(
    r"^(?:(?P<subject>[^:>]+?) ?(?::|flow|lifecycle|status|states|workflow"
    r"|life cycle) ?:? )?(?P<path>[a-z][\w' -]*(?: -> [a-z][\w' -]*)+)$"
)
_CHOICE = re.compile(
    r"^(?P<subject>.+?) ?(?:'s )?(?:(?:order |the |a |an )?(?:status|state|states|statuses|stage|stages|phase|phases))"
    r"(?: which| that)?(?: field)? ?(?:can be|may be|must be|should be|could be|can either be|is either"
    r"|is one of|are|is|of|:|=|such as|like|include|includes|\() ?(?P<names>.+)$"
)
_ALONE = re.compile(
    r"^(?P<subject>)(?:its |their |the )?(?:status|state|states|statuses|stage|stages|phase|phases) ?"
    r"(?:can be|may be|must be|is one of|are|is|:|=|\() ?(?P<names>.+)$"
)
_OF = re.compile(
    r"^(?:the |possible |valid )*(?:status|state|states|statuses|stage|stages) (?:of|for) (?:an? |the "
    r"|each |every )?(?P<subject>.+?) ?(?:can be|may be|must be|is one of|are|is|:|=) ?(?P<names>.+)$"
)
_BARE = re.compile(
    r"^(?P<subject>.+?) (?:can be|may be|is either|can either be|are either|is always|is|are) (?:either "
    r"|one of |in one of )?(?P<names>[\w' ]+(?: , [\w' ]+)* ,? ?or [\w' ]+)$"
)


def states(words: list[str], span: Span, segment: Segment) -> list[Fact]:
    """The states of a thing."""
    joined = " ".join(words).replace("in-progress", "in progress")
    for pattern, ordered in (
        (_OF, False),
        (_PATH, True),
        (_ARROWS, True),
        (_ALONE, False),
        (_CHOICE, False),
        (_BARE, False),
    ):
        match = pattern.match(joined)
        if match is None:
            continue
        if pattern is _CHOICE and ")" in match["names"].rstrip(" ).") and "(" not in match["names"]:
            continue
        names = _path(match["path"]) if ordered else _choice(match["names"])
        if any(name.split("_")[0] in ("one", "another", "his", "its", "their", "each") for name in names):
            continue
        if pattern is _BARE and " by " in match["names"]:
            continue
        if len(names) < 2 or (pattern is _BARE and not all(_stateful(name) for name in names)):
            continue
        subject = _subject(match["subject"] or "", segment)
        return [States(span, subject, names, ordered)]
    return []


def _subject(text: str, segment: Segment) -> NounPhrase | None:
    """Whose states: named here, or in the heading above."""
    words = [
        word
        for word in text.split()
        if word
        not in (
            "has",
            "have",
            "having",
            "with",
            "its",
            "their",
            "the",
            "a",
            "an",
            "status",
            "state",
            "'s",
            "each",
            "every",
            "following",
            "possible",
            "of",
            "order_",
            "through",
            "in",
        )
    ]
    for cut in ("can", "should", "must", "may", "and", ","):
        if cut in words:
            words = words[: words.index(cut)]
    phrase = noun_phrase(words)
    if phrase is not None:
        return phrase
    if text.split()[:1] in (["its"], ["their"]):
        return None
    for context in reversed(segment.context):
        above = noun_phrase([token.word for token in tokenize(clean(context)[:120])])
        if above is not None:
            return above
    return None


def _path(text: str) -> tuple[str, ...]:
    if "->" in text:
        return state_names(text.split("->"))
    body = re.sub(r"^(from|through|in the order) ", "", text)
    body = re.sub(r"^(?:the )?(?:following )?(?:stages|states|phases|statuses|steps)(?: of)? ?:? ", "", body)
    body = re.split(r" (?:by|when|if|as|once|with|only) ", body)[0]
    parts = re.split(r" to | through | , then | then | , | and finally | and then | via | into | or | and ", body)
    return state_names(parts)


def _choice(text: str) -> tuple[str, ...]:
    body = re.split(r" (?:by|when|if|and (?:a|an|the|has|have|can|belongs)|, (?:a|an|the) ) ", f" {text} ")[0]
    return state_names(
        [
            " ".join(member)
            for member in split_list(
                [word for word in body.split() if word not in ("(", ")", ":", "either", "one", "of")]
            )
        ]
    )


def state_names(parts: list[str]) -> tuple[str, ...]:
    """States as they are written in a blueprint: small letters and underscores."""
    found: dict[str, None] = {}
    for part in parts:
        words = [
            word
            for word in re.findall(r"[a-z][a-z0-9]*", part.lower().replace("-", " "))
            if word
            not in (
                "a",
                "an",
                "the",
                "state",
                "status",
                "and",
                "or",
                "then",
                "to",
                "be",
                "finally",
                "either",
                "is",
                "it",
            )
        ]
        if 0 < len(words) <= 3:
            found["_".join(words)] = None
    return tuple(found)


def _stateful(name: str) -> bool:
    """Whether a word is a state when it stands alone: "paid", "in progress", "open"."""
    known = lexicon()
    verb = known.verbs.get(name)
    return (
        name in known.progress
        or name.split("_", maxsplit=1)[0] in ("in", "on", "out", "off", "under")
        or name in known.qualifiers
        or name in known.ends
        or (verb is not None and verb.form in ("participle", "past"))
        or (name.endswith(("ed", "ing", "able", "ive")) and singular(name) not in known.kinds)
    )
