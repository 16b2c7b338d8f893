"""Areas and things that a list names: "user management, posts and task tracking"."""

from __future__ import annotations

from collections.abc import Sequence

from backwright.sources.brief.attributes import is_attribute
from backwright.sources.brief.facts import Aside, Fact, Has, Mention, NounPhrase, Span, Without
from backwright.sources.brief.inflection import singular
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.packs import trigger_phrases
from backwright.sources.brief.phrases import noun_phrase, noun_phrases, split_list
from backwright.sources.brief.tokens import FUNCTION_WORDS
from backwright.sources.brief.verb_phrases import Frame, acts, find_verb

__all__ = ["features", "known_thing", "named"]


def features(words: Sequence[str], span: Span) -> list[Fact]:
    """The areas of a list: "user management, posts and task tracking"."""
    facts: list[Fact] = []
    for member in (part for listed in split_list(words) for part in _apart(listed)):
        if member[0] == "no" or member[0] == "without":
            facts.extend(Without(span, phrase) for phrase in noun_phrases(member[1:]))
            continue
        if member[0] in ("where", "which") and len(member) > 3:
            continue
        gerund = find_verb(member, ("gerund",))
        if gerund is not None and len(member) > gerund[1]:
            facts.extend(acts(Frame(span, None), member, ("gerund",)))
            continue
        if acting := _acting(member, span):
            facts.extend(acting)
            continue
        phrase = noun_phrase(member)
        last = facts[-1] if facts else None
        if isinstance(last, Has) and phrase is not None and member[0] in ("a", "an") and is_attribute(phrase):
            facts.append(Has(span, last.subject, phrase))
            continue
        facts.extend(_feature(member, span))
    return facts


def _apart(member: list[str]) -> list[list[str]]:
    """ "user management product catalog": known areas that no comma parts."""
    if len(member) < 3 or " ".join(member) in trigger_phrases():
        return [member]
    parts: list[list[str]] = []
    rest = member
    while rest:
        length = next((n for n in (3, 2) if len(rest) >= n and " ".join(rest[:n]) in trigger_phrases()), 0)
        if not length:
            return [member]
        parts, rest = [*parts, rest[:length]], rest[length:]
    return parts


def _acting(member: list[str], span: Span) -> list[Fact]:
    """ "hackers submit reports", "redeem points": what is done, not what is there."""
    if len(member) < 2 or known_thing(member):
        return []
    if find_verb(member) is not None and singular(member[0]) == member[0] and len(member) > 2:
        return acts(Frame(span, None), member)
    doing = find_verb(member[1:])
    if len(member) > 2 and singular(member[0]) != member[0] and doing is not None and doing[0].noun != doing[0].base:
        return acts(Frame(span, noun_phrase(member[:1])), member[1:])
    return []


def _feature(member: list[str], span: Span) -> list[Fact]:
    """ "CRUD operations for posts" is about posts; "login with JWT" about login."""
    known = lexicon()
    if "for" in member[1:]:
        before, after = member[: member.index("for")], member[member.index("for") + 1 :]
        if all(
            word in known.containers
            or word in known.technical
            or word in known.qualifiers
            or word in FUNCTION_WORDS
            or singular(word) in known.containers
            for word in before
        ):
            return [Mention(span, phrase) for phrase in noun_phrases(after)]
    at = next(
        (
            i
            for i, word in enumerate(member)
            if i
            and word
            in ("with", "via", "using", "by", "through", "from", "in", "that", "which", "where", "between", "to", "on")
        ),
        len(member),
    )
    phrase = noun_phrase(member[:at])
    if phrase is None:
        return []
    raw = phrase.raw.split()
    if (
        phrase.raw not in known.identity
        and phrase.raw not in trigger_phrases()
        and all(
            word in known.technical
            or singular(word) in known.technical
            or word in known.qualifiers
            or word in known.containers
            for word in raw
        )
        and phrase.key not in known.kinds
    ):
        return [Aside(span, "technology and quality are chosen elsewhere")]
    facts: list[Fact] = [Mention(span, phrase)]
    if at < len(member) and member[at] == "with" and phrase.plural:
        facts.extend(Has(span, phrase, item) for item in noun_phrases(member[at + 1 :]))
    return facts


def known_thing(words: Sequence[str]) -> bool:
    """Whether every thing that the words name is one of the lists: a guard against text that means nothing."""
    known = lexicon()
    phrases = noun_phrases(words)
    return bool(phrases) and all(
        phrase.key in known.kinds
        or phrase.key in known.collections
        or phrase.raw in known.identity
        or phrase.head in known.kinds
        or known.role(phrase.key)
        or phrase.key in known.domains
        or phrase.raw in trigger_phrases()
        or phrase.key in trigger_phrases()
        for phrase in phrases
    )


def named(words: list[str], span: Span) -> list[Fact]:
    known = lexicon()
    if sum(word in FUNCTION_WORDS for word in words) > len(words) // 2:
        return []
    return [
        fact for fact in features(words, span) if not (isinstance(fact, Mention) and not _worth(fact.noun, known.acts))
    ]


def _worth(noun: NounPhrase, acts_of: dict[str, str]) -> bool:
    """Whether a bare noun names something known, or is a nominalisation: "gizmo tracking"."""
    return known_thing(noun.raw.split()) or noun.raw.split()[-1] in acts_of or noun.plural
