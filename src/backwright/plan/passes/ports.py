"""Declared ports: what their calls are told and how they may end."""

from __future__ import annotations

from backwright.blueprint.nodes import CallNode, InputNode, PortNode
from backwright.plan.draft import Draft
from backwright.plan.model import Call, Input, ListOf, Port
from backwright.plan.types import resolve_type

__all__ = ["ports"]


def ports(draft: Draft) -> None:
    """Resolve every port, so that operations can call it."""
    for node in draft.blueprint.ports:
        draft.ports.setdefault(node.name.name, _port(draft, node))


def _port(draft: Draft, node: PortNode) -> Port:
    return Port(node.name.id, node.name.name, tuple(_call(draft, each) for each in node.calls), node.origin)


def _call(draft: Draft, node: CallNode) -> Call:
    inputs = tuple(found for each in node.inputs if (found := _input(draft, each)) is not None)
    outcomes = tuple(dict.fromkeys(each.name for each in node.outcomes))
    if not outcomes:
        reason = f"'{node.name.name}' has no outcome, so nothing could follow from it"
        draft.say("port/no-outcome", reason, node.origin, "Name one or more: 'outcomes: [accepted, refused]'.")
    return Call(node.name.id, node.name.name, inputs, outcomes, node.origin)


def _input(draft: Draft, node: InputNode) -> Input | None:
    kind = resolve_type(draft, node.type) if node.type is not None else None
    if isinstance(kind, ListOf):
        reason = "lists in calls are not compiled by this version"
        draft.say("language/not-yet", reason, node.origin, "Name the row that holds the list.")
        return None
    return Input(node.name.id, node.name.name, kind, node.optional, node.origin) if kind is not None else None
