"""From the text of a brief to a blueprint."""

from __future__ import annotations

import re
from types import MappingProxyType

from backwright.diagnostics import Diagnostic, Origin
from backwright.sources.brief.assumptions import assumptions_of
from backwright.sources.brief.bounds import unbounded
from backwright.sources.brief.completion import complete, expand_domains
from backwright.sources.brief.confidential import keep_apart
from backwright.sources.brief.deeds import apply_can
from backwright.sources.brief.draft import Draft, Grant
from backwright.sources.brief.emission import emit
from backwright.sources.brief.enforcement import enforce, settle_conditions
from backwright.sources.brief.exclusions import apply_without
from backwright.sources.brief.facts import Aside, Can, Fact, Has, Limit, Mention, States, Topic, Without
from backwright.sources.brief.fragments import apply_packs
from backwright.sources.brief.grammar import facts_of
from backwright.sources.brief.inputs import settle_inputs
from backwright.sources.brief.language import foreign
from backwright.sources.brief.lexicon import lexicon
from backwright.sources.brief.lifecycles import apply_states, settle_lifecycles
from backwright.sources.brief.meanings import settled
from backwright.sources.brief.model import BriefReading, Statement
from backwright.sources.brief.naming import application, title
from backwright.sources.brief.owners import settle_owners
from backwright.sources.brief.phrases import noun_phrase
from backwright.sources.brief.policies import settle_policies, settle_roles
from backwright.sources.brief.pronouns import Antecedents
from backwright.sources.brief.relations import apply_has, apply_limit
from backwright.sources.brief.report import Found, diagnostics_of, origins_of, statuses
from backwright.sources.brief.safeguards import guard
from backwright.sources.brief.samples import routes_and_samples
from backwright.sources.brief.segmentation import Segment, segment
from backwright.sources.brief.sentences import said
from backwright.sources.brief.tokens import clean, tokenize
from backwright.sources.brief.transfers import move_money
from backwright.sources.brief.world import World

__all__ = ["read_brief"]

