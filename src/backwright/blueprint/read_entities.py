"""Entities."""

from __future__ import annotations

from backwright.blueprint.document import Mapping, Node, Scalar, Sequence
from backwright.blueprint.nodes import (
    CheckNode,
    ComputedNode,
    EntityNode,
    IndexNode,
    LifecycleNode,
    RuleNode,
    TransitionNode,
)
from backwright.blueprint.read_retirement import RETIREMENT_KEYS, read_retirement
from backwright.blueprint.read_steps import read_emit, read_require, read_steps
from backwright.blueprint.read_types import read_field, read_part
from backwright.blueprint.reader import Reader
from backwright.blueprint.suggestion import nearest
from backwright.blueprint.text import Text

__all__ = ["ENTITY_KEYS", "LIFECYCLE_KEYS", "TRANSITION_KEYS", "read_entities"]

ENTITY_KEYS = (
    *("fields", "owner", "parts", "computed", "unique", "indexes", "checks"),
    *("lifecycle", "allow", "plural", "summary", "versioned", "cached", *RETIREMENT_KEYS),
)
LIFECYCLE_KEYS = ("field", "states", "transitions")
TRANSITION_KEYS = ("from", "to", "allow", "require", "steps", "emit")
_LATER = {
    "seeds": "seeds",
    "tenancy": "tenancy",
    "views": "views",
    "events": "events",
    "channels": "channels",
    "softDelete": "soft delete",
}
_LATER_IN_TRANSITIONS = {"then": "a call after the commit"}
_ACTIONS = ("read", "create", "update", "delete")


def read_entities(reader: Reader, node: Node | None) -> tuple[EntityNode, ...]:
    """Every entity, also those with mistakes in them."""
    return tuple(_entity(reader, entry.key, entry.value) for entry in reader.mapping(node, "'entities'").entries)


def _entity(reader: Reader, key: Text, value: Node) -> EntityNode:
    name = reader.name(key)
    empty = isinstance(value, Scalar) and value.is_null
    body = reader.mapping(None if empty else value, f"the entity '{name.name}'")
    reader.keys(body, f"the entity '{name.name}'", ENTITY_KEYS, (), _LATER)
    parts = reader.mapping(body.get("parts"), "'parts'", "Write 'parts: {lines: Name[1..100]}'.")
    allow = body.get("allow")
    return EntityNode(
        name=name,
        summary=reader.prose(body.get("summary"), "'summary'"),
        plural=reader.word(body.get("plural"), "'plural'"),
        owner=reader.word(body.get("owner"), "'owner'", "Name a field."),
        retirement=read_retirement(reader, body),
        versioned=reader.boolean(body.get("versioned"), "'versioned'"),
        cached=reader.word(body.get("cached"), "'cached'", "Write a time such as 30s."),
        fields=tuple(
            read_field(reader, entry.key, entry.value)
            for entry in reader.mapping(body.get("fields"), "'fields'", "Write 'name: type' lines.").entries
        ),
        parts=tuple(part for entry in parts.entries if (part := read_part(reader, entry.key, entry.value))),
        computed=tuple(
            ComputedNode(name=reader.name(computed), expression=text, origin=computed.origin)
            for computed, text in _expressions(reader, body.get("computed"), "'computed'")
        ),
        unique=_indexes(reader, body.get("unique"), "unique"),
        indexes=_indexes(reader, body.get("indexes"), "indexes"),
        checks=tuple(
            CheckNode(name=reader.name(check), expression=text, origin=check.origin)
            for check, text in _expressions(reader, body.get("checks"), "'checks'")
        ),
        lifecycle=_lifecycle(reader, body.get("lifecycle")),
        allow=_rules(reader, allow),
        has_allow=allow is not None,
        origin=key.origin,
    )


def _expressions(reader: Reader, node: Node | None, what: str) -> list[tuple[Text, Text]]:
    mapping = reader.mapping(node, what, "Write 'name: expression' lines.")
    return [
        (entry.key, expression)
        for entry in mapping.entries
        if (expression := reader.expression(entry.value, f"'{entry.key.value}'"))
    ]


def _indexes(reader: Reader, node: Node | None, what: str) -> tuple[IndexNode, ...]:
    advice = f"Write '{what}: [[a, b]]': a list of lists of fields."
    found: list[IndexNode] = []
    for item in reader.items(node, f"'{what}'", advice):
        if not isinstance(item, Sequence):
            reader.wrong_kind(item, f"an entry of '{what}'", "a list of fields", advice)
            continue
        fields = tuple(text for word in item.items if (text := reader.word(word, "a field's name")))
        if fields:
            found.append(IndexNode(fields=fields, origin=item.origin))
        elif not item.items:
            reader.wrong_kind(item, f"an entry of '{what}'", "a list of one field or more", advice)
    return tuple(found)


def _rules(reader: Reader, node: Node | None) -> tuple[RuleNode, ...]:
    found: list[RuleNode] = []
    advice = "Write 'allow: {read: expression, …}'."
    for entry in reader.mapping(node, "'allow'", advice).entries:
        if entry.key.value not in _ACTIONS:
            help_text = nearest(entry.key.value, _ACTIONS) or f"Actions are {', '.join(_ACTIONS)}."
            reader.say("policy/unknown-action", f"there is no action '{entry.key.value}'", entry.key.origin, help_text)
        elif expression := reader.expression(entry.value, f"allow {entry.key.value}"):
            found.append(RuleNode(action=entry.key, expression=expression, origin=entry.key.origin))
    return tuple(found)


def _lifecycle(reader: Reader, node: Node | None) -> LifecycleNode | None:
    if node is None:
        return None
    body = reader.mapping(node, "'lifecycle'", "Write 'lifecycle: {field, states, transitions}'.")
    if not isinstance(node, Mapping):
        return None
    reader.keys(body, "a lifecycle", LIFECYCLE_KEYS, LIFECYCLE_KEYS)
    field = reader.word(body.get("field"), "'field'")
    states = tuple(
        reader.name(text)
        for item in reader.items(body.get("states"), "'states'")
        if (text := reader.word(item, "a state"))
    )
    transitions = reader.mapping(body.get("transitions"), "'transitions'")
    if field is None:
        return None
    return LifecycleNode(
        field=field,
        states=states,
        transitions=tuple(_transition(reader, entry.key, entry.value) for entry in transitions.entries),
        origin=body.origin,
    )


def _transition(reader: Reader, key: Text, value: Node) -> TransitionNode:
    name = reader.name(key)
    what = f"the transition '{name.name}'"
    body = reader.mapping(value, what)
    if body.entries:
        reader.keys(body, what, TRANSITION_KEYS, ("from", "to"), _LATER_IN_TRANSITIONS)
    sources = body.get("from")
    items = sources.items if isinstance(sources, Sequence) else (sources,)
    emit = body.get("emit")
    emitted = read_emit(reader, emit, (), emit.origin) if emit is not None else ()
    return TransitionNode(
        name=name,
        sources=tuple(text for item in items if (text := reader.word(item, "'from'"))),
        target=reader.word(body.get("to"), "'to'", "A transition leads to one state."),
        allow=reader.expression(body.get("allow"), "allow"),
        has_allow=body.get("allow") is not None,
        require=read_require(reader, body.get("require")),
        steps=(*read_steps(reader, body.get("steps"), "'steps'"), *emitted),
        origin=key.origin,
    )
