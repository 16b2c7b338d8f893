"""Restrictions have the last word: every rule is narrowed to what the brief leaves, or the brief is stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from backwright.sources.brief.actors import KEEPER, NAMED, path_of
from backwright.sources.brief.conditions import signed_in, state_term, states_meant, telling
from backwright.sources.brief.draft import EntityDraft, FieldDraft, Grant, TransitionDraft
from backwright.sources.brief.naming import title
from backwright.sources.brief.policies import terms_of
from backwright.sources.brief.rules import (
    ANYONE,
    SIGNED,
    alternatives,
    limited_to_own,
    role_term,
    rule_of,
    without_role,
)
from backwright.sources.brief.thresholds import amount_term
from backwright.sources.brief.world import SIGNED_IN, Remark, World

__all__ = ["enforce", "exclusive_terms", "narrowed_rule", "settle_conditions"]

_ACTIONS = ("read", "create", "update", "delete")


def settle_conditions(world: World) -> None:
    """What is called sealed or published is a condition, where it tells such rows from others."""
    for entity in world.draft.entities.values():
        entity.grants = [_conditional(entity, grant, grant.action == "create") for grant in entity.grants]
        for move in entity.lifecycle.transitions.values() if entity.lifecycle is not None else ():
            move.grants = [_begun(entity, move, _conditional(entity, grant, True)) for grant in move.grants]


def _begun(entity: EntityDraft, move: TransitionDraft, grant: Grant) -> Grant:
    """A condition that names states says where the move begins."""
    field, states = states_meant(entity, grant.condition) if grant.condition else ("", ())
    lifecycle = entity.lifecycle
    if lifecycle is None or field != lifecycle.field:
        return grant
    sources = [state for state in states if state in lifecycle.states and state != move.target]
    if not sources:
        return grant
    move.sources = sources
    return replace(grant, condition="")


def _conditional(entity: EntityDraft, grant: Grant, passing: bool) -> Grant:
    condition = "" if signed_in(grant.condition) else grant.condition
    if grant.whose and not _points_at(entity, grant.whose):
        condition = f"{condition} {grant.whose}".strip()
    if grant.quality:
        restricted = grant.only or grant.negated or grant.limited
        if restricted or states_meant(entity, grant.quality)[0] or (telling(grant.quality) and not passing):
            condition = f"{condition} {grant.quality}".strip()
    return replace(grant, condition=condition, quality="")


def _points_at(entity: EntityDraft, whose: str) -> bool:
    """Whether a row names the thing through which it would be somebody's own."""
    name = whose.removeprefix("for their own ").replace(" ", "")
    return any(field.notation.split(" ")[0].lower() == name for field in entity.fields.values())


def enforce(world: World) -> None:
    """Narrows the rules of all actions and moves."""
    if not world.draft.identity:
        return
    for entity in world.draft.entities.values():
        if entity.whole:
            continue
        for action in _ACTIONS:
            grants = [grant for grant in entity.grants if grant.action == action]
            if any(_narrows(grant) for grant in grants):
                _action(world, entity, action, grants)
        moves = entity.lifecycle.transitions if entity.lifecycle is not None else {}
        for name, move in list(moves.items()):
            if any(_narrows(grant) for grant in move.grants):
                _move(world, entity, name, move)
        for grant in list(entity.grants):
            if grant.limited and not (grant.own or grant.condition) and grant.who in world.draft.roles:
                _nothing_else(world, entity, grant)
        _unseen(world, entity)
        _closed(world, entity)


def _closed(world: World, entity: EntityDraft) -> None:
    """Whoever may not read a row that few may read does not change it."""
    if "read" not in entity.allow:
        return
    for grant in entity.grants:
        if grant.action == "read" and grant.bans and grant.who in world.draft.roles:
            _blinded(world, entity, grant.who)
    if not any(grant.only and grant.action == "read" for grant in entity.grants):
        return
    seeing = alternatives(entity.allow["read"].notation)
    for action in ("update", "delete"):
        if (rule := entity.allow.get(action)) is None:
            continue
        left = [term for term in alternatives(rule.notation) if term in seeing or " == me" in term]
        if left:
            entity.allow[action] = FieldDraft(rule_of(left, list(world.draft.roles)), rule.origin)
        else:
            del entity.allow[action]


def _nothing_else(world: World, entity: EntityDraft, grant: Grant) -> None:
    """Who can only read cannot do the rest, unless the brief says so elsewhere."""
    for action in _ACTIONS:
        rule = entity.allow.get(action)
        told = any(other.action == action and other.who == grant.who and not other.negated for other in entity.grants)
        if rule is not None and action not in (grant.action, "read") and not told:
            left = rule_of(_without(world, entity, alternatives(rule.notation), grant.who), list(world.draft.roles))
            entity.allow[action] = FieldDraft(left or rule.notation, grant.origin)


