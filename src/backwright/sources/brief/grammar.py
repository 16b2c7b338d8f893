"""The productions: each looks at one statement and gives its facts, or nothing. The first that gives something wins."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from backwright.sources.brief.access import visibility
from backwright.sources.brief.clauses import (
    HAVING,
    MODALS,
    ability,
    allowing,
    belonging,
    having,
    imperative,
    owning,
    sentence,
    with_flow,
)
from backwright.sources.brief.facts import Aside, Fact, Mention, Span
from backwright.sources.brief.inflection import singular
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.passives import passive_sentence
from backwright.sources.brief.phrases import noun_phrase, noun_phrases
from backwright.sources.brief.segmentation import Segment
from backwright.sources.brief.splitting import begins_clause, predicated, split_clauses
from backwright.sources.brief.states import states
from backwright.sources.brief.tokens import FUNCTION_WORDS, Token, clean, tokenize
from backwright.sources.brief.topics import build, field_item, negative, noun_topic
from backwright.sources.brief.verb_phrases import Frame, acts, find_verb
from backwright.sources.brief.wording import plain

__all__ = ["PRODUCTIONS", "facts_of"]

_STORY = re.compile(
    r"^as an? (?P<actor>.+?)\s*,?\s+(?:i|we) (?:want|need|would like|can|should be able|wish|must be able"
    r"|should|may|am able|'d like)\s*(?:to)?\s*(?:be able to)?\s*(?P<act>.+)$",
    re.IGNORECASE,
)

_LABELS = frozenset("rule requirement note constraint permission role actor attribute field story scope".split())
_EVENTS = frozenset("when whenever once if upon after as".split())

_LEAD = re.compile(
    r"(?:\b(?:can|may|should|must|to|has|have|with|include|includes|including|contains|are|supports?"
    r"|provide|provides|features?|following|able|allow|allows)|\b(?:following"
    r"|these)(?: \w+){0,2})\s*:?\s*$",
    re.IGNORECASE,
)

_PASSIVE_BY = frozenset(["by"])

Production = Callable[[list[str], Span, Segment], list[Fact]]


def facts_of(segment: Segment) -> tuple[Fact, ...]:
    """What a statement says; nothing where no production fits."""
    text = clean(segment.text)
    tokens = tokenize(text[:2000])
    if _labels(text, tokens):
        return (Aside(Span("label", 0, len(text)), "a label of what follows"),)
    lead = _lead(segment)
    if lead:
        joined = _parsed(
            [token.word for token in tokenize(clean(lead))] + [token.word for token in tokens], segment, tokens
        )
        if any(not isinstance(fact, Aside) for fact in joined):
            return tuple(joined)
    return tuple(_parsed([token.word for token in tokens], segment, tokens))


def _labels(text: str, tokens: Sequence[Token]) -> bool:
    """ "Entities:", "Business rules:" only say what kind of statements follow."""
    words = [token.word for token in tokens if token.word != ":"]
    known = lexicon()
    saying = (*known.technical, *known.containers, *_LABELS)
    return text.rstrip().endswith(":") and 0 < len(words) <= 3 and singular(words[-1]) in saying


def _parsed(words: list[str], segment: Segment, tokens: Sequence[Token]) -> list[Fact]:
    return _parse(plain(words), segment, tokens)


def _lead(segment: Segment) -> str:
    """The beginning of a sentence that a list goes on with: "Users can:"."""
    if segment.form != "bullet" or not segment.context:
        return ""
    last = segment.context[-1]
    if len(last) > 200 or not _LEAD.search(last) or len(last.split()) < 2:
        return ""
    body = last.rstrip().rstrip(":").rstrip()
    body = re.sub(
        r"(?:do |perform |have |complete |execute )?(?:the )?(?:following|these)(?: \w+){0,2}$", "", body
    ).rstrip()
    return re.sub(r"^.*[.;]\s+", "", body)


def _parse(words: list[str], segment: Segment, tokens: Sequence[Token]) -> list[Fact]:
    while words and words[-1] in (",", ":", ";"):
        words = words[:-1]
    while words and (
        words[0]
        in (
            ",",
            ":",
            "and",
            "then",
            "also",
            "additionally",
            "furthermore",
            "finally",
            "please",
            "but",
            "or",
            "optionally",
            "bonus",
            "note",
        )
        or words[0] == "that"
    ):
        words = words[1:]
    if not words or len(words) > 400:
        return []
    if words[:2] in (["in", "addition"], ["for", "example"]):
        words = words[2:]
    end = tokens[-1].end if tokens else 0
    words = _unlabelled(words)
    clauses = split_clauses(words)
    if len(clauses) > 1:
        return [fact for clause in clauses for fact in _first(clause, end, segment)]
    return _first(words, end, segment)


def _unlabelled(words: list[str]) -> list[str]:
    """ "Access: members must sign in": what stands before the colon only says what it is about."""
    at = words.index(":") if ":" in words[1:6] else 0
    label, rest = words[:at], words[at + 1 :]
    person = at and lexicon().role(" ".join((*label[:-1], singular(label[-1]))))
    telling = any(word in MODALS or word in HAVING or word in ("is", "are") for word in label)
    if not at or person or telling or find_verb(label) is not None:
        return words
    return rest if begins_clause(rest[:8]) and predicated(rest) else words


def _first(words: list[str], end: int, segment: Segment) -> list[Fact]:
    for production in PRODUCTIONS:
        found = production(words, Span(production.__name__.strip("_"), 0, end), segment)
        if found:
            return found
    return []


def story(words: list[str], span: Span, _: Segment) -> list[Fact]:
    """As an admin, I want to ban users so that …"""
    match = _STORY.match(" ".join(words))
    if match is None:
        return []
    actor = noun_phrase(match["actor"].replace(",", "").split())
    actor = replace(actor, plural=True) if actor is not None else None
    body = re.split(r"\s,?\s*(?:so that|so i|so we|in order to|because)\b", match["act"])[0].split()
    found = acts(Frame(span, actor), body)
    if not found and actor is not None:
        found = [*(Mention(span, phrase) for phrase in noun_phrases(_without_determiner(body)))]
    return found


def _without_determiner(words: list[str]) -> list[str]:
    return words[1:] if words and words[0] in ("a", "an", "the", "to", "see") else words


def event(words: list[str], span: Span, _: Segment) -> list[Fact]:
    """When a task is closed, notify its author."""
    if words[0] not in _EVENTS or (words[0] == "as" and words[1:2] != ["soon"]):
        return []
    return [Aside(span, "what follows an event is not compiled by this version")]


def quality(words: list[str], span: Span, _: Segment) -> list[Fact]:
    """Use PostgreSQL; 99.9 % availability."""
    known = lexicon()
    joined = " ".join(words)
    technical = [word for word in words if word in known.technical or singular(word) in known.technical]
    content = [word for word in words if word not in FUNCTION_WORDS and word.isalpha()]
    verb = find_verb(words)
    if (
        (verb is not None and verb[0].act == "quality")
        or (technical and (len(technical) * 3 >= len(content) or verb is not None))
        or re.search(r"\d+\s*(%|ms|users|requests)", joined)
    ):
        return [Aside(span, "technology and quality are chosen elsewhere")]
    return []


PRODUCTIONS: tuple[Production, ...] = (
    story,
    negative,
    event,
    visibility,
    field_item,
    build,
    with_flow,
    states,
    owning,
    allowing,
    ability,
    belonging,
    having,
    passive_sentence,
    sentence,
    imperative,
    noun_topic,
    quality,
)
