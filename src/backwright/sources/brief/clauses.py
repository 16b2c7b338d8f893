"""Clauses with a verb: who may do what, what has what, what belongs to what."""

from __future__ import annotations

import re
from dataclasses import replace

from backwright.sources.brief.constraints import limits
from backwright.sources.brief.facts import Aside, Fact, Has, NounPhrase, Span, States, Without
from backwright.sources.brief.features import features
from backwright.sources.brief.inflection import singular
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.packs import trigger_phrases
from backwright.sources.brief.passives import excepted, passive
from backwright.sources.brief.phrases import PREPOSITIONS, noun_phrase, noun_phrases, split_list
from backwright.sources.brief.segmentation import Segment
from backwright.sources.brief.stateful import with_states
from backwright.sources.brief.states import states
from backwright.sources.brief.thresholds import threshold
from backwright.sources.brief.tokens import FUNCTION_WORDS, clean, tokenize
from backwright.sources.brief.verb_phrases import Frame, How, acts, find_verb

__all__ = [
    "ELSE",
    "HAVING",
    "MODALS",
    "SYSTEM",
    "ability",
    "allowing",
    "attribute_items",
    "belonging",
    "having",
    "imperative",
    "modal",
    "owning",
    "sentence",
    "with_flow",
]

MODALS = frozenset("can may should must shall will could cannot can't might".split())

HAVING = frozenset(
    (
        "has have contains contain includes include consists consist stores store holds hold comprises comprise "
        "features"
    ).split()
)

SYSTEM = frozenset(
    (
        "system api app application platform backend server service it we website site software solution tool "
        "program product"
    ).split()
)


_HOLDING = frozenset("hosts houses employs offers keeps".split())

_KEEPING = frozenset("keeps keep offers manages runs operates stores sells serves".split())


ELSE = NounPhrase(("=else",), "=else")

_OBLIGING = frozenset("must should need needs has have".split())

_LETTING = frozenset("allow allows let lets enable enables permit permits allowing letting enabling".split())

_BOUND = re.compile(r"((?:between|from) \d+) (?:and|to) (\d+)")
_BELONGING = re.compile(
    r"^(?P<child>.+?) (?:belongs?|lives?|resides?|plays? for|works? (?:for|at|in)|lies? (?:on|in)|sits? (?:on|in|at)"
    r"|stands? (?:on|in)|takes? place (?:in|at|on)"
    r"|(?:should |must |can |may )?(?:is|are|be) (?:part|assigned|linked|attached|related"
    r"|connected|associated|grouped|organi[sz]ed|categori[sz]ed|classified|written|made|created|owned))"
    r"(?: of| to| with| by| into| in| under)? (?P<parents>.+)$"
)


_PLACED = re.compile(r"^it (?:lies?|sits?|stands?|plays?|works?|takes? place) (?:on|in|at|for) ")


def modal(words: list[str]) -> int:
    for position, word in enumerate(words[:24]):
        if word in MODALS and position:
            return position
        if (
            position
            and word in ("is", "are")
            and words[position + 1 : position + 3] in (["able", "to"], ["allowed", "to"], ["permitted", "to"])
        ):
            return position
        if (
            position
            and word in ("need", "needs", "want", "wants", "has", "have", "get", "gets")
            and words[position + 1 : position + 2] == ["to"]
        ):
            return position
        if position and word in ("is", "are") and words[position + 1 : position + 4] == ["not", "allowed", "to"]:
            return position
    return 0


