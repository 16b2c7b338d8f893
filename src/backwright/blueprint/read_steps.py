"""Steps of operations and transitions."""

from __future__ import annotations

from backwright.blueprint.document import Mapping, Node, Scalar, Sequence
from backwright.blueprint.nodes import (
    CreateNode,
    DeleteNode,
    EachNode,
    EmitNode,
    LetNode,
    OtherwiseNode,
    RequireNode,
    SetNode,
    StepNode,
    TransitionStepNode,
    UpdateNode,
)
from backwright.blueprint.reader import Reader
from backwright.blueprint.suggestion import nearest
from backwright.diagnostics import Origin

__all__ = ["read_emit", "read_require", "read_steps", "read_values"]

_FORMS: dict[str, tuple[str, ...]] = {
    "create": ("set", "as"),
    "update": ("set", "otherwise"),
    "delete": ("otherwise",),
    "each": ("do",),
    "require": ("otherwise",),
    "let": (),
    "transition": ("otherwise",),
    "emit": ("with",),
}
_LATER = {
    "call": "a call of a port that other steps wait for",
    "upsert": "an upsert",
    "if": "a branch",
    "schedule": "a job",
}


def read_steps(reader: Reader, node: Node | None, what: str) -> tuple[StepNode, ...]:
    """A list of steps, in order."""
    found: list[StepNode] = []
    if isinstance(node, Sequence) and not node.items:
        reader.say("operation/nothing-done", f"{what} is empty", node.origin, "Add a step, or remove it.")
    for item in reader.items(node, what, "Write a list: each step begins with '- '."):
        if isinstance(item, Mapping):
            found.extend(_step(reader, item))
        else:
            reader.wrong_kind(item, "a step", "a mapping", "Write 'create: …', 'update: …', 'require: …'.")
    return tuple(found)


def _step(reader: Reader, item: Mapping) -> tuple[StepNode, ...]:
    keys = [entry.key.value for entry in item.entries]
    later = next((entry.key for entry in item.entries if entry.key.value in _LATER), None)
    if later is not None:
        reason = f"'{later.value}' ({_LATER[later.value]}) is not compiled by this version"
        reader.say("language/not-yet", reason, later.origin, "Remove the step, or keep it in a comment.")
        return ()
    verbs = [key for key in keys if key in _FORMS]
    if not verbs:
        first = item.entries[0].key if item.entries else None
        advice = (nearest(first.value, _FORMS) if first else "") or f"Steps are {', '.join(_FORMS)}."
        reason = f"there is no step '{first.value}'" if first else "a step is empty"
        reader.say("operation/unknown-step", reason, first.origin if first else item.origin, advice)
        return ()
    verb = verbs[0]
    required = tuple(key for key in ("set", "do") if key in _FORMS[verb])
    reader.keys(item, f"the step '{verb}'", (verb, *_FORMS[verb]), required)
    value = item.get(verb)
    assert value is not None
    return _read(reader, verb, value, item)


def _read(reader: Reader, verb: str, value: Node, item: Mapping) -> tuple[StepNode, ...]:
    origin = item.origin
    match verb:
        case "create":
            entity = reader.word(value, "'create'", "Name an entity.")
            name = reader.word(item.get("as"), "'as'")
            step = entity and CreateNode(entity=entity, name=name, set=read_values(reader, item, "set"), origin=origin)
            return (step,) if step else ()
        case "let":
            return tuple(
                LetNode(name=entry.key, expression=expression, origin=entry.key.origin)
                for entry in reader.mapping(value, "'let'", "Write 'let: {name: expression}'.").entries
                if (expression := reader.expression(entry.value, f"'{entry.key.value}'"))
            )
        case "each":
            return _each(reader, value, item)
        case "emit":
            return read_emit(reader, value, read_values(reader, item, "with"), origin)
    target = reader.expression(value, f"'{verb}'")
    if target is None:
        return ()
    otherwise = _otherwise(reader, item.get("otherwise"))
    if verb == "update":
        return (UpdateNode(target=target, set=read_values(reader, item, "set"), otherwise=otherwise, origin=origin),)
    if verb == "delete":
        return (DeleteNode(target=target, otherwise=otherwise, origin=origin),)
    if verb == "require":
        return (RequireNode(expression=target, otherwise=otherwise, origin=origin),)
    return (TransitionStepNode(target=target, otherwise=otherwise, origin=origin),)


def _each(reader: Reader, value: Node, item: Mapping) -> tuple[StepNode, ...]:
    loop = reader.mapping(value, "'each'", "Write 'each: {in: PATH, as: name}'.")
    if loop.entries:
        reader.keys(loop, "'each'", ("in", "as"), ("in", "as"))
    source, variable = reader.expression(loop.get("in"), "'in'"), reader.word(loop.get("as"), "'as'")
    steps = read_steps(reader, item.get("do"), "'do'")
    if source is None or variable is None:
        return ()
    return (EachNode(source=source, variable=variable, steps=steps, origin=item.origin),)


def read_emit(reader: Reader, value: Node | None, values: tuple[SetNode, ...], origin: Origin) -> tuple[EmitNode, ...]:
    """The step that emits an event; none where nothing is named."""
    event = reader.word(value, "'emit'", "Name an event.")
    return (EmitNode(event=event, values=values, origin=origin),) if event else ()


def read_values(reader: Reader, item: Mapping, key: str) -> tuple[SetNode, ...]:
    """What `set` or `with` gives to each name."""
    advice = f"Write '{key}: {{name: expression}}'."
    return tuple(
        SetNode(field=entry.key, expression=expression, origin=entry.key.origin)
        for entry in reader.mapping(item.get(key), f"'{key}'", advice).entries
        if (expression := reader.expression(entry.value, f"the value of '{entry.key.value}'"))
    )


def _otherwise(reader: Reader, node: Node | None) -> OtherwiseNode | None:
    if node is None:
        return None
    mapping = reader.mapping(node, "'otherwise'", "Write 'otherwise: {error: name, status: 409}'.")
    if not isinstance(node, Mapping):
        return None
    reader.keys(mapping, "'otherwise'", ("error", "status"), ("error",))
    error = reader.word(mapping.get("error"), "'error'")
    status = reader.number(mapping.get("status"), "'status'")
    return OtherwiseNode(error=error, status=status, origin=mapping.origin) if error else None


def read_require(reader: Reader, node: Node | None) -> tuple[RequireNode, ...]:
    """What a transition requires: one expression, one mapping with `otherwise`, or a list of them."""
    if node is None:
        return ()
    items = (node,) if isinstance(node, Mapping | Scalar) else node.items
    found: list[RequireNode] = []
    for item in items:
        if isinstance(item, Mapping):
            found.extend(step for step in _step(reader, item) if isinstance(step, RequireNode))
        elif expression := reader.expression(item, "'require'"):
            found.append(RequireNode(expression=expression, otherwise=None, origin=item.origin))
    return tuple(found)
