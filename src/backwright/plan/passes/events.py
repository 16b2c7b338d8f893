"""Declared events: their members, in the types of inputs."""

from __future__ import annotations

from backwright.blueprint.nodes import EventNode, InputNode
from backwright.plan.draft import Draft
from backwright.plan.model import Event, Input, ListOf
from backwright.plan.types import resolve_type

__all__ = ["events"]


def events(draft: Draft) -> None:
    """Resolve every event, so that steps can emit it."""
    for node in draft.blueprint.events:
        draft.events.setdefault(node.name.name, _event(draft, node))


def _event(draft: Draft, node: EventNode) -> Event:
    members = tuple(member for each in node.members if (member := _member(draft, each)) is not None)
    return Event(node.name.id, node.name.name, members, node.origin)


def _member(draft: Draft, node: InputNode) -> Input | None:
    kind = resolve_type(draft, node.type) if node.type is not None else None
    if isinstance(kind, ListOf):
        reason = "lists in events are not compiled by this version"
        draft.say("language/not-yet", reason, node.origin, "Name the row that holds the list.")
        return None
    return Input(node.name.id, node.name.name, kind, node.optional, node.origin) if kind is not None else None