def ability(words: list[str], span: Span, segment: Segment) -> list[Fact]:
    """Users can create posts; only admins may delete them; a task can be closed by its author."""
    at = modal(words)
    if not at:
        return []
    subject_words, rest = words[:at], words[at + 1 :]
    if words[at] in ("is", "are", "need", "needs", "want", "wants", "has", "have", "get", "gets"):
        rest = list(words[at + 1 :])
        rest = rest[1:] if rest[0] == "to" else rest
        while rest and rest[0] in ("able", "allowed", "permitted", "to"):
            rest = rest[1:]
    negated = words[at] in ("cannot", "can't") or rest[:1] in (["not"], ["never"])
    rest = rest[1:] if rest[:1] in (["not"], ["never"]) else rest
    own = any(word in ("their", "his", "her", "own", "its") for word in rest)
    how = How("only" in subject_words, negated, ("only" in rest[:2] or ("only" in rest and own)) and not negated)
    subject_words = [word for word in subject_words if word not in ("only", "just", "also", "both")]
    while subject_words and subject_words[0] in ("the", "a", "an", "that", "where", "and", ",", "then"):
        subject_words = subject_words[1:]
    while rest and rest[0] in ("only", "also", "be", "able", "allowed", "to", "permitted", "then", "easily", "both"):
        if rest[0] == "be" and rest[1:2] not in (["able"], ["allowed"], ["permitted"]):
            break
        rest = rest[1:]
    if words[at] in _OBLIGING and not (how.only or negated):
        rest = _before_what(rest)
    if not rest or not subject_words or len(subject_words) > 12:
        return []
    if subject_words[0] in ("nobody", "none", "no"):
        return _nobody(subject_words, rest, span)
    if rest[0] == "be" and len(rest) > 1:
        must = words[at] in ("must", "need", "needs", "has", "have") and "by" in rest and not negated
        how = replace(how, only=how.only or how.limited or (must and threshold(subject_words) < len(subject_words)))
        how = replace(how, limited=False)
        return passive(subject_words, rest[1:], span, how) or limits(subject_words, rest[1:], span, negated)
    if is_system(subject_words) or subject_words == ["there"]:
        return _system(rest, span, segment)
    if rest[0] in ("have", "has", "contain", "include", "belong", "consist", "not") or (
        rest[0] in ("exceed", "go", "become", "match")
    ):
        kept = having([*subject_words, *rest], span, segment) if rest[0] == "have" and "unique" in rest else []
        return kept or limits(subject_words, rest, span, negated) or having([*subject_words, *rest], span, segment)
    doers, left_out = excepted(subject_words)
    found: list[Fact] = []
    for actor in noun_phrases(doers):
        found.extend(acts(Frame(span, actor, how), rest))
    for actor in noun_phrases(left_out):
        found.extend(acts(Frame(span, actor, How(negated=not negated)), rest))
    return found


def _before_what(words: list[str]) -> list[str]:
    """ "must approve a campaign before it is visible" says in which order things go, and keeps nobody out."""
    found = find_verb(words)
    moves = found is not None and found[0].act == "transition"
    return words[: words.index("before")] if moves and "before" in words else words


def _nobody(subject_words: list[str], rest: list[str], span: Span) -> list[Fact]:
    """Nobody can delete posts except admins; nobody but admins can; nobody else can."""
    _, before = excepted(subject_words)
    rest, after = excepted(rest)
    if "else" in subject_words[1:2]:
        return acts(Frame(span, ELSE, How(only=True)), rest)
    actors = noun_phrases(before or after)
    those = noun_phrases([word for word in subject_words[1:] if word != "else"]) if subject_words[0] != "nobody" else []
    if those and not actors:
        return [fact for actor in those for fact in acts(Frame(span, actor, How(negated=True)), rest)]
    if not actors:
        return acts(Frame(span, None, How(negated=True)), rest)
    return [fact for actor in actors for fact in acts(Frame(span, actor, How(only=True)), rest)]


def _system(rest: list[str], span: Span, segment: Segment) -> list[Fact]:
    """The system should …"""
    if rest[0] in _LETTING:
        return allowing(rest, span, segment)
    if rest[0] in (
        "support",
        "provide",
        "have",
        "include",
        "offer",
        "contain",
        "handle",
        "feature",
        "cover",
        "expose",
        "implement",
        "store",
        "keep",
    ):
        body = rest[1:]
        if body[:2] == ["track", "of"]:
            body = body[2:]
        return features(body, span)
    return imperative(rest, span, segment)