_LONGEST = 120_000
_MOST = 1_000
_SOFTWARE = frozenset("api apis rest restful backend back-end server endpoint endpoints database architecture".split())
_EXAMPLE = "“Members borrow books. A book has a title and an author. A librarian manages books.”"
_REFUSALS = {
    "empty": Diagnostic(
        "brief/empty", "the brief is empty", Origin(), f"Say what the backend must keep and who may do what: {_EXAMPLE}"
    ),
    "language": Diagnostic(
        "brief/language",
        "the brief is not in English",
        Origin(line=1, column=1),
        "Write the brief in English; other languages are not read.",
    ),
    "nothing-understood": Diagnostic(
        "brief/nothing-understood",
        "no statement of the brief says what the backend keeps or who does what",
        Origin(line=1, column=1),
        f"Name the things, what they have, and who may do what: {_EXAMPLE}",
    ),
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def read_brief(text: str) -> BriefReading:
    """Reads a brief. Without a blueprint in the result, its diagnostics say why."""
    plain = _CONTROL.sub(" ", text).replace("\r\n", " \n").replace("\r", "\n").expandtabs(1)
    plain = plain.encode("utf-8", "replace").decode("utf-8")
    segments = segment(plain[:_LONGEST])
    if not plain.strip():
        return _refused(segments, "empty")
    if foreign(plain[:_LONGEST]):
        return _refused(segments, "language")
    taken, left = segments[:_MOST], segments[_MOST:]
    spoken = Antecedents()
    found = tuple((f"s{number}", item, _spoken(spoken, item)) for number, item in enumerate(taken, 1))
    facts = tuple((identifier, fact) for identifier, _, said_there in found for fact in said_there)
    if not any(_meant(fact) for _, fact in facts):
        return _refused(segments, "nothing-understood")
    world = World(settled(facts))
    _understand(world, found)
    draft = world.draft
    named = any(paths for paths in draft.evidence.values())
    if not draft.entities or (list(draft.entities) == ["User"] and not named):
        return _refused(segments, "nothing-understood")
    draft.name, draft.summary = _name(world), _summary(found)
    origins = origins_of(draft)
    ranked = sorted(draft.questions, key=lambda item: (-item[0], item[1]))
    return BriefReading(
        blueprint=None if any(remark.stops for remark in world.remarks) else emit(draft),
        origins=MappingProxyType(origins),
        statements=statuses(found, left, draft, frozenset(remark.origin for remark in world.remarks)),
        assumptions=assumptions_of(draft, origins),
        questions=tuple(dict.fromkeys(question for _, question in ranked)),
        diagnostics=diagnostics_of(found, left, plain, len(plain) > _LONGEST, world.remarks),
        sentences=said(draft),
    )


def _spoken(antecedents: Antecedents, item: Segment) -> tuple[Fact, ...]:
    """The facts of a statement, its pronouns put out."""
    facts = antecedents.resolved(_facts(item))
    if item.form == "heading":
        antecedents.under(noun_phrase([token.word for token in tokenize(clean(item.text)[:80])]))
    return facts


def _refused(segments: tuple[Segment, ...], reason: str) -> BriefReading:
    statements = tuple(
        Statement(f"s{number}", item.text, "not understood", (), item.offset, item.length)
        for number, item in enumerate(segments, 1)
    )
    return BriefReading(None, MappingProxyType({}), statements, (), (), (_REFUSALS[reason],), ())


def _meant(fact: Fact) -> bool:
    """Whether a fact alone could make a blueprint."""
    return not isinstance(fact, Aside | Without | Limit) and not (
        isinstance(fact, Can) and fact.verb.act in ("quality", "communicate")
    )


def _facts(item: Segment) -> tuple[Fact, ...]:
    if item.form in ("route", "sample", "code"):
        return routes_and_samples(item)
    return unbounded(facts_of(item), item.text.lower())


def _understand(world: World, told: Found) -> None:
    """The passes, in order: survey, packs, what is said, what is left unsaid, who may."""
    world.survey()
    apply_packs(world)
    for kinds in ((Topic, Mention), (Has,), (Can,), (States,)):
        for origin, fact in world.facts:
            if isinstance(fact, kinds):
                restricted = isinstance(fact, Can) and (fact.only or fact.negated or fact.limited)
                (_restricting if restricted else _apply)(world, fact, origin)
    settle_owners(world)
    expand_domains(world)
    for origin, fact in world.facts:
        if isinstance(fact, Limit):
            apply_limit(world, fact, origin)
    settle_lifecycles(world)
    complete(world)
    apply_without(world)
    for entity in list(world.draft.entities.values()):
        move_money(world, entity)
    settle_inputs(world)
    settle_roles(world)
    settle_conditions(world)
    settle_policies(world)
    guard(world, told)
    enforce(world)
    keep_apart(world)


def _restricting(world: World, fact: Fact, origin: str) -> None:
    """Applies a restriction, and notes it where no grant has come of it."""
    before = _restrictions(world)
    _apply(world, fact, origin)
    if isinstance(fact, Can) and _restrictions(world) == before:
        world.unmapped.append((origin, fact))


def _restrictions(world: World) -> int:
    """How many grants keep somebody from something."""
    grants: list[Grant] = []
    for entity in world.draft.entities.values():
        grants += entity.grants
        for move in entity.lifecycle.transitions.values() if entity.lifecycle is not None else ():
            grants += move.grants
    return sum(grant.only or grant.negated or grant.limited for grant in grants)


def _apply(world: World, fact: Fact, origin: str) -> None:
    match fact:
        case Mention():
            thing = world.entity(fact.noun, origin)
            if thing is not None and thing.name == "User":
                world.draft.credit(origin, "identity")
        case Has():
            apply_has(world, fact, origin)
        case Can():
            apply_can(world, fact, origin)
        case States():
            apply_states(world, fact, origin)
        case Topic() if fact.noun.plural and fact.noun.key in lexicon().kinds:
            world.entity(fact.noun, origin)
        case Topic() | Limit() | Without() | Aside():
            pass


def _name(world: World) -> str:
    for _, fact in world.facts:
        if isinstance(fact, Topic):
            words = [word for word in fact.noun.raw.split() if word not in _SOFTWARE] or fact.noun.raw.split()
            return application(words)
    entities: Draft = world.draft
    first = next((name for name in entities.entities if name != "User"), "User")
    return application([*title(first).split(), "service"])


def _summary(found: Found) -> str:
    """The sentence that says what is built, made safe for one line."""
    for _, item, facts in found:
        if any(isinstance(fact, Topic) for fact in facts):
            line = " ".join(re.sub(r"[^A-Za-z0-9 ,.;()&%+/-]", " ", item.text).split())
            return line[:160].rstrip(" ,;.(/-")
    return ""
