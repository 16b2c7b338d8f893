"""Lifecycles: states, where each transition leads, and whether every state can be reached."""

from __future__ import annotations

from backwright.blueprint.nodes import LifecycleNode, MemberNode
from backwright.plan.draft import Draft, EntityDraft
from backwright.plan.model import Enumeration, Field

__all__ = ["lifecycles"]


def lifecycles(draft: Draft) -> None:
    """Give entities their state field and check the graph of their states."""
    for entity in draft.entities.values():
        node = entity.node.lifecycle
        if node is not None:
            _field(draft, entity, node)
            _graph(draft, node)


def _field(draft: Draft, entity: EntityDraft, node: LifecycleNode) -> None:
    name = node.field.value
    entity.state_field = name
    members: tuple[MemberNode, ...] = (*entity.node.fields, *entity.node.parts, *entity.node.computed)
    taken = next((member for member in members if member.name.name == name), None)
    if taken is not None:
        reason = f"the lifecycle declares '{name}' already"
        draft.say("name/duplicate", reason, taken.name.origin, "Remove it from the fields.")
        entity.fields = [field for field in entity.fields if field.name != name]
    if entity.find(name) is not None or name in ("id", "createdAt", "updatedAt"):
        draft.say("name/reserved", f"'{name}' cannot hold the state", node.field.origin, "Choose another name.")
        return
    states = tuple(dict.fromkeys(state.name for state in node.states))
    if not states:
        draft.say("lifecycle/states", "a lifecycle needs states", node.origin, "Write 'states: [open, closed]'.")
        draft.unreadable.add(name)
        return
    entity.fields.append(Field(name, name, Enumeration(states), node.field.origin, default=states[0]))


def _graph(draft: Draft, node: LifecycleNode) -> None:
    states = [state.name for state in node.states]
    complete = True
    for transition in node.transitions:
        ends = [*transition.sources, *([transition.target] if transition.target else [])]
        for end in ends:
            if end.value not in states:
                draft.unknown("lifecycle/unknown-state", "there is no state", end, states)
                complete = False
        complete = complete and bool(transition.sources) and transition.target is not None
    if not states or not complete:
        return
    reached = {states[0]}
    for _ in states:
        for transition in node.transitions:
            if transition.target is not None and any(source.value in reached for source in transition.sources):
                reached.add(transition.target.value)
    for state in node.states:
        if state.name not in reached:
            reason = f"no transition leads from '{states[0]}' to '{state.name}'"
            draft.say("lifecycle/unreachable", reason, state.origin, "Add a transition to it, or remove it.")
