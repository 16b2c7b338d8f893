"""Lifecycles: states in the order in which work goes, and the moves between them."""

from __future__ import annotations

from backwright.packs import load, section
from backwright.sources.brief.draft import EntityDraft, FieldDraft, Grant, LifecycleDraft, TransitionDraft
from backwright.sources.brief.facts import Can, States
from backwright.sources.brief.lexicon import Kind, Verb, lexicon
from backwright.sources.brief.naming import camel, move_name, title
from backwright.sources.brief.world import World

__all__ = ["apply_states", "settle_lifecycles"]

_LATE = "shipped"


def apply_states(world: World, fact: States, origin: str) -> None:
    """States that the brief lists; they replace those of a pack."""
    thing = world.entity(fact.subject, origin) if fact.subject is not None else None
    if thing is None or thing.whole:
        return
    before = thing.lifecycle
    kept: dict[str, TransitionDraft] = {}
    if before is not None and before.origin.startswith("pack:"):
        kept = {name: move for name, move in before.transitions.items() if move.target in fact.names}
        for name, move in before.transitions.items():
            if (
                move.target not in fact.names
                and move.steps
                and any(word in lexicon().leaves_early for word in (move.target,))
                and _spoken(world, name)
            ):
                kept[name] = move
    elif before is not None:
        kept = before.transitions
    states = [*fact.names, *(move.target for move in kept.values() if move.target not in fact.names)]
    thing.lifecycle = LifecycleDraft(states, {}, origin, ordered=fact.ordered)
    thing.lifecycle.transitions = kept
    for move in kept.values():
        move.sources = []
    world.draft.credit(origin, f"entities.{thing.name}.lifecycle")


def _spoken(world: World, name: str) -> bool:
    return any(isinstance(fact, Can) and camel(fact.verb.base.split()) == name for _, fact in world.facts)


def settle_lifecycles(world: World) -> None:
    """Completes every lifecycle; what is only a word becomes a plain field."""
    for entity in list(world.draft.entities.values()):
        _usual(world, entity)
        if entity.lifecycle is None:
            continue
        if entity.whole or (entity.name == "User" and not entity.lifecycle.transitions):
            entity.lifecycle = None
        elif not entity.lifecycle.states and not entity.lifecycle.transitions:
            entity.fields.setdefault(
                "status", FieldDraft("enum(active, inactive) default active", entity.lifecycle.origin)
            )
            world.draft.suppose(
                f"entities.{entity.name}.fields.status",
                f"The status of {title(entity.name)} is active or inactive.",
                "types",
                "low",
            )
            world.draft.ask(5, f"Which states does {title(entity.name)} go through?")
            entity.lifecycle = None
        else:
            _complete(world, entity, entity.lifecycle)


def _usual(world: World, entity: EntityDraft) -> None:
    """Moves that such a thing usually has: a loan is returned."""
    kind = lexicon().kinds.get(entity.phrase)
    if kind is None or not kind.verbs or entity.pack or entity.whole:
        return
    if entity.lifecycle is not None and (
        entity.lifecycle.states or any(name not in _usual_names(kind) for name in entity.lifecycle.transitions)
    ):
        return
    lifecycle = entity.lifecycle = entity.lifecycle or LifecycleDraft([], {}, "kind:states")
    for verb in kind.verbs:
        known = lexicon().verbs[verb]
        name = move_name(verb, known.state)
        if name not in lifecycle.transitions:
            lifecycle.transitions[name] = TransitionDraft([], known.state, "", "kind:states")
            path = f"entities.{entity.name}.lifecycle" + (
                f".transitions.{name}" if lifecycle.origin != "kind:states" else ""
            )
            world.draft.suppose(
                path,
                f"A {title(entity.name)} can be {known.state.replace('_', ' ')}.",
                "kinds",
                "medium",
                f"delete entities.{entity.name}.lifecycle",
            )


def _usual_names(kind: Kind) -> list[str]:
    return [move_name(verb, lexicon().verbs[verb].state) for verb in kind.verbs]