def allowing(words: list[str], span: Span, _: Segment) -> list[Fact]:
    """Allow readers to rate posts."""
    if words[0] in SYSTEM or words[0] == "the":
        at = next((i for i, word in enumerate(words[:6]) if word in _LETTING), 0)
        words = words[at:] if at else words
    if words[0] not in _LETTING:
        return []
    at = next((i for i, word in enumerate(words) if word == "to" and i > 1), 0)
    if not at and words[0] in ("let", "lets", "letting"):
        at = next((i for i in range(2, len(words)) if find_verb(words[i:])), 0)
        at = at - 1 if at else 0
        actors = words[1 : at + 1]
    else:
        actors = words[1:at]
    if not at:
        return features(words[1:], span)
    found: list[Fact] = []
    for actor in noun_phrases(actors):
        found.extend(acts(Frame(span, actor), words[at + 1 :]))
    return found


def having(words: list[str], span: Span, segment: Segment) -> list[Fact]:
    """Every book has a title, a price and many reviews."""
    at = next((i for i, word in enumerate(words[:14]) if i and word in HAVING), 0)
    keeping = next((i for i, word in enumerate(words[:6]) if i and word in _KEEPING), 0)
    if keeping and not lexicon().role(words[keeping - 1]) and words[keeping - 1] in lexicon().organizations:
        return features(words[keeping + 1 :], span)
    holding = next((i for i, word in enumerate(words[:6]) if i and word in _HOLDING), 0)
    if holding and words[0] in ("a", "an", "each", "every", "one") and not lexicon().role(words[holding - 1]):
        at = holding
    if not at or (
        words[at] in ("stores", "store", "holds", "hold") and words[0] in ("we", "the", "it") and words[1] in SYSTEM
    ):
        return []
    subject_words, rest = (
        [word for word in words[:at] if word not in ("can", "should", "must", "may", "will", "also", "shall")],
        words[at + 1 :],
    )
    if subject_words and subject_words[-1] in (",", "and") and {"is", "are"} & set(subject_words):
        subject_words = subject_words[: next(i for i, word in enumerate(subject_words) if word in ("is", "are"))]
    if not subject_words:
        return []
    if rest[:1] == ["of"]:
        rest = rest[1:]
    if rest[:1] == ["no"]:
        return [Without(span, phrase) for phrase in noun_phrases(rest[1:])]
    if is_system(subject_words) or is_body(subject_words) or subject_words == ["there"]:
        return features(rest, span)
    subjects = noun_phrases(subject_words)
    kept, flow = with_states(subjects[0], rest, span) if subjects else (rest, None)
    if flow is None and (state := states(words, span, segment)):
        return state
    found: list[Fact] = []
    body, tail = _second_clause(kept)
    body, inner = _within(body)
    for subject in subjects:
        items = attribute_items(body)
        found.extend(Has(span, subject, item) for item in items)
        found.extend(Has(span, items[-1], item) for item in inner)
        if flow is not None:
            found.append(replace(flow, subject=subject))
        if tail:
            found.extend(_second(subject, subject_words, tail, span, segment))
    return found


def _within(words: list[str]) -> tuple[list[str], list[NounPhrase]]:
    """ "accounts with a currency and a limit": what the things have that somebody has."""
    at = words.index("with") if "with" in words[1:] else 0
    outer = attribute_items(words[:at])
    things = bool(outer) and outer[-1].plural and outer[-1].key not in lexicon().values
    return (words[:at], attribute_items(words[at + 1 :])) if at and things else (words, [])


def with_flow(words: list[str], span: Span, segment: Segment) -> list[Fact]:
    """A list of attributes that ends in a flow of states goes before the flow alone."""
    found = having(words, span, segment)
    flow = any(isinstance(fact, States) for fact in found)
    return found if flow and any(isinstance(fact, Has) for fact in found) else []


def owning(words: list[str], span: Span, _: Segment) -> list[Fact]:
    """Riders own bikes: a bike is theirs."""
    at = next((i for i, word in enumerate(words[:8]) if i and word in ("own", "owns")), 0)
    if not at or not words[at + 1 :] or any(word in MODALS or word in PREPOSITIONS for word in words[:at]):
        return []
    people = [phrase for phrase in noun_phrases(words[:at]) if lexicon().role(phrase.key)]
    things = [replace(phrase, plural=True) for phrase in noun_phrases(words[at + 1 :])]
    return [Has(span, person, thing) for person in people for thing in things]