def _blinded(world: World, entity: EntityDraft, role: str) -> None:
    """A role that may not read changes nothing, and moves nothing on that others may."""
    order = list(world.draft.roles)
    for action in ("update", "delete"):
        if (rule := entity.allow.get(action)) is not None:
            left = rule_of(_without(world, entity, alternatives(rule.notation), role), order)
            entity.allow[action] = FieldDraft(left or role_term(order[-1]), rule.origin)
    for move in entity.lifecycle.transitions.values() if entity.lifecycle is not None else ():
        move.allow = rule_of(_without(world, entity, alternatives(move.allow), role), order) or move.allow


def _unseen(world: World, entity: EntityDraft) -> None:
    """What nobody may read, nobody changes."""
    if "read" in entity.allow:
        return
    entity.allow.pop("update", None)
    entity.allow.pop("delete", None)
    entity.lifecycle = None
    if not entity.allow and entity.grants:
        message = f"nobody is left who may do anything with a {title(entity.name)}"
        advice = "Say which role may, or leave the thing out."
        world.remarks.append(Remark(entity.grants[-1].origin, "brief/restriction-lost", message, advice, stops=True))


def _narrows(grant: Grant) -> bool:
    return grant.only or grant.negated or grant.limited or bool(grant.condition)


def _action(world: World, entity: EntityDraft, action: str, grants: list[Grant]) -> None:
    rule = entity.allow.get(action)
    left = narrowed_rule(world, entity, action, grants, rule.notation if rule is not None else "")
    origin = next(grant.origin for grant in grants if _narrows(grant))
    if left:
        entity.allow[action] = FieldDraft(left, origin if rule is None or left != rule.notation else rule.origin)
    elif rule is not None:
        del entity.allow[action]


def _move(world: World, entity: EntityDraft, name: str, move: TransitionDraft) -> None:
    """A move that nobody may make is taken out, with the state that it alone leads to."""
    lifecycle = entity.lifecycle
    if lifecycle is None:
        return
    left = narrowed_rule(world, entity, name, move.grants, move.allow)
    if left:
        move.allow = left
        return
    del lifecycle.transitions[name]
    reached = {other.target for other in lifecycle.transitions.values()}
    if move.target not in reached and move.target != lifecycle.states[0]:
        lifecycle.states = [state for state in lifecycle.states if state != move.target]
        for other in lifecycle.transitions.values():
            other.sources = [state for state in other.sources if state != move.target] or lifecycle.states[:1]
    if not lifecycle.transitions:
        entity.lifecycle = None


def narrowed_rule(world: World, entity: EntityDraft, action: str, grants: list[Grant], rule: str) -> str:
    """The rule that the grants leave of `rule`; nothing where nobody may."""
    order = list(world.draft.roles)
    terms = alternatives(rule)
    terms = _conditions(world, entity, action, grants, terms)
    allowed = exclusive_terms(world, entity, action, grants)
    if allowed is not None:
        terms = allowed
    for grant in grants:
        if grant.limited and grant.own and not grant.condition:
            terms = limited_to_own(terms, grant.who, _own(world, entity, grant.who), order)
        elif grant.bans and not grant.who:
            terms = [] if allowed is None else terms
        elif grant.bans and action == "create" and (path := _of_another(world, entity, grant.who)):
            terms = [f"{term} && {path} != me" for term in terms if term not in (ANYONE, SIGNED)]
        elif grant.bans:
            terms = _without(world, entity, terms, grant.who)
    return rule_of(terms, order)


def _of_another(world: World, entity: EntityDraft, who: str) -> str:
    """The path to somebody whom another row names: the seller of the item that a bid is about."""
    path = path_of(world, entity, who) if who.startswith(NAMED) else ""
    return path if "." in path else ""


def exclusive_terms(world: World, entity: EntityDraft, action: str, grants: list[Grant]) -> list[str] | None:
    """Those who alone may; None where the brief names nobody so."""
    only = [
        grant for grant in grants if grant.only and grant.who and not grant.negated and not _stateful(entity, grant)
    ]
    named = [grant for grant in only if grant.who != KEEPER]
    if only and not named:
        order = list(world.draft.roles)
        owner = [f"{entity.owner} == me"] if entity.owner else ["this == me"] if entity.name == "User" else []
        spoken = [grant for grant in grants if grant.says and not grant.only]
        return [*owner, *_flat(world, entity, spoken, action), *([] if owner or spoken else [role_term(order[-1])])]
    if not named:
        return None
    found: list[str] | None = None
    for origin in dict.fromkeys(grant.origin for grant in named):
        here = _flat(world, entity, [grant for grant in named if grant.origin == origin], action)
        if action == "read" and entity.owner and all(grant.every for grant in named):
            here = [f"{entity.owner} == me", *here]
        found = here if found is None else [term for term in found if term in here]
    if not found:
        shown = title(entity.name)
        belonging = all(" of " in grant.who for grant in named)
        found = [f"{entity.owner} == me"] if entity.owner and belonging else []
        left = "its owner alone" if found else "nobody"
        _remark(world, named[0], f"those who are named cannot be told: {left} may {action} a {shown}", "Name a role.")
    return found or []