def _complete(world: World, entity: EntityDraft, lifecycle: LifecycleDraft) -> None:
    stated = bool(lifecycle.states)
    if not stated:
        _opposites(world, entity, lifecycle)
        lifecycle.states = _ordered(entity, lifecycle)
    for move in lifecycle.transitions.values():
        if move.target not in lifecycle.states:
            lifecycle.states.append(move.target)
    if (
        entity.pack
        and all(move.sources for move in lifecycle.transitions.values())
        and lifecycle.origin.startswith("pack:")
    ):
        return
    packed = bool(entity.pack) and lifecycle.origin.startswith("pack:")
    if not packed:
        _moves(lifecycle, stated)
    for move in lifecycle.transitions.values():
        if not move.sources or any(source not in lifecycle.states for source in move.sources):
            unfinished = [state for state in lifecycle.states if state not in lexicon().ends and state != move.target]
            move.sources = unfinished if packed else _sources(lifecycle, move.target)
    _reachable(lifecycle)
    if "status" in entity.fields:
        if entity.pack:
            lifecycle.field = "state"
        else:
            del entity.fields["status"]
    if not stated and lifecycle.origin != "kind:states":
        world.draft.suppose(
            f"entities.{entity.name}.lifecycle.states",
            f"A {title(entity.name)} begins as {lifecycle.states[0].replace('_', ' ')}.",
            "states",
            "medium",
            f"rename the state {lifecycle.states[0]} of entities.{entity.name}.lifecycle",
        )


def _opposites(world: World, entity: EntityDraft, lifecycle: LifecycleDraft) -> None:
    """Whoever may approve may also reject."""
    for name, move in list(lifecycle.transitions.items()):
        verb = _verb_of(name, move)
        if verb is None or not verb.against or _decided(lifecycle, verb) or verb.against in lifecycle.transitions:
            continue
        if verb.against in (
            other.base for key, item in lifecycle.transitions.items() if (other := _verb_of(key, item)) is not None
        ):
            continue
        against = lexicon().verbs[verb.against]
        origin = "pack:states"
        lifecycle.transitions[verb.against] = TransitionDraft(
            [],
            against.state,
            "",
            origin,
            grants=[
                Grant(verb.against, grant.who, grant.own, grant.every, grant.only, grant.negated, origin)
                for grant in move.grants
            ],
        )
        world.draft.suppose(
            f"entities.{entity.name}.lifecycle.transitions.{verb.against}",
            f"Whoever may {verb.base} a {title(entity.name)} may also {verb.against} it.",
            "states",
            "medium",
        )


def _verb_of(name: str, move: TransitionDraft) -> Verb | None:
    """The verb that a transition is named by."""
    known = lexicon().verbs
    return known.get(title(name)) or known.get(move.target.replace("_", " "))


def _decided(lifecycle: LifecycleDraft, verb: Verb) -> bool:
    """Whether the brief names the other way to decide, in whatever words."""
    refusing = verb.state in lexicon().leaves_early
    others = [move.target for move in lifecycle.transitions.values() if move.target != verb.state]
    known = [other for base in lexicon().verbs.values() if base.against and (other := base.state) in others]
    return any((state in lexicon().leaves_early) != refusing for state in known)


def _ordered(entity: EntityDraft, lifecycle: LifecycleDraft) -> list[str]:
    """The initial state, then the targets in their usual order."""
    known = lexicon()
    kind = known.kinds.get(entity.phrase)
    targets = list(dict.fromkeys(move.target for move in lifecycle.transitions.values()))
    firsts = [
        verb.first
        for name, move in lifecycle.transitions.items()
        if (verb := _verb_of(name, move)) is not None and verb.first
    ]
    candidates = [name for name in firsts if name not in targets] or firsts or ["open"]
    first = (
        kind.first
        if kind is not None and kind.first and kind.first not in targets
        else min(candidates, key=lambda name: known.progress.get(name, 0))
    )
    if (
        kind is not None
        and kind.first
        and kind.first in targets
        and not [name for name in firsts if name not in targets]
    ):
        first = kind.first
    rest = [name for name in targets if name != first]
    return [first, *sorted(rest, key=lambda name: (name in known.leaves_early, known.progress.get(name, 99)))]


