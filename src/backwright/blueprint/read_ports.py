"""Outside systems, and the calls that operations make after their commit."""

from __future__ import annotations

from backwright.blueprint.document import Mapping, Node, Scalar, Sequence
from backwright.blueprint.nodes import CallNode, OutcomeNode, PortNode, StepNode, ThenNode
from backwright.blueprint.read_steps import read_steps, read_values
from backwright.blueprint.read_types import read_inputs
from backwright.blueprint.reader import Reader
from backwright.blueprint.text import Text

__all__ = ["CALL_KEYS", "THEN_KEYS", "read_ports", "read_then"]

CALL_KEYS = ("input", "outcomes")
THEN_KEYS = ("call", "with")
_FORM = "Write 'then: {call: PORT.name, with: {input: expression}, OUTCOME: steps}'."


def read_ports(reader: Reader, node: Node | None) -> tuple[PortNode, ...]:
    """Every port with its calls."""
    advice = "Write 'ports: {name: {call: {input: {…}, outcomes: […]}}}'."
    return tuple(_port(reader, entry.key, entry.value) for entry in reader.mapping(node, "'ports'", advice).entries)


def _port(reader: Reader, key: Text, value: Node) -> PortNode:
    name = reader.name(key)
    calls = reader.mapping(value, f"the port '{name.name}'")
    found = tuple(_call(reader, entry.key, entry.value) for entry in calls.entries)
    return PortNode(name=name, calls=found, origin=key.origin)


def _call(reader: Reader, key: Text, value: Node) -> CallNode:
    name = reader.name(key)
    what = f"the call '{name.name}'"
    body = reader.mapping(value, what)
    if body.entries:
        reader.keys(body, what, CALL_KEYS, ("outcomes",), at=key.origin)
    outcomes = reader.items(body.get("outcomes"), "'outcomes'", "Write 'outcomes: [accepted, refused]'.")
    return CallNode(
        name=name,
        inputs=read_inputs(reader, body.get("input"), "'input'"),
        outcomes=tuple(reader.name(text) for item in outcomes if (text := reader.word(item, "an outcome"))),
        origin=key.origin,
    )


def read_then(reader: Reader, node: Node | None) -> ThenNode | None:
    """The call, and the steps of each outcome: one step, a list of steps, or nothing."""
    if node is None:
        return None
    body = reader.mapping(node, "'then'", _FORM)
    if not isinstance(node, Mapping):
        return None
    if body.get("call") is None:
        reader.say("blueprint/missing-key", "'then' needs 'call'", body.origin, _FORM)
    call = reader.word(body.get("call"), "'call'", "Name a call of a port: 'PORT.name'.")
    values = read_values(reader, body, "with")
    outcomes = tuple(
        OutcomeNode(name=entry.key, steps=_steps(reader, entry.value, entry.key), origin=entry.key.origin)
        for entry in body.entries
        if entry.key.value not in THEN_KEYS
    )
    return ThenNode(call=call, values=values, outcomes=outcomes, origin=body.origin) if call else None


def _steps(reader: Reader, node: Node, outcome: Text) -> tuple[StepNode, ...]:
    match node:
        case Scalar() if node.is_null:
            return ()
        case Sequence(items=()):
            return ()
        case Mapping():
            return read_steps(reader, Sequence((node,), node.origin), f"the outcome '{outcome.value}'")
        case _:
            return read_steps(reader, node, f"the outcome '{outcome.value}'")
