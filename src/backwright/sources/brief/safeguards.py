"""What restricts and was not understood in full still restricts: as far as it names anything, nobody else may."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backwright.sources.brief.actors import KEEPER
from backwright.sources.brief.bounds import COUNTING
from backwright.sources.brief.deeds import READING
from backwright.sources.brief.draft import EntityDraft, Grant
from backwright.sources.brief.facts import Can, Fact, Limit, Without
from backwright.sources.brief.inflection import singular
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.naming import title
from backwright.sources.brief.segmentation import Segment
from backwright.sources.brief.tokens import clean, tokenize
from backwright.sources.brief.wording import plain
from backwright.sources.brief.world import Remark, World

__all__ = ["MARKS", "guard"]

_ACTIONS = ("read", "create", "update", "delete")
_NOT_WHO = re.compile(
    r"\bonly (?:one(?! (?:who|that|to))|once|twice|two|three|four|five)\b"
    r"|\bonly (?:at|when|if|in|on|after|before|during|for|with|\d+)\b|\bif and only\b"
    r"|\bmore than\b|\bat (?:most|least)\b|\b(?:twice|negative|below|exceed\w*|overlap\w*|overbooked|oversold|double)\b"
    r"|\bat a time\b|\bat the same time\b|\bnot only\b|\bread-only\b"
)
MARKS = re.compile(
    r"\bonly\b|\bnobody\b|\bcannot\b|\bcan't\b|\b(?:must|may|should|shall|can|are|is|do|does) (?:not|never)\b|\bnever\b"
    r"|\b(?:confidential|secret|forbidden|prohibited|restricted|hidden|classified|sensitive)\b"
    r"|\bexcept\b|\bunless\b|\bbut not\b"
    r"|\brequires?\b.*\b(?:role|permission|right|rights|privilege|privileges)\b"
)
_ADVICE = "Say it as “Only X can see Y”, “Only X can change Y” or “X cannot see Y”, one in a sentence."
_POINTING = re.compile(r"\b(?:them|it|this|these|those)\b")
_ELSEWHERE = re.compile(r"\b(?:everything|anything|all|whatever)\b.* except\b")
_COMMON = frozenset(["open", "closed", "active", "done", "ready", "available"])
_SEEING = re.compile(
    r"\b(?:know|knows|learn|learns|see|sees|seen|view|views|read|reads|shown|visible|revealed|disclosed|exposed|eyes)\b"
)
_FOR_ONLY = re.compile(r"\b(?:for|to) [\w' -]+ only\b|\bonly (?:for|to) \w")
_RELATIVE = re.compile(r"\b(?:that|which|who) (?:is|are|was|were|has|have) not\b")
_ONLY = re.compile(r"\b(?:only|alone|requires?)\b")
_PARENTHESIS = re.compile(r"\((?:(?!only)[^)])*\)")
_JOINT = re.compile(
    r"\b(?:nobody|cannot)\b.*\bexcept\b|\b\w+ (?:is|are) (?:secret|private|confidential) : (?=only|nobody)"
)
_SECRET = re.compile(r"\b(?:confidential|secret|restricted|hidden|classified|sensitive)\b")
_PERSONS = re.compile(
    r"\bonly (?:[\w'-]+ ){1,5}?(?:can|may|should|must|shall|have|has|are|is|will)\b|\b(?:nobody|unless)\b"
)
_BANS = re.compile(
    r"\b(?:cannot|can't|never|forbidden|prohibited)\b|\b(?:must|may|should|shall|can|do|does) (?:not|never)\b"
)

Told = Sequence[tuple[str, Segment, tuple[Fact, ...]]]


def guard(world: World, told: Told) -> None:
    """Grants for every restriction that no fact has carried into the draft."""
    if not world.draft.identity:
        return
    unmapped = {origin for origin, _ in world.unmapped}
    for origin, item, facts in told:
        if item.form in ("route", "sample", "code", "heading"):
            continue
        words = plain([token.word for token in tokenize(clean(item.text)[:2000])])
        text = _PARENTHESIS.sub(" ", " ".join(words))
        restricted = [fact for fact in facts if isinstance(fact, Can) and (fact.only or fact.negated or fact.limited)]
        marks = len(MARKS.findall(_JOINT.sub("nobody", _NOT_WHO.sub(" ", _RELATIVE.sub(" ", text)))))
        marks -= 1 if COUNTING.search(item.text.lower()) else 0
        settled = any(isinstance(fact, Limit | Without) for fact in facts)
        if origin in unmapped or (marks > len(restricted) and not settled):
            _guard(world, origin, text, pointing=not restricted)


def _guard(world: World, origin: str, text: str, *, pointing: bool) -> None:
    """Keeps one sentence, or each of its parts that names something of its own."""
    for piece in text.split(" ; "):
        lemmas = " ".join(singular(word) for word in piece.split())
        roles = _roles(world, lemmas, origin)
        fields, things = _kept(world, lemmas)
        whom = _whom(roles, piece)
        somewhere = pointing and bool(_POINTING.search(piece)) and bool(whom)
        if not (fields or things or somewhere) or not (whom or roles):
            if whom:
                message = "nothing that is kept is named here, so there is nothing to keep from anybody"
                world.remarks.append(Remark(origin, "brief/restriction-narrowed", message, _ADVICE))
            continue
        several = len(roles) > 1 and len(things) > 1 and " and " not in piece
        if not (fields or things) or not whom or several or _ELSEWHERE.search(piece):
            message = "who is kept from what was not understood"
            world.remarks.append(Remark(origin, "brief/restriction-lost", message, _ADVICE, stops=True))
            return
        _keep(world, origin, (fields, things), whom, closed=bool(_SECRET.search(piece) or _SEEING.search(piece)))


def _roles(world: World, lemmas: str, origin: str) -> list[str]:
    """The roles that a piece of text names; one that no other sentence names is one, too."""
    found = [role for role in world.draft.roles if _names(lemmas, role.replace("_", " "))]
    if found or not (_ONLY.search(lemmas) or _SECRET.search(lemmas)):
        return found
    known = lexicon()
    named = [word for word in lemmas.split() if known.roles.get(word) and word not in (*known.anyone, *known.signed_in)]
    for role in named:
        world.draft.roles.setdefault(role, origin)
    world.draft.roles = {role: world.draft.roles[role] for role in world.ordered_roles()}
    return named


def _kept(world: World, lemmas: str) -> tuple[list[tuple[EntityDraft, str]], list[EntityDraft]]:
    """The fields and the things that a piece of text names."""
    entities = list(world.draft.entities.values())
    fields = [
        (entity, member)
        for entity in entities
        for member, field in entity.fields.items()
        if field.notation[:1].islower() and _names(lemmas, singular(title(member)))
    ]
    things = [
        entity
        for entity in entities
        if entity.name != "User" and not entity.whole and _names(lemmas, title(entity.name))
    ]
    moving = [entity for entity in entities if entity.lifecycle is not None and not (fields or things)]
    for entity in moving:
        states = entity.lifecycle.states[1:] if entity.lifecycle is not None else []
        if any(_names(lemmas, state.replace("_", " ")) for state in states if state not in _COMMON):
            things.append(entity)
    return fields, things


def _keep(
    world: World,
    origin: str,
    named: tuple[list[tuple[EntityDraft, str]], list[EntityDraft]],
    whom: list[tuple[str, bool]],
    *,
    closed: bool,
) -> None:
    fields, things = named
    held = [(entity, member) for entity, member in fields if not things or entity in things]
    for entity, member in held:
        _grant(world, entity, [f"{READING}{member}", "update"], whom, origin)
    for entity in things if not held else ():
        _grant(world, entity, ["read"] if closed else [*_ACTIONS], whom, origin)
    shown = [title(entity.name) for entity in things] or [title(member) for _, member in fields]
    message = f"this restriction was not understood in full: it is kept for all of {', '.join(dict.fromkeys(shown))}"
    world.remarks.append(Remark(origin, "brief/restriction-narrowed", message, _ADVICE))


def _whom(roles: list[str], text: str) -> list[tuple[str, bool]]:
    """Those who alone may, or who may not; nothing where the sentence does not tell."""
    if _SECRET.search(text):
        return [(role, False) for role in roles] or [(KEEPER, False)]
    if _ONLY.search(text):
        told = _PERSONS.search(text) or _FOR_ONLY.search(text)
        return [(role, False) for role in roles] or ([(KEEPER, False)] if told else [])
    if not roles and (_PERSONS.search(text) or _FOR_ONLY.search(text)):
        return [(KEEPER, False)]
    if re.search(r"\b(?:nobody except|unless|requires?)\b", text):
        return [(role, False) for role in roles]
    if _BANS.search(text):
        return [(role, True) for role in roles] or ([(KEEPER, False)] if _SEEING.search(text) else [])
    return []


def _grant(world: World, entity: EntityDraft, actions: list[str], whom: list[tuple[str, bool]], origin: str) -> None:
    for action in actions:
        for who, negated in whom:
            entity.grants.append(Grant(action, who, False, False, not negated, negated, origin))
        if not action.startswith(READING):
            world.draft.credit(origin, f"entities.{entity.name}.allow.{action}")
        else:
            world.draft.credit(origin, f"entities.{entity.name}.fields.{action.removeprefix(READING)}")


def _names(lemmas: str, phrase: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(phrase)}(?![\w-])", lemmas) is not None