def _moves(lifecycle: LifecycleDraft, stated: bool) -> None:
    """A move to every state that has none."""
    known = lexicon()
    for position, state in enumerate(lifecycle.states):
        if any(move.target == state for move in lifecycle.transitions.values()) or (
            position == 0 and (lifecycle.ordered or not stated)
        ):
            continue
        if position == 0 and all(
            name in known.progress or name in known.ends or name in known.leaves_early for name in lifecycle.states
        ):
            continue
        name = _move_name(state)
        while name in lifecycle.transitions:
            name = f"{name}Again"
        lifecycle.transitions[name] = TransitionDraft([], state, "", lifecycle.origin)
    order = {state: at for at, state in enumerate(lifecycle.states)}
    lifecycle.transitions = dict(sorted(lifecycle.transitions.items(), key=lambda item: order.get(item[1].target, 99)))


def _move_name(state: str) -> str:
    """`shipped` to `ship`; a state that no verb names gets `markReady`."""
    known = lexicon()
    words = state.replace("_", " ")
    named = section(load("verbs").get("moves")).get(state)
    if isinstance(named, str):
        return named
    for base, verb in known.verbs.items():
        if verb.act == "transition" and verb.form == "base" and verb.state == state:
            return move_name(base, state)
    spoken = known.verbs.get(words)
    if spoken is not None and spoken.form in ("participle", "past"):
        return camel(spoken.base.split())
    if words.endswith("ed") and " " not in words:
        return camel((_stem(words),))
    return camel(("mark", *words.split()))


def _stem(word: str) -> str:
    """The verb behind a regular participle that is on no list: `departed`, `prepared`, `planned`."""
    stem = word[:-2]
    if stem.endswith("i") and len(stem) > 2:
        return stem[:-1] + "y"
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsz":
        return stem[:-1]
    clustered = (
        stem[-1] not in "aeiou"
        and stem[-2:-1] not in tuple("aeiou")
        and not stem.endswith(("rv", "lv", "ng", "nc", "rg", "dg", "ns", "rs", "rc", "bl", "tl", "dl", "gl", "pl", "z"))
    )
    return (
        stem
        if clustered or stem.endswith(("er", "en", "on", "it", "ow", "ay", "ey", "oy", "il", "ail", "ect", "ish"))
        else stem + "e"
    )


def _sources(lifecycle: LifecycleDraft, target: str) -> list[str]:
    """Where a move begins."""
    known = lexicon()
    states = lifecycle.states
    at = states.index(target)
    if at == 0:
        ended = [name for name in states if name != target and name in known.ends]
        return ended or [name for name in states if name != target]
    if target in known.leaves_early:
        limit = known.progress[_LATE]
        early = [
            name for name in states if name != target and name not in known.ends and known.progress.get(name, 0) < limit
        ]
        if target != "cancelled":
            early = early[:1]
        return early or states[:1]
    before = [name for name in states[:at] if name not in known.leaves_early]
    if lifecycle.ordered:
        return before[-1:] or states[:1]
    if any(name not in known.progress and name not in known.ends and name not in known.leaves_early for name in states):
        return [name for name in states if name != target]
    flowing = [name for name in before if name not in known.ends] or before
    if target in known.ends:
        return flowing or states[:1]
    return flowing[-1:] or states[:1]


def _reachable(lifecycle: LifecycleDraft) -> None:
    """Every state can be reached: a move that begins nowhere begins at the start."""
    reached = {lifecycle.states[0]}
    for _ in lifecycle.states:
        for move in lifecycle.transitions.values():
            if any(source in reached for source in move.sources):
                reached.add(move.target)
    for move in lifecycle.transitions.values():
        if move.target not in reached:
            move.sources = [lifecycle.states[0], *(name for name in move.sources if name != lifecycle.states[0])]
