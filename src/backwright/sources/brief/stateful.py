"""States at the end of a list of attributes: "a title and a status that goes from open to closed"."""

from __future__ import annotations

import re

from backwright.sources.brief.facts import NounPhrase, Span, States
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.phrases import split_list
from backwright.sources.brief.states import state_names

__all__ = ["with_states"]

_GOING = re.compile(
    r"^(?:,? ?(?:that|which|and it|it))? ?(?:can |may |will )?"
    r"(?:goes|go|moves|move|changes|change|passes|pass|runs|progresses|flows|starts) "
    r"(?:from |through |as )?(?P<path>.+)$"
)
_ARROWS = re.compile(r"^(?:,? ?(?:that|which) is|:|of|\(|from)? ?(?P<path>[a-z][\w' -]*(?: -> [a-z][\w' -]*)+)")
_BRACKET = re.compile(r"^\( (?P<names>[^)]*) \)(?P<after>.*)$")
_CHOICE = re.compile(
    r"^(?::|of|,? ?(?:that|which) (?:is|can be|may be|must be) (?:either |one of )?|can be|is one of|being|is"
    r"|,? either|,? ?one of|with values?|from)? ?:? ?(?P<names>[a-z].*)$"
)


def with_states(subject: NounPhrase, words: list[str], span: Span) -> tuple[list[str], States | None]:
    """The words without the states that they end in, and those states."""
    known = lexicon().states
    for at, word in enumerate(words):
        if word not in known or not words[at + 1 :] or words[at + 1] in (",", "and", "or"):
            continue
        if (names := _names(" ".join(words[at + 1 :]))) is not None:
            listed, ordered, after = names
            return [*_before(words[:at]), *after], States(span, subject, listed, ordered)
    return words, None


def _before(words: list[str]) -> list[str]:
    """What is said before "and a status"."""
    end = max((at for at, word in enumerate(words) if word in (",", "and", "or")), default=-1)
    kept = words[: end + 1] if end >= 0 else []
    while kept and kept[-1] in (",", "and", "or"):
        kept.pop()
    return kept


def _names(text: str) -> tuple[tuple[str, ...], bool, list[str]] | None:
    if bracket := _BRACKET.match(text):
        body = bracket["names"]
        names = state_names(body.split("->")) if "->" in body else _listed(body)
        return (names, "->" in body, bracket["after"].split()) if len(names) > 1 else None
    if going := _GOING.match(text):
        names = state_names(
            re.split(r" to | through | , then | then | , | and finally | and then | -> | or | and ", going["path"])
        )
        return (names, True, []) if len(names) > 1 else None
    if arrows := _ARROWS.match(text):
        return state_names(arrows["path"].split("->")), True, []
    chosen = _CHOICE.match(text)
    names = _listed(chosen["names"]) if chosen is not None else ()
    return (names, False, []) if len(names) > 1 else None


def _listed(text: str) -> tuple[str, ...]:
    return state_names([" ".join(member) for member in split_list(text.split()) if member])