def is_system(words: list[str]) -> bool:
    """Whether the words name the whole that is built: "the system", but not "a tool" that is lent."""
    return words[-1] in SYSTEM and words[0] not in ("a", "an", "each", "every")


def is_body(words: list[str]) -> bool:
    """Whether the words name the body for which it is built: "our company", "the hospital"."""
    return words[0] in ("the", "our", "this", "my") and words[-1] in lexicon().organizations


def _second(subject: NounPhrase, subject_words: list[str], tail: list[str], span: Span, segment: Segment) -> list[Fact]:
    if modal(["x", *tail]) or tail[0] in HAVING:
        production = ability if tail[0] not in HAVING else having
        return production([*subject_words, *tail], span, segment)
    if tail[0] in ("belongs", "belong") or _PLACED.match(" ".join(["it", *tail])):
        return belonging([*subject_words, *tail], span, segment)
    return acts(Frame(span, subject), tail, ("third", "base"))


def _second_clause(words: list[str]) -> tuple[list[str], list[str]]:
    """ "a name and can borrow books": what follows "and" with a verb of its own."""
    for position, word in enumerate(words[:-1]):
        if word in ("and", ",", "that", "which") and position:
            after = (
                words[position + 1 : position + 2]
                if words[position + 1] != "and"
                else words[position + 2 : position + 3]
            )
            start = position + 1 if words[position + 1] != "and" else position + 2
            if not after:
                continue
            placed = " ".join(["it", *words[start:]])
            if after[0] in (*MODALS, "has", "belongs", "belong", "have", "is", "are") or _PLACED.match(placed):
                return words[:position], words[start:]
            found = find_verb(words[start:], ("third",))
            if (
                found is not None
                and len(words) > start + found[1]
                and words[start + found[1]] not in (",", "and", "or")
                and singular(after[0]) not in lexicon().attributes
                and not _names_entity(after[0])
            ):
                return words[:position], words[start:]
    return words, []


def _names_entity(word: str) -> bool:
    return singular(word) in lexicon().kinds


def attribute_items(words: list[str]) -> list[NounPhrase]:
    """The members of "a unique name, a price (in cents) and several tags"."""
    body = [
        word
        for word in words
        if word not in ("following", "fields", "attributes", "properties") or word in lexicon().attributes
    ]
    while body and body[0] in (":", "the", "like", "such", "as", "at", "least"):
        body = body[1:]
    return noun_phrases(_BOUND.sub(r"( \1 to \2 )", " ".join(body)).split())


def belonging(words: list[str], span: Span, _: Segment) -> list[Fact]:
    """A comment belongs to a post; there is one profile per user."""
    match = _BELONGING.match(" ".join(words))
    if match is None or HAVING & set(match["child"].split()):
        return []
    body, _has, tail = re.sub(r" ,? ?(?:and )?(?=(?:has|have) )", "\n", match["parents"]).partition("\n")
    children = noun_phrases(match["child"].split())
    parents = noun_phrases(body.split())
    known = lexicon()
    pairs = [(child, parent) for child in children for parent in parents if child.key != parent.key]
    turned = "assigned" in words and any(
        known.role(child.key) and not known.role(parent.key) for child, parent in pairs
    )
    found: list[Fact] = [
        Has(span, parent, replace(child, plural=False, optional=True))
        if turned
        else Has(span, child, parent, single=True)
        for child, parent in pairs
    ]
    items = attribute_items(tail.split()[1:]) if tail else []
    return [*found, *(Has(span, child, item) for child in children for item in items)]


