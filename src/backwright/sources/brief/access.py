"""Who may see what, said of the thing: "salaries are visible to accountants only", "notes are confidential"."""

from __future__ import annotations

import re
from dataclasses import replace

from backwright.sources.brief.facts import Can, Fact, NounPhrase, Span
from backwright.sources.brief.lexicon import Verb, lexicon
from backwright.sources.brief.phrases import noun_phrases
from backwright.sources.brief.segmentation import Segment
from backwright.sources.brief.verb_phrases import until_condition

__all__ = ["KEEPERS", "visibility"]

_BE = r"(?:is|are|must be|should be|can be|may be|shall be|will be|remain|remains|stay|stays|be)"
_SEEN = r"(?:visible|accessible|available|readable|viewable|shown|open|disclosed)"
_CLOSED = r"(?:restricted|limited|reserved|confined|confidential|private|secret)"
_SHOWN = re.compile(
    rf"^(?P<narrow>only )?(?P<thing>.+?) {_BE} (?P<not>not |never )?(?P<only>only )?(?:publicly )?"
    rf"{_SEEN}(?P<only2> only)? "
    r"(?:to|for|by) (?P<only3>only )?(?P<actors>.+?)(?P<only4> only| alone)?$"
)
_KEPT = re.compile(
    rf"^(?P<thing>.+?) {_BE} (?:only |strictly |kept |treated as |marked |highly )*{_CLOSED} "
    r"(?:to|for|by|between) (?:only )?(?P<actors>.+?)(?: only| alone)?$"
)
_HIDDEN = re.compile(
    rf"^(?P<thing>.+?) {_BE} (?:kept )?(?:hidden|invisible|concealed|withheld|kept|secret) (?:from|to) (?P<actors>.+)$"
)
_CONFIDENTIAL = re.compile(
    rf"^(?P<thing>.+?) {_BE} (?:strictly |kept |treated as |highly |always )*(?:confidential|private|secret)"
    r"(?: and .*)?$"
)
_NEVER = re.compile(r"\b(?:(?:must|should|may|can|shall|will) (?:not|never)|cannot) be(?: made)?\b")
_SEE = Verb("see", "read", "base")
KEEPERS = NounPhrase(("=keeper",), "=keeper")


def visibility(words: list[str], span: Span, _: Segment) -> list[Fact]:
    """Notes are visible to authors only; votes are secret."""
    kept, condition = until_condition(words)
    text = _NEVER.sub("are not", " ".join(kept))
    found = _access(text, span)
    return [replace(fact, condition=condition) for fact in found] if condition else [*found]


def _access(text: str, span: Span) -> list[Can]:
    if shown := _SHOWN.match(text):
        exclusive = any(shown[name] for name in ("only", "only2", "only3", "only4"))
        limited = bool(shown["narrow"]) and not exclusive
        return _seen(shown["thing"], shown["actors"], span, (exclusive, bool(shown["not"]), limited))
    if kept := _KEPT.match(text):
        return _seen(kept["thing"], kept["actors"], span, (True, False, False))
    if hidden := _HIDDEN.match(text):
        return _seen(hidden["thing"], hidden["actors"], span, (False, True, False))
    if (closed := _CONFIDENTIAL.match(text)) and (things := noun_phrases(closed["thing"].split())):
        return [Can(span, KEEPERS, _SEE, thing, only=True) for thing in things]
    return []


def _seen(thing: str, actors: str, span: Span, how: tuple[bool, bool, bool]) -> list[Can]:
    """`how` is: nobody else, not, and only such things."""
    only, negated, limited = how
    things = [phrase for phrase in noun_phrases(thing.split()) if phrase.words]
    named = [phrase for phrase in noun_phrases(actors.split()) if any(how) or _person(phrase)]
    return [
        Can(span, actor, _SEE, item, only=only, negated=negated, limited=limited) for item in things for actor in named
    ]


def _person(noun: NounPhrase) -> bool:
    known = lexicon()
    return noun.own or bool(known.role(noun.key)) or noun.key in known.anyone or noun.key in known.signed_in
