"""Transitions: rule, conditions and steps of every move of a lifecycle."""

from __future__ import annotations

from backwright.blueprint.nodes import TransitionNode
from backwright.plan.draft import Draft, EntityDraft
from backwright.plan.expressions.narrowing import known_present
from backwright.plan.model import Lifecycle, Transition
from backwright.plan.policies import resolve_rule
from backwright.plan.steps import Place, resolve_requires, resolve_steps
from backwright.plan.steps.loops import check_loops
from backwright.plan.steps.uncompiled import check_compiled

__all__ = ["transitions"]


def transitions(draft: Draft) -> None:
    """Compile every lifecycle."""
    for entity in draft.entities.values():
        node = entity.node.lifecycle
        if node is None:
            continue
        found = [resolved for item in node.transitions if (resolved := _transition(draft, entity, item))]
        states = tuple(dict.fromkeys(state.name for state in node.states))
        ids = tuple(dict.fromkeys(state.id for state in node.states))
        entity.lifecycle = Lifecycle(node.field.value, states, tuple(found), node.origin, ids)
        readable = entity.whole is not None or any(rule.action.value == "read" for rule in entity.node.allow)
        if node.transitions and not readable and entity.node.has_allow:
            reason = f"{entity.name} has transitions, but nobody may read it"
            draft.say("policy/blind", reason, node.origin, "Add 'read' to 'allow'.")


def _transition(draft: Draft, entity: EntityDraft, node: TransitionNode) -> Transition | None:
    if entity.whole is not None:
        reason = f"{entity.name} is a part, and parts have no routes of their own for transitions"
        draft.say("lifecycle/part", reason, node.origin, f"Move the lifecycle to {entity.whole}.")
    place = Place(draft, entity.name)
    rule = None
    if not node.has_allow:
        advice = "Add 'allow', such as 'allow: me != null'."
        draft.say("policy/missing", f"'{node.name.name}' does not say who may do it", node.origin, advice)
    if node.allow is not None:
        rule = resolve_rule(draft, node.name.name, node.allow, draft.scope(entity.name), node.allow.origin)
        place.present = known_present(rule.expression, True) if rule is not None else frozenset({"me", "me.role"})
    require = resolve_requires(place, node.require)
    steps = resolve_steps(place, node.steps)
    check_loops(draft, steps)
    check_compiled(draft, steps)
    if rule is None or node.target is None:
        return None
    sources = tuple(dict.fromkeys(source.value for source in node.sources))
    name = node.name
    return Transition(name.id, name.name, sources, node.target.value, rule, require, steps, node.origin)