def sentence(words: list[str], span: Span, segment: Segment) -> list[Fact]:
    """A manager approves transfers."""
    if find_verb(words) is not None and segment.form == "bullet" and not lexicon().role(singular(words[0])):
        return []
    mark = words.index("only") if "only" in words else -1
    words = [word for word in words if word != "only"]
    own = any(word in ("their", "his", "her", "own", "its") for word in words)
    for at in range(1, min(len(words), 9)):
        head = words[at - 1]
        many = singular(head) != head or "and" in words[:at] or head in ("staff", "people")
        forms = ("base", "third") if many else ("third",)
        found = find_verb(words[at:], forms)
        if many and lexicon().role(singular(head)) and len(words) > at + 1 and found is None and _unlisted(words[at]):
            return acts(Frame(span, noun_phrase(words[:at])), words[at:])
        if found is None or head in FUNCTION_WORDS or (head in lexicon().qualifiers and at == 1):
            continue
        if at == 1 and find_verb(words) is not None and not lexicon().role(singular(head)):
            continue
        if at == 1 and segment.form == "bullet" and not many and _thing(head):
            continue
        subject_words = words[:at]
        if "," in subject_words and "and" not in subject_words:
            return []
        if any(
            word in MODALS or word in HAVING or word in ("to", "is", "are", "be", "by", ":") for word in subject_words
        ):
            return []
        if subject_words and (is_system(subject_words) or is_body(subject_words)):
            return acts(Frame(span, None), words[at:], forms)
        subjects = noun_phrases(subject_words)
        how = How(0 <= mark < at and mark < len(subject_words), limited=mark >= at and (own or mark == at))
        result: list[Fact] = []
        for subject in subjects:
            result.extend(acts(Frame(span, subject, how), words[at:], forms))
        if result:
            return result
    return []


def _thing(word: str) -> bool:
    """Whether a word is a thing's, which does nothing: "product reviews with a rating"."""
    known = lexicon()
    return not known.role(word) and (word in known.kinds or word in trigger_phrases())


def _unlisted(word: str) -> bool:
    """Whether a word is on no list of nouns: after a person it may be a verb."""
    known = lexicon()
    groups = (known.roles, known.kinds, known.attributes, known.technical, known.containers, FUNCTION_WORDS)
    return not any(word in group or singular(word) in group for group in groups)


def imperative(words: list[str], span: Span, segment: Segment) -> list[Fact]:
    """Filter posts by a term."""
    forms = ("base", "third", "gerund") if words[0].endswith(("ing", "s")) else ("base",)
    found = find_verb(words, forms)
    if found is None:
        return []
    if words[0] in ("make", "keep") and words[1:2] in (["it"], ["them"], ["this"], ["everything"], ["sure"]):
        return [Aside(span, "technology and quality are chosen elsewhere")]
    if _technical(words[found[1] :]):
        return [Aside(span, "technology and quality are chosen elsewhere")]
    if len(words) > 2 and " ".join(words[:2]) in trigger_phrases():
        return features(words, span)
    frame = Frame(span, _actor(segment))
    return acts(frame, words, forms)


def _technical(words: list[str]) -> bool:
    """Whether all that is asked for is technology: "caching and rate limiting to our API"."""
    known = lexicon()
    end = next((i for i, word in enumerate(words) if i and word in PREPOSITIONS), len(words))
    members = [
        " ".join(word for word in member if word not in FUNCTION_WORDS and word not in known.qualifiers)
        for member in split_list(words[:end])
    ]
    return bool(members) and all(member in known.technical and member not in known.identity for member in members)


def _actor(segment: Segment) -> NounPhrase | None:
    """Who a heading or a leading item speaks of: "Admin:", "## For readers"."""
    for text in reversed(segment.context):
        words = [token.word for token in tokenize(clean(text)[:200])]
        kept = [
            word
            for word in words
            if word
            not in (
                ":",
                "for",
                "the",
                "as",
                "a",
                "an",
                "features",
                "functionality",
                "side",
                "stories",
                "can",
                "capabilities",
                "permissions",
                "role",
                "should",
                "be",
                "able",
                "to",
            )
        ]
        if 0 < len(kept) <= 3 and (phrase := noun_phrase(kept)) is not None and lexicon().role(phrase.key):
            return phrase
    return None