def _flat(world: World, entity: EntityDraft, grants: list[Grant], action: str) -> list[str]:
    owned, roles, everyone = terms_of(world, entity, grants, action)
    return [everyone] if everyone else [*owned, *(role_term(role) for role in roles)]


def _own(world: World, entity: EntityDraft, role: str) -> list[str]:
    """The paths by which somebody of a role is named in a row."""
    if entity.name == "User":
        return ["this"]
    if role.startswith(NAMED):
        return [path] if (path := path_of(world, entity, role)) else []
    name = world.role_field(role)
    field = entity.fields.get(name)
    if field is not None and field.notation.startswith("User"):
        return [name]
    return [entity.owner] if entity.owner else []


def _without(world: World, entity: EntityDraft, terms: list[str], who: str) -> list[str]:
    order = list(world.draft.roles)
    if who == "anyone":
        return [SIGNED if term == ANYONE else term for term in terms]
    if who == SIGNED_IN or who.startswith(NAMED):
        kept = [role_term(role) for role in order if world.rank(role) in ("staff", "admin")]
        return [term for term in terms if term in kept]
    own = _own(world, entity, who)
    named = [path for path in own if path == world.role_field(who)]
    return without_role(terms, who, named, order)


def _stateful(entity: EntityDraft, grant: Grant) -> bool:
    return bool(grant.condition) and bool(_told_apart(entity, grant.condition)[0])


def _told_apart(entity: EntityDraft, condition: str) -> tuple[str, str]:
    """The rule for the rows that a condition means, and for the others; nothing where no rule tells them apart."""
    field, values = states_meant(entity, condition)
    if not (field and values):
        return amount_term(entity, condition)
    lifecycle = entity.lifecycle
    states = lifecycle.states if lifecycle is not None and lifecycle.field == field else _values(entity, field)
    others = tuple(value for value in states if value not in values)
    return state_term(field, values), state_term(field, others) if others else ""


def _conditions(world: World, entity: EntityDraft, action: str, grants: list[Grant], terms: list[str]) -> list[str]:
    """What is said with a condition: exact where it is a state, narrower where it is not."""
    for grant in grants:
        if not grant.condition:
            continue
        settle: Callable[..., list[str]] = _within if _stateful(entity, grant) else _unsettled
        terms = settle(world, entity, action, grant, terms)
    return terms


def _within(world: World, entity: EntityDraft, action: str, grant: Grant, terms: list[str]) -> list[str]:
    within, outside = _told_apart(entity, grant.condition)
    theirs = _flat(world, entity, [grant], action)
    if grant.only and not grant.negated:
        kept = [f"{term} && {outside}" for term in terms if outside and term not in theirs]
        return [*kept, *theirs]
    if grant.negated:
        banned = _without(world, entity, terms, grant.who) if grant.who else []
        return [*banned, *(f"{term} && {outside}" for term in terms if outside and term not in banned)]
    if grant.limited:
        terms = _without(world, entity, terms, grant.who)
    elif any(term in (ANYONE, SIGNED) for term in terms):
        staff = [role_term(role) for role in world.draft.roles if world.rank(role) in ("staff", "admin")]
        mine = [f"{entity.owner} == me"] if entity.owner else []
        terms = [term for term in (*mine, *staff) if term not in theirs]
    else:
        terms = [term for term in terms if term not in theirs]
    return [*terms, *(within if term == "true" else f"{term} && {within}" for term in theirs)]


def _values(entity: EntityDraft, field: str) -> list[str]:
    notation = entity.fields[field].notation
    return [value.strip() for value in notation[notation.find("(") + 1 : notation.find(")")].split(",")]


def _unsettled(world: World, entity: EntityDraft, action: str, grant: Grant, terms: list[str]) -> list[str]:
    """A condition that no rule can say: the narrower reading, or none."""
    shown = title(entity.name)
    if grant.only and not grant.negated:
        said = f"“{grant.condition}” is not told apart: the restriction holds for every {shown}"
        _remark(world, grant, said, f"Name it as a state or a value: “A {shown} can be … or …”.")
        return _flat(world, entity, [grant], action)
    unconditional = [
        other for other in entity.grants if other.action == action and other.says and other.who == grant.who
    ]
    if unconditional and (grant.negated or grant.limited):
        said = f"“{grant.condition}” cannot be told from any other {shown}, so this restriction cannot be kept"
        _remark(world, grant, said, f"Name it as a state or a value: “A {shown} can be … or …”.", stops=True)
        return terms
    if unconditional:
        return terms
    said = f"the condition “{grant.condition}” is not compiled: who is meant may not {title(action)} a {shown} at all"
    _remark(world, grant, said, "Name the condition as a state of the thing, or leave it out.")
    return _without(world, entity, terms, grant.who) if grant.who else []


def _remark(world: World, grant: Grant, message: str, advice: str, *, stops: bool = False) -> None:
    code = "brief/restriction-lost" if stops else "brief/restriction-narrowed"
    world.remarks.append(Remark(grant.origin, code, message, advice, stops))
