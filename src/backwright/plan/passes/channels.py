"""Channels: the form of an address, whose events it tells, who may listen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from backwright.blueprint.nodes import ChannelNode, EachNode, EmitNode, StepNode
from backwright.plan.draft import Draft
from backwright.plan.expressions.types import RowType, Typing
from backwright.plan.model import Channel, Event, Input, Reference, Rule
from backwright.plan.policies import resolve_rule

__all__ = ["channels"]

_SEGMENT = re.compile(r"[a-z0-9][a-z0-9-]*\Z")
_PARAMETER = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\.id\}\Z")


def channels(draft: Draft) -> None:
    """Compile every channel."""
    emitted = set(_emitted(draft))
    shapes: dict[str, str] = {}
    for node in draft.blueprint.channels:
        if not _is_address(draft, node):
            continue
        address = node.address.value
        shape = re.sub(r"{.*}", "{}", address)
        if shapes.setdefault(shape, address) != address:
            reason = f"'{address}' cannot be told from '{shapes[shape]}'"
            draft.say("channel/conflict", reason, node.origin, "Give one of them another first word.")
            continue
        _channel(draft, node, emitted)


def _emitted(draft: Draft) -> Iterator[str]:
    for operation in draft.blueprint.operations:
        yield from _named(operation.steps)
    for entity in draft.blueprint.entities:
        for move in entity.lifecycle.transitions if entity.lifecycle else ():
            yield from _named(move.steps)


def _named(steps: Iterable[StepNode]) -> Iterator[str]:
    for step in steps:
        if isinstance(step, EachNode):
            yield from _named(step.steps)
        elif isinstance(step, EmitNode):
            yield step.event.value


def _is_address(draft: Draft, node: ChannelNode) -> bool:
    segments = node.address.value.split("/")
    wrong = next((each for each in segments if not _SEGMENT.match(each) and not _PARAMETER.match(each)), None)
    advice = "Write words of small letters and digits, and at most one '{member.id}', with '/' between them."
    if wrong is not None:
        reason = f"'{wrong}' cannot be a part of an address" if wrong else "a part of the address is empty"
        draft.say("channel/address", reason, node.origin, advice)
    elif sum(each.startswith("{") for each in segments) > 1:
        draft.say("channel/address", "an address has at most one parameter", node.origin, advice)
    else:
        return True
    return False


def _channel(draft: Draft, node: ChannelNode, emitted: set[str]) -> None:
    events = [event for word in node.sends if (event := draft.events.get(word.value))]
    for word in node.sends:
        if word.value not in draft.events:
            draft.unknown("name/unknown-event", "there is no event", word, draft.events)
        elif word.value not in emitted:
            advice = "Add 'emit' to the step that is its cause."
            draft.say("channel/silent", f"nothing emits '{word.value}'", word.origin, advice)
    if not node.sends:
        draft.say("channel/silent", "the channel sends no event", node.origin, "Name one in 'sends'.")
    if not events:
        return
    name = next((match[1] for each in node.address.value.split("/") if (match := _PARAMETER.match(each))), None)
    parameter = _parameter(draft, node, name, events) if name else None
    if name and parameter is None:
        return
    rule = _rule(draft, node, parameter)
    if rule is not None:
        names = dict.fromkeys(event.name for event in events)
        draft.channels.append(Channel(node.address.value, parameter, rule, tuple(names), node.origin))


def _parameter(draft: Draft, node: ChannelNode, name: str, events: list[Event]) -> Input | None:
    """The member of that name, where each event has it and all of them mean one kind of row."""
    members = {event.name: next((each for each in event.members if each.name == name), None) for event in events}
    first = next(iter(members.values()))
    for event, member in members.items():
        if member is None or member.optional or not isinstance(member.type, Reference):
            reason = f"{event} has no required reference '{name}'"
            advice = "Name a member that each of the events tells, or send the event on another channel."
            draft.say("channel/parameter", reason, node.origin, advice)
            return None
        if first is None or member.type != first.type:
            reason = f"'{name}' is not the same kind of row in all events"
            draft.say("channel/parameter", reason, node.origin, "Send the events on channels of their own.")
            return None
    assert first is not None
    assert isinstance(first.type, Reference)
    entity = draft.entities[first.type.entity]
    if entity.whole is None and not any(rule.action.value == "read" for rule in entity.node.allow):
        reason = f"whoever listens must see the row, but nobody may read {entity.name}"
        draft.say("policy/blind", reason, node.origin, "Add 'read'.")
        return None
    return first


def _rule(draft: Draft, node: ChannelNode, parameter: Input | None) -> Rule | None:
    if not node.has_allow:
        reason = f"'{node.address.value}' does not say who may listen"
        draft.say("policy/missing", reason, node.origin, "Add 'allow', such as 'allow: me != null'.")
    if node.allow is None:
        return None
    rows = {}
    if parameter is not None and isinstance(parameter.type, Reference):
        rows[parameter.name] = Typing(RowType(parameter.type.entity))
    rule = resolve_rule(draft, "listen", node.allow, draft.scope(None, rows), node.allow.origin)
    if rule is not None and rule.anonymous:
        reason = "the rule lets in callers without an account, and sockets are for accounts"
        draft.say("channel/anonymous", reason, node.allow.origin, "Begin it with 'me != null'.")
        return None
    return rule
