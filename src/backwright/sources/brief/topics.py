"""What the whole is about, which areas it covers, and what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from backwright.sources.brief.access import visibility
from backwright.sources.brief.clauses import (
    ability,
    allowing,
    attribute_items,
    having,
    modal,
    sentence,
    with_flow,
)
from backwright.sources.brief.facts import ROLES, Aside, Fact, Has, Mention, NounPhrase, Span, Topic, Without
from backwright.sources.brief.features import features, known_thing, named
from backwright.sources.brief.inflection import singular
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.passives import passive_sentence
from backwright.sources.brief.phrases import noun_phrase, noun_phrases, split_list
from backwright.sources.brief.segmentation import Segment
from backwright.sources.brief.splitting import split_clauses
from backwright.sources.brief.states import states
from backwright.sources.brief.tokens import FUNCTION_WORDS, clean, tokenize
from backwright.sources.brief.verb_phrases import Frame, acts, find_verb

__all__ = ["build", "field_item", "negative", "noun_topic"]

_BUILDING = frozenset(
    (
        "build create design develop implement make write generate need want scaffold provide give set construct "
        "program code prepare produce building creating developing architect model plan deliver"
    ).split()
)

_ALWAYS = frozenset(
    "build design develop implement scaffold construct program code architect building developing".split()
)


_INTRODUCING = frozenset(
    "with including featuring having supporting offering covering containing supports provides".split()
)

_ONES = (["the"], ["our"], ["my"], ["your"], ["this"], ["an"], ["a"], ["existing"])

_WISHING = frozenset(["want", "need"])

_CLAUSE = frozenset("where that which".split())

_GOAL = frozenset("for to".split())

_NEGATIVE = re.compile(
    r"^(?:(?:there (?:is|are|will be|should be) )?no (?:need (?:for|of) )?(?P<a>.+?)(?: (?:is |are "
    r"|functionality |at all )?(?:needed|required|necessary|wanted|for now|yet|in the first version"
    r"|at this point))?"
    r"|(?P<b>.+?) (?:is|are) (?:not (?:needed|required|necessary|wanted|part|in scope|included)"
    r"|out of scope|unnecessary)(?: .*)?"
    r"|(?:we |it |the system |i |the api |they )?(?:do|does|should|will|must) ?(?:not|n't) (?:need"
    r"|require|include|want|have|support|contain|implement|handle|use) (?P<c>.+?)"
    r"|(?:we |i |it |they )?(?:don't|doesn't|won't) (?:need|require|include|want|have|support|handle) (?P<e>.+?)"
    r"|(?:excluding|exclude|skip|leave out|omit|without|out of scope ?:|not included ?:|not needed ?:) (?P<d>.+?))$"
)


def negative(words: list[str], span: Span, segment: Segment) -> list[Fact]:
    """No comments needed; without registration; X is out of scope."""
    excluded = next(
        (
            text
            for text in segment.context
            if re.search(r"out of scope|not (?:included|needed|required|in scope)|non-goals|exclu", text, re.IGNORECASE)
        ),
        "",
    )
    if excluded and segment.form == "bullet":
        return [Without(span, phrase) for phrase in noun_phrases(words)]
    match = _NEGATIVE.match(" ".join(words))
    if match is None or (match["a"] and (modal(words) or (known_role(words[1:2]) and len(words) > 3))):
        return []
    body = next(group for group in match.groups() if group)
    return [
        Without(span, phrase)
        for phrase in noun_phrases([word for word in body.split() if word not in ("any", "a", "an", "the", "no")])
    ]


def known_role(words: list[str]) -> bool:
    """Whether somebody who acts is named."""
    return bool(words) and bool(lexicon().role(singular(words[0])))


def build(words: list[str], span: Span, segment: Segment) -> list[Fact]:
    """Build an API for a book store with a catalogue and order processing."""
    at = _beginning(words)
    if at is None:
        return []
    body = words[at:]
    while body and body[0] in ("me", "us", "up", "a", "an", "the", "out"):
        body = body[1:]
    head, tail = _cut(body)
    if _about_software(head):
        return [Aside(span, "technology and quality are chosen elsewhere")]
    topics = _topics(head)
    if listed := _bracketed(topics, tail, span):
        return listed
    facts: list[Fact] = [Topic(span, phrase) for phrase in topics]
    facts.extend(_tail(tail, span, segment))
    if not facts:
        phrases = noun_phrases(head)
        facts = [Aside(span, "technology and quality are chosen elsewhere")] if phrases else []
    return facts


def _about_software(head: list[str]) -> bool:
    """ "Write unit tests for the user service": what is wanted is no backend, but something done to one."""
    known = lexicon()
    at = next((i for i, word in enumerate(head) if word in ("for", "of", "on", "to")), 0)
    wanted = [word for word in head[:at] if word not in FUNCTION_WORDS and word not in known.qualifiers]
    phrase = " ".join(wanted)
    named = any(word in known.software or word in known.identity for word in (*wanted, phrase))
    return not named and (
        phrase in known.technical or (bool(wanted) and all(word in known.technical for word in wanted))
    )


def _bracketed(topics: list[NounPhrase], tail: list[str], span: Span) -> list[Fact]:
    """ "API for books (title, author, year)": what stands in brackets is what the things have."""
    items = noun_phrases(tail[1 : tail.index(")")]) if tail[:1] == ["("] and ")" in tail else []
    if not topics or not topics[-1].plural or not items or not _typed_items(items):
        return []
    return [Mention(span, topics[-1]), *(Has(span, topics[-1], item) for item in items)]


def _beginning(words: list[str]) -> int | None:
    """Where the thing to build begins; None where the sentence builds nothing."""
    start = 0
    while start < min(len(words), 6) and words[start] in (
        "please",
        "i",
        "we",
        "you",
        "would",
        "like",
        "to",
        "let's",
        "us",
        "task",
        ":",
        "your",
        "is",
        "'d",
        "i'd",
        "my",
        "goal",
        "the",
        "our",
        "should",
        "must",
        "can",
        "could",
        "help",
        "me",
        "project",
    ):
        start += 1
    if start >= len(words) or words[start] not in _BUILDING:
        return None
    at = start + 1
    while (at < len(words) and words[at] in ("to", "and", ",", "me", "us", "up")) or (
        at < len(words) and words[at] in _BUILDING and at < start + 4
    ):
        at += 1
    head, _ = _cut(words[at:])
    wished = words[start] in _WISHING and words[at : at + 1] in (["a"], ["an"])
    if words[start] in _ALWAYS or wished or any(word in lexicon().software for word in head):
        return at
    return None


def _cut(words: list[str]) -> tuple[list[str], list[str]]:
    """What is built, and what is said about it."""
    for position, word in enumerate(words):
        if not position:
            continue
        if (
            word in _INTRODUCING
            or word in _CLAUSE
            or word in ("without", ":", "using", "in", "based", "so", "(", "by", "-", "such")
            or (word == "like" and position)
        ):
            return words[:position], words[position:]
        if (
            word == ","
            and words[position + 1 : position + 2]
            and words[position + 1] in (*_INTRODUCING, *_CLAUSE, "without", "using", "so", "no")
        ):
            return words[:position], words[position + 1 :]
        if word == "to" or (word == "for" and find_verb(words[position + 1 :], ("gerund",))):
            return words[:position], words[position:]
    return words, []


def _topics(words: list[str]) -> list[NounPhrase]:
    """The subject matter of "REST API for an e-commerce platform and a blog"."""
    known = lexicon()
    parts: list[list[str]] = [[]]
    for word in words:
        if word in ("for", "of", "about"):
            parts.append([])
        else:
            parts[-1].append(word)
    found: list[NounPhrase] = []
    for part in parts:
        for member in split_list(part):
            phrase = " ".join(member)
            kept = [word for word in member if word not in FUNCTION_WORDS and word not in known.qualifiers]
            matter = [word for word in kept if word not in known.technical] if phrase not in known.identity else kept
            if not matter and not any(word in ("authentication", "authorization", "security", "auth") for word in kept):
                continue
            named = noun_phrase(member)
            stripped = _software(kept)
            core = noun_phrase(stripped) if stripped else named
            if core is not None:
                found.append(NounPhrase(core.words, " ".join(kept), core.plural))
    return found


def _software(words: Sequence[str]) -> list[str]:
    """The words without the ones that only say that it is software."""
    known = lexicon()
    kept = list(words)
    while (
        len(kept) > 1
        and (kept[-1] in known.technical or singular(kept[-1]) in known.technical or kept[-1] in known.containers)
        and " ".join(kept) not in known.identity
    ):
        kept.pop()
    while len(kept) > 1 and kept[0] in known.technical and " ".join(kept) not in known.domains:
        kept = kept[1:]
    return kept


def _tail(words: list[str], span: Span, segment: Segment) -> list[Fact]:
    if not words:
        return []
    first, rest = words[0], words[1:]
    if first in ("without", "no"):
        return _excluded(rest, span, segment)
    if first == "like":
        return [Aside(span, "a comparison")]
    if first == "such":
        return features([word for word in rest if word != "as"], span)
    if first == ":" and (clause := _sentence_after(rest, span, segment)):
        return clause
    if (
        first in _INTRODUCING
        and ":" in rest
        and (clause := _sentence_after(rest[rest.index(":") + 1 :], span, segment))
    ):
        return [*features(rest[: rest.index(":")], span), *clause]
    if first in _INTRODUCING or first in (":", "(", "-"):
        return features(rest, span)
    if first in _CLAUSE:
        return _clause(rest, span, segment)
    if first == "to" or first == "for":
        forms = ("base",) if first == "to" else ("gerund",)
        return acts(Frame(span, None), rest, forms)
    return [Aside(span, "technology and quality are chosen elsewhere"), *_later(rest, span, segment)]


def _later(words: list[str], span: Span, segment: Segment) -> list[Fact]:
    at = next((i for i, word in enumerate(words) if word in _INTRODUCING or word in (*_CLAUSE, "without")), None)
    return _tail(words[at:], span, segment) if at is not None else []


def _excluded(words: list[str], span: Span, segment: Segment) -> list[Fact]:
    at = next((i for i, word in enumerate(words) if word in _INTRODUCING or word in ("but", *_CLAUSE)), len(words))
    facts: list[Fact] = [
        Without(span, phrase)
        for phrase in noun_phrases(
            [word for word in words[:at] if word not in ("any", "a", "an", "the", "without", "no")]
        )
    ]
    rest = words[at:]
    return [*facts, *(_tail(rest[1:] if rest[:1] == ["but"] else rest, span, segment) if rest else [])]


def _sentence_after(words: list[str], span: Span, segment: Segment) -> list[Fact]:
    pieces = split_clauses(words)
    return [fact for piece in pieces for fact in _said(piece, span, segment)]


def _said(words: list[str], span: Span, segment: Segment) -> list[Fact]:
    productions = (visibility, allowing, ability, with_flow, states, having, passive_sentence, sentence)
    return next((found for production in productions if (found := production(words, span, segment))), [])


def _clause(words: list[str], span: Span, segment: Segment) -> list[Fact]:
    if found := _sentence_after(words, span, segment):
        return found
    forms = ("third", "base")
    if words and words[0] in (
        "supports",
        "has",
        "includes",
        "provides",
        "offers",
        "handles",
        "contains",
        "support",
        "have",
        "include",
        "covers",
    ):
        return features(words[1:], span)
    if words and words[0] in ("allows", "lets", "enables"):
        return allowing(words, span, segment)
    return acts(Frame(span, None), words, forms)


def field_item(words: list[str], span: Span, segment: Segment) -> list[Fact]:
    """An item under the heading of one thing: "## Trip", "- start (datetime)", "- driver"."""
    if segment.form != "bullet" or not segment.context or len(words) > 16 or ":" in words[1:4]:
        return []
    head = [token.word for token in tokenize(clean(segment.context[-1])[:80])]
    above = noun_phrase([word for word in head if word not in ("fields", "attributes", ":", "entity", "model")])
    one = above is not None and not above.plural and len(above.words) <= 3 and head[-1] != ":"
    item = noun_phrase(words)
    doing = find_verb(head) if above is None or len(head) > 1 or above.key not in lexicon().kinds else None
    if above is None or item is None or not one or doing is not None or above.key in lexicon().technical:
        return []
    bare = [word for word in words[: words.index("(")] if "(" in words] if "(" in words else words
    listed = item.raw in lexicon().attributes or item.key in lexicon().attributes
    short = len(bare) <= 3 and (find_verb(bare) is None or listed or "(" in words) and (not item.plural or "(" in words)
    known = above.key in lexicon().kinds or "(" in words or listed
    if not short or lexicon().role(above.key) == "admin" or any(word in FUNCTION_WORDS for word in bare[1:]):
        return []
    return [Has(span, above, item)] if known or _sibling(segment) else []


def _sibling(segment: Segment) -> bool:
    """Whether the thing stands under a heading of its own, below that of the whole."""
    return len(segment.context) > 1


def noun_topic(words: list[str], span: Span, segment: Segment) -> list[Fact]:
    """A heading or an item that only names: "Task tracking", "Online forum with posts", "Book: title, price"."""
    known = lexicon()
    if segment.form == "heading":
        return _heading(words, span)
    doing = find_verb(words)
    if doing is not None and doing[0].act == "quality" and words[doing[1] : doing[1] + 1] in _ONES:
        return []
    if ":" in words[1:6] and segment.form in ("bullet", "sentence"):
        at = words.index(":")
        if any(word in lexicon().software for word in words[:at]):
            return [*(Topic(span, found) for found in _topics(words[:at])), *features(words[at + 1 :], span)]
        subject = noun_phrase(words[:at])
        items = noun_phrases(words[at + 1 :])
        if (
            subject is not None
            and items
            and not (subject.key in known.attributes and _entity_above(segment) is not None)
        ):
            if known.role(subject.key) and not _typed_items(items):
                found = acts(Frame(span, subject), words[at + 1 :])
                if found:
                    return found
            if sum(item.plural for item in items) * 2 > len(items) > 1 and find_verb(words[at + 1 :]) is None:
                if found := _sentence_after(words[at + 1 :], span, segment):
                    return found
                if not _typed_items(items):
                    return [Topic(span, subject), *features(words[at + 1 :], span)]
            if _typed_items(items) or (subject.key in known.kinds and len(items) > 1):
                return [Has(span, subject, item) for item in items]
            found = acts(Frame(span, None), words[at + 1 :])
            return [Mention(span, subject), *found] if found else []
    above = _entity_above(segment)
    phrase = noun_phrase(words)
    if phrase is not None and _roles_above(segment) and known.role(phrase.key):
        return [Mention(replace(span, rule=ROLES), phrase)]
    if (
        above is not None
        and phrase is not None
        and segment.form == "bullet"
        and (_typed_items([phrase]) or (phrase.note and len(words) < 14))
    ):
        return [Has(span, above, phrase)]
    head, tail = _cut(words)
    if any(word in lexicon().software for word in head) or (tail and tail[0] in _INTRODUCING and known_thing(head)):
        topics = _topics(head)
        if listed := _bracketed(topics, tail, span):
            return listed
        if any(word in lexicon().software or word in lexicon().domains for word in head):
            return [*(Topic(span, found) for found in topics), *_tail(tail, span, segment)]
        subject = noun_phrase(head)
        if subject is not None:
            items = [item for item in attribute_items(tail[1:]) if item.raw not in lexicon().acts]
            return [*([] if items else [Mention(span, subject)]), *(Has(span, subject, item) for item in items)]
    if (segment.form == "bullet" and len(words) <= 8) or known_thing(words):
        return named(words, span)
    return []


def _roles_above(segment: Segment) -> bool:
    """Whether a heading says that roles are listed below it."""
    words = clean(segment.context[-1]).lower().rstrip(":").split() if segment.context else []
    return segment.form == "bullet" and 0 < len(words) <= 3 and words[-1] in ("roles", "actors", "personas")


def _typed_items(items: list[NounPhrase]) -> bool:
    known = lexicon()
    return sum(
        item.key in known.attributes
        or item.head in known.attributes
        or item.head in known.states
        or item.head in known.credentials
        for item in items
    ) * 2 >= len(items)


def _entity_above(segment: Segment) -> NounPhrase | None:
    """The thing that a heading or the item above names."""
    for text in reversed(segment.context[-2:]):
        words = [
            token.word
            for token in tokenize(clean(text)[:120])
            if token.word
            not in (
                ":",
                "fields",
                "attributes",
                "properties",
                "has",
                "have",
                "model",
                "entity",
                "table",
                "the",
                "following",
                "with",
            )
        ]
        named = not any(word in lexicon().software for word in words)
        if 0 < len(words) <= 3 and named and (phrase := noun_phrase(words)) is not None:
            known = lexicon()
            if (
                phrase.raw not in known.technical
                and phrase.raw not in known.acts
                and not all(word in known.containers or word in known.technical for word in phrase.raw.split())
            ):
                return phrase
    return None


def _heading(words: list[str], span: Span) -> list[Fact]:
    head, tail = _cut(words)
    if any(word in lexicon().software for word in head):
        return [
            *(Topic(span, found) for found in _topics(head)),
            *(features(tail[1:], span) if tail and tail[0] in _INTRODUCING else []),
        ]
    if known_thing(words):
        return [Mention(span, phrase) for phrase in noun_phrases(words)]
    return [Aside(span, "a heading")]
