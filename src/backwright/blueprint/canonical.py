"""A blueprint written as YAML again: one fixed layout, the one-line notation where it can say everything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import assert_never

from backwright.blueprint.nodes import (
    Blueprint,
    Bound,
    CallNode,
    ChannelNode,
    CreateNode,
    DeleteNode,
    EachNode,
    EmitNode,
    EntityNode,
    EventNode,
    FieldNode,
    IndexNode,
    InputNode,
    JobNode,
    LetNode,
    LifecycleNode,
    Name,
    OperationNode,
    OtherwiseNode,
    PartNode,
    PortNode,
    RequireNode,
    RetirementNode,
    SetNode,
    StepNode,
    ThenNode,
    TransitionNode,
    TransitionStepNode,
    TypeNode,
    UpdateNode,
)
from backwright.blueprint.notation import FLAGS

__all__ = ["render_blueprint", "render_type", "scalar"]

_PLAIN = re.compile(r"[A-Za-z0-9_(][^\n\t]*\Z")
_FLOW_MARKS = frozenset(",[]{}")
_SPECIAL = re.compile(r"(?:true|false|null|yes|no|on|off|~)\Z|[-+]?[0-9][0-9_.eE+-]*\Z", re.IGNORECASE)
Lines = Iterator[str]


def render_blueprint(blueprint: Blueprint) -> str:
    """The text of a blueprint file; reading it gives the same blueprint at other places."""
    return "\n".join(_lines(blueprint)) + "\n"


def _lines(blueprint: Blueprint) -> Lines:
    yield "backwright: 1"
    yield "app:"
    yield f"  name: {scalar(blueprint.app.name)}"
    if blueprint.app.summary:
        yield f"  summary: {scalar(blueprint.app.summary)}"
    identity = blueprint.identity
    if identity is not None and identity.entity is not None:
        yield "identity:"
        yield f"  entity: {scalar(identity.entity.value)}"
        yield f"  login: {_flow(word.value for word in identity.login)}"
        yield f"  roles: {_flow(_key(role) for role in identity.roles)}"
    yield "entities:" if blueprint.entities else "entities: {}"
    for entity in blueprint.entities:
        yield from _indent(_entity(entity))
    if blueprint.operations:
        yield "operations:"
        for operation in blueprint.operations:
            yield from _indent(_operation(operation))
    if blueprint.events:
        yield "events:"
        for event in blueprint.events:
            yield from _indent(_event(event))
    if blueprint.ports:
        yield "ports:"
        for port in blueprint.ports:
            yield from _indent(_port(port))
    if blueprint.channels:
        yield "channels:"
        for channel in blueprint.channels:
            yield from _indent(_channel(channel))
    if blueprint.jobs:
        yield "jobs:"
        for job in blueprint.jobs:
            yield from _indent(_job(job))
    if blueprint.requirements:
        yield "requirements:"
        yield from _indent(_requirements([(item.path.split("."), item.value) for item in blueprint.requirements]))


def _requirements(items: list[tuple[list[str], str]]) -> Lines:
    heads = dict.fromkeys(path[0] for path, _ in items)
    for head in heads:
        inner = [(path[1:], value) for path, value in items if path[0] == head]
        if all(path for path, _ in inner):
            yield f"{scalar(head)}:"
            yield from _indent(_requirements(inner))
        else:
            yield from (f"{scalar('.'.join([head, *path]))}: {scalar(value)}" for path, value in inner)


def _indent(lines: Iterable[str], by: int = 2) -> Lines:
    return (" " * by + line for line in lines)


def _key(name: Name) -> str:
    return name.name if name.id == name.name else f"{name.name}#{name.id}"


def _section(title: str, lines: Iterable[str]) -> Lines:
    body = list(lines)
    if body:
        yield f"{title}:"
        yield from _indent(body)


def _entity(entity: EntityNode) -> Lines:
    yield f"{_key(entity.name)}:"
    body: list[str] = []
    if entity.summary:
        body.append(f"summary: {scalar(entity.summary)}")
    if entity.plural is not None:
        body.append(f"plural: {scalar(entity.plural.value)}")
    if entity.owner is not None:
        body.append(f"owner: {scalar(entity.owner.value)}")
    if entity.versioned:
        body.append("versioned: true")
    if entity.cached is not None:
        body.append(f"cached: {scalar(entity.cached.value)}")
    body += _retirement(entity.retirement)
    body += _section("fields", (f"{_key(field.name)}: {_field(field)}" for field in entity.fields if field.type))
    body += _section("parts", (f"{_key(part.name)}: {_part(part)}" for part in entity.parts))
    body += _section("computed", (f"{_key(item.name)}: {scalar(item.expression.value)}" for item in entity.computed))
    body += _section("unique", _groups(entity.unique))
    body += _section("indexes", _groups(entity.indexes))
    body += _section("checks", (f"{_key(item.name)}: {scalar(item.expression.value)}" for item in entity.checks))
    if entity.lifecycle is not None:
        body += _section("lifecycle", _lifecycle(entity.lifecycle))
    rules = [f"{rule.action.value}: {scalar(rule.expression.value)}" for rule in entity.allow]
    body += _section("allow", rules)
    if entity.has_allow and not rules:
        body.append("allow: {}")
    yield from _indent(body)


def _retirement(node: RetirementNode | None) -> Lines:
    if node is not None:
        yield f"deprecated: {node.deprecated.value}"
    if node is not None and node.sunset is not None:
        yield f"sunset: {node.sunset.value}"


def _groups(groups: Iterable[IndexNode]) -> Lines:
    return (f"- {_flow(word.value for word in group.fields)}" for group in groups)


def _part(part: PartNode) -> str:
    if part.min is None or part.max is None:
        bounds = [f"{key}: {bound.value}" for key, bound in (("min", part.min), ("max", part.max)) if bound]
        return f"{{{', '.join([f'entity: {part.entity.value}', *bounds])}}}" if bounds else part.entity.value
    return f"{part.entity.value}[{part.min.value}..{part.max.value}]"


def _lifecycle(lifecycle: LifecycleNode) -> Lines:
    yield f"field: {scalar(lifecycle.field.value)}"
    yield f"states: {_flow(_key(state) for state in lifecycle.states)}"
    yield "transitions:" if lifecycle.transitions else "transitions: {}"
    for transition in lifecycle.transitions:
        yield from _indent(_transition(transition))


def _transition(node: TransitionNode) -> Lines:
    yield f"{_key(node.name)}:"
    sources = [source.value for source in node.sources]
    body = [f"from: {scalar(sources[0]) if len(sources) == 1 else _flow(sources)}"]
    if node.target is not None:
        body.append(f"to: {scalar(node.target.value)}")
    if node.allow is not None:
        body.append(f"allow: {scalar(node.allow.value)}")
    body += _section("require", _steps(node.require))
    body += _section("steps", _steps(node.steps))
    yield from _indent(body)


def _operation(node: OperationNode) -> Lines:
    yield f"{_key(node.name)}:"
    body: list[str] = []
    if node.summary:
        body.append(f"summary: {scalar(node.summary)}")
    if node.route is not None:
        body.append(f"route: {scalar(f'{node.route.method.value} {node.route.path.value}')}")
    if node.allow is not None:
        body.append(f"allow: {scalar(node.allow.value)}")
    if node.idempotent:
        body.append("idempotent: true")
    body += _section("input", _inputs(node.inputs))
    body += _section("steps", _steps(node.steps))
    if node.then is not None:
        body += _section("then", _then(node.then))
    if node.returns is not None:
        body.append(f"returns: {scalar(node.returns.value)}")
    if node.status is not None:
        body.append(f"status: {node.status.value}")
    body += _retirement(node.retirement)
    yield from _indent(body)


def _then(node: ThenNode) -> Lines:
    yield f"call: {scalar(node.call.value)}"
    yield from _section("with", _set(node.values))
    for outcome in node.outcomes:
        yield f"{outcome.name.value}:" if outcome.steps else f"{outcome.name.value}: []"
        yield from _indent(_steps(outcome.steps))


def _port(node: PortNode) -> Lines:
    yield f"{_key(node.name)}:" if node.calls else f"{_key(node.name)}: {{}}"
    for call in node.calls:
        yield from _indent(_call(call))


def _call(node: CallNode) -> Lines:
    yield f"{_key(node.name)}:"
    yield from _indent(_section("input", _inputs(node.inputs)))
    yield f"  outcomes: {_flow(_key(outcome) for outcome in node.outcomes)}"


def _job(node: JobNode) -> Lines:
    yield f"{_key(node.name)}:"
    body = [f"every: {scalar(node.every.value)}"] if node.every else []
    body += [f"at: {_flow(each.value for each in node.at)}"] if node.at else []
    rows = (("each", node.entity), ("where", node.where), ("as", node.variable))
    body += _section("for", (f"{key}: {scalar(text.value)}" for key, text in rows if text))
    body += _section("steps", _steps(node.steps))
    yield from _indent(body)


def _event(node: EventNode) -> Lines:
    members = list(_inputs(node.members))
    yield f"{_key(node.name)}:" if members else f"{_key(node.name)}: {{}}"
    yield from _indent(members)


def _channel(node: ChannelNode) -> Lines:
    yield f"{scalar(node.address.value)}:"
    if node.allow is not None:
        yield f"  allow: {scalar(node.allow.value)}"
    yield f"  sends: {_flow(word.value for word in node.sends)}"


def _inputs(inputs: Iterable[InputNode]) -> Lines:
    for node in inputs:
        if node.type is None:
            continue
        if node.type.kind.value == "list" and _needs_mapping(node.type):
            yield f"{_key(node.name)}:"
            yield from _indent(_list(node.type, node.optional))
        else:
            yield f"{_key(node.name)}: {scalar(render_type(node.type, ('optional',) if node.optional else ()))}"


def _needs_mapping(node: TypeNode) -> bool:
    return node.inputs is not None or node.min is not None or node.max is not None


def _list(node: TypeNode, optional: bool) -> Lines:
    yield "type: list"
    if node.inputs is not None:
        yield "of:"
        yield from _indent(_inputs(node.inputs))
    elif node.of is not None:
        yield f"of: {scalar(render_type(node.of))}"
    for key, bound in (("min", node.min), ("max", node.max)):
        if bound is not None:
            yield f"{key}: {bound.value}"
    if optional:
        yield "optional: true"


def _field(field: FieldNode) -> str:
    assert field.type is not None
    flags = tuple(flag for flag in FLAGS if getattr(field, flag))
    text = render_type(field.type, flags)
    if field.default is not None:
        simple = re.fullmatch(r"[A-Za-z0-9_.:+-]+", field.default.value) and not field.default_quoted
        text += f" default {field.default.value if simple else _quoted(field.default.value)}"
    return scalar(text)


def _quoted(text: str) -> str:
    mark = "'" if '"' in text else '"'
    return f"{mark}{text}{mark}"


def render_type(node: TypeNode, flags: tuple[str, ...] = ()) -> str:
    """The one-line notation of a type, with the flags of its field."""
    kind = node.kind.value
    words = [_head(node)]
    if not (kind not in ("enum", "decimal", "reference") and node.min and node.max):
        words += [f">= {node.min.value}"] if node.min else []
        words += [f"<= {node.max.value}"] if node.max else []
    words += [f"> {node.above.value}"] if node.above else []
    words += [f"< {node.below.value}"] if node.below else []
    words += [f"pattern {_quoted(node.pattern.value)}"] if node.pattern else []
    words += flags
    words += [f"on delete {node.on_delete.value}"] if node.on_delete else []
    return " ".join(words)


def _head(node: TypeNode) -> str:
    kind = node.kind.value
    if kind == "reference" and node.entity is not None:
        return node.entity.value
    if kind == "enum":
        return f"enum({', '.join(_value(value.value) for value in node.values)})"
    if kind == "decimal" and node.precision and node.scale:
        return f"decimal({node.precision.value}, {node.scale.value})"
    if kind == "list" and node.of is not None:
        return f"list({render_type(node.of)})"
    if node.min and node.max:
        return f"{kind}({_number(node.min)}..{_number(node.max)})"
    return kind


def _number(bound: Bound) -> Decimal:
    return bound.value


def _value(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*|[0-9]+", text) else f'"{text}"'


def _set(nodes: Iterable[SetNode]) -> Lines:
    return (f"{node.field.value}: {scalar(node.expression.value)}" for node in nodes)


def _steps(nodes: Iterable[StepNode]) -> Lines:
    for node in nodes:
        first, *rest = _step(node)
        yield f"- {first}"
        yield from _indent(rest)


def _step(node: StepNode) -> Lines:
    match node:
        case CreateNode():
            yield f"create: {node.entity.value}"
            if node.name is not None:
                yield f"as: {node.name.value}"
            yield from _section("set", _set(node.set))
            if not node.set:
                yield "set: {}"
        case UpdateNode():
            yield f"update: {scalar(node.target.value)}"
            yield from _section("set", _set(node.set))
            yield from _otherwise(node.otherwise)
        case DeleteNode():
            yield f"delete: {scalar(node.target.value)}"
            yield from _otherwise(node.otherwise)
        case RequireNode():
            yield f"require: {scalar(node.expression.value)}"
            yield from _otherwise(node.otherwise)
        case TransitionStepNode():
            yield f"transition: {scalar(node.target.value)}"
            yield from _otherwise(node.otherwise)
        case EmitNode():
            yield f"emit: {node.event.value}"
            yield from _section("with", _set(node.values))
        case LetNode():
            yield "let:"
            yield f"  {node.name.value}: {scalar(node.expression.value)}"
        case EachNode():
            yield "each:"
            yield f"  in: {scalar(node.source.value)}"
            yield f"  as: {node.variable.value}"
            yield from _section("do", _steps(node.steps))
        case _:
            assert_never(node)


def _otherwise(node: OtherwiseNode | None) -> Lines:
    if node is None:
        return
    yield "otherwise:"
    yield f"  error: {node.error.value}"
    if node.status is not None:
        yield f"  status: {node.status.value}"


def _flow(words: Iterable[str]) -> str:
    return f"[{', '.join(scalar(word) if not _FLOW_MARKS & set(word) else _double_quoted(word) for word in words)}]"


def scalar(text: str) -> str:
    """A YAML scalar for a line of its own: plain where YAML reads it back as the same text, else quoted."""
    plain = (
        _PLAIN.match(text)
        and ": " not in text
        and " #" not in text
        and not text.endswith((":", " "))
        and (not _SPECIAL.match(text) or text in ("true", "false"))
        and text.isprintable()
    )
    return text if plain else _double_quoted(text)


def _double_quoted(text: str) -> str:
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08X}"
