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
    modal,
    owning,
    passive_sentence,
    sentence,
    with_flow,
)
from backwright.sources.brief.facts import Aside, Fact, Mention, Span
from backwright.sources.brief.inflection import singular
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.phrases import noun_phrase, noun_phrases
from backwright.sources.brief.segmentation import Segment
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
    lead = _lead(segment)
    if lead:
        joined = _parsed(
            [token.word for token in tokenize(clean(lead))] + [token.word for token in tokens], segment, tokens
        )
        if any(not isinstance(fact, Aside) for fact in joined):
            return tuple(joined)
    return tuple(_parsed([token.word for token in tokens], segment, tokens))


def _parsed(words: list[str], segment: Segment, tokens: Sequence[Token]) -> list[Fact]:
    return _parse(plain(words), segment, tokens)


def _lead(segment: Segment) -> str:
    """The beginning of a sentence that a list goes on with: "Users can:"."""
    if segment.form != "bullet" or not segment.context:
        return ""
    last = segment.context[-1]
    if len(last) > 200 or not _LEAD.search(last):
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
    clauses = _clauses(words)
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
    return rest if _begins_clause(rest[:8]) and _predicated(rest) else words


def _clauses(words: list[str]) -> list[list[str]]:
    """ "Readers have accounts and a manager approves requests" says two things."""
    found: list[list[str]] = [[]]
    for position, word in enumerate(words):
        following = words[position + 1 : position + 2]
        if word in ("and", "but", ";") and following and following[0] in MODALS and (said := _subject(found[-1])):
            found.append(list(said))
        elif (
            word in ("and", ",", ";", ":", "while", "whereas", "but")
            and _predicated(found[-1])
            and _begins_clause(words[position + 1 : position + 8])
        ):
            found.append([])
        else:
            found[-1].append(word)
    return [clause for clause in found if clause]


def _subject(words: list[str]) -> list[str]:
    """Who does what a clause says; the next clause may leave it out."""
    at = modal(words) or next((i for i, word in enumerate(words) if i and word in ("is", "are")), 0)
    return words[:at] if at and words[at + 1 :] else []


def _predicated(words: list[str]) -> bool:
    """Whether the words say something already, and not only name those who do."""
    if len(words) > 2 and any(word in ("is", "are") for word in words[1:]):
        return words[0] not in ("as", "when", "if", "once", "whenever")
    if (
        len(words) < 3
        or words[0] in ("as", "when", "if", "once", "whenever")
        or (find_verb(words) is not None and not lexicon().role(singular(words[0])))
    ):
        return False
    return any(
        word in MODALS or word in HAVING or find_verb([word], ("third", "base")) is not None for word in words[1:]
    )


def _begins_clause(words: list[str]) -> bool:
    """Whether somebody, or something that has something, begins here."""
    if words and words[0] in ("only", "nobody", "none") and any(word in MODALS for word in words[1:]):
        return True
    while words and words[0] in ("a", "an", "the", "each", "every", "and", "only", "all"):
        words = words[1:]
    for length in (1, 2, 3):
        if len(words) < length + 2:
            return False
        subject, following = words[:length], words[length]
        if any(
            word in (",", "and", "or", "of", "with", "by", "to", "for") or word in MODALS or word in HAVING
            for word in subject
        ):
            return False
        if following in MODALS or following in ("has", "have", "belong", "belongs"):
            return True
        moving = find_verb(words[length:], ("third",)) is not None or following in ("is", "moves", "goes")
        if subject in (["it"], ["they"], ["its", "status"]) and moving:
            return True
        person = lexicon().role(" ".join((*subject[:-1], singular(subject[-1]))))
        one = singular(subject[-1]) == subject[-1]
        if person and find_verb(words[length:], ("third",) if one else ("base",)) is not None:
            listed = words[length + 1] in (",", "and", "or")
            if not listed or (one and singular(following) not in lexicon().kinds):
                return True
    return False


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
