"""Clauses that say what is done to a thing: "tasks are closed by their author"."""

from __future__ import annotations

from dataclasses import replace

from backwright.sources.brief.constraints import limits
from backwright.sources.brief.facts import Aside, Fact, Has, Mention, NounPhrase, Span
from backwright.sources.brief.lexicon import Verb, lexicon
from backwright.sources.brief.phrases import PREPOSITIONS, noun_phrase, noun_phrases
from backwright.sources.brief.segmentation import Segment
from backwright.sources.brief.thresholds import threshold
from backwright.sources.brief.verb_phrases import Frame, How, acts, find_verb, marking, until_condition

__all__ = ["excepted", "passive", "passive_sentence"]

_MEANS = frozenset(
    ["email", "e-mail", "mail", "sms", "phone", "telephone", "hand", "default", "law", "post", "push notification"]
)

_EXCEPTING = ("except", "but", "besides")


def passive_sentence(words: list[str], span: Span, _: Segment) -> list[Fact]:
    """Transfers are approved by a manager."""
    at = next((i for i, word in enumerate(words[:10]) if i and word in ("is", "are", "gets", "get")), 0)
    if not at or len(words) <= at + 1:
        return []
    rest = words[at + 1 :]
    negated = rest[0] == "not"
    rest = rest[1:] if negated else rest
    if not rest:
        return []
    return limits(words[:at], rest, span, negated) or (
        passive([word for word in words[:at] if word != "only"], rest, span, How("only" in words, negated))
        if find_verb(rest, ("participle", "past"))
        else _done_by(words[:at], rest, span)
    )


def passive(subject_words: list[str], rest: list[str], span: Span, how: How) -> list[Fact]:
    """Tasks can only be closed by their author."""
    how = replace(how, only=how.only or "only" in rest)
    rest = [word for word in rest if word not in ("only", "also", "automatically", "fully")]
    if (
        rest[:2] == ["logged", "in"]
        or rest[:1] in (["authenticated"], ["registered"], ["signed"])
        or rest[:2] == ["signed", "in"]
    ):
        return _signed_in(subject_words, rest, span)
    verbs: list[Verb] = []
    at = 0
    if marked := marking(rest):
        verbs, at = [marked], 3
    while at < len(rest):
        found = find_verb(rest[at:], ("participle", "past"))
        if found is None:
            if rest[at] in (",", "and", "or"):
                at += 1
                continue
            break
        verbs.append(found[0])
        at += found[1]
    end = threshold(subject_words)
    things = noun_phrases(subject_words[:end])
    if not verbs or not things:
        return []
    tail, condition = until_condition(rest[at:])
    amount = " ".join(subject_words[end:])
    actors: list[NounPhrase | None] = [None]
    related: tuple[tuple[str, NounPhrase], ...] = ()
    further: list[str] = []
    if "by" in tail:
        named, further = _doers([word for word in tail[tail.index("by") + 1 :] if word != "only"])
        if not named and any(verb.act == "communicate" or verb.base == "send" for verb in verbs):
            return [Aside(span, "messages are not elements")]
        actors = list(named) or [None]
    elif len(tail) > 1 and tail[0] in ("to", "from", "in", "into", "with"):
        phrase = noun_phrase(tail[1:])
        related = ((tail[0], phrase),) if phrase is not None else ()
    if "except" in tail and how.negated:
        actors, how = [*noun_phrases(excepted(tail)[1]), None], How(only=True)
        actors = actors[:-1] or actors
    found_here: list[Fact] = [
        replace(Frame(span, actor, how).can(verb, thing, related), condition=condition or amount)
        for actor in actors
        for verb in verbs
        for thing in things
    ]
    if condition:
        found_here.append(Aside(span, f"the condition {condition!r}"))
    return found_here + (passive(subject_words, further, span, how) if further else [])


def _doers(words: list[str]) -> tuple[list[NounPhrase], list[str]]:
    """Who acts in "by one and released by another", and what is said after; a means is nobody."""
    end = next(
        (i for i, word in enumerate(words) if i and word in PREPOSITIONS and word not in ("of", "by")), len(words)
    )
    joint = next(
        (
            i
            for i, word in enumerate(words)
            if word in ("and", ",") and find_verb(words[i + 1 :], ("participle", "past"))
        ),
        len(words),
    )
    named = [phrase for phrase in noun_phrases(words[: min(end, joint)]) if phrase.key not in _MEANS]
    return named, words[joint + 1 :]


def _signed_in(subject_words: list[str], rest: list[str], span: Span) -> list[Fact]:
    actor = noun_phrase(subject_words)
    if "to" not in rest:
        return [Aside(span, "everyone signs in"), Mention(span, NounPhrase(("authentication",), "authentication"))]
    return acts(Frame(span, actor, How(only=True)), rest[rest.index("to") + 1 :])


def _done_by(subject_words: list[str], rest: list[str], span: Span) -> list[Fact]:
    """Each lesson is given by one tutor: a lesson has a tutor."""
    if rest[1:2] != ["by"]:
        return []
    people = [phrase for phrase in noun_phrases(rest[2:]) if lexicon().role(phrase.key)]
    return [Has(span, thing, person, single=True) for thing in noun_phrases(subject_words) for person in people]


def excepted(words: list[str]) -> tuple[list[str], list[str]]:
    """Those who may in "everyone except guests", and those who may not."""
    at = next((i for i, word in enumerate(words) if i and word in _EXCEPTING), len(words))
    return words[:at], [word for word in words[at + 1 :] if word not in ("for", "than", "from")]
