"""From the author's text to a blueprint: everything that can be said without knowing what the names mean."""

from __future__ import annotations

from pathlib import Path

from backwright.blueprint.document import Mapping, Node, Scalar, Sequence, kind_of
from backwright.blueprint.nodes import (
    AppNode,
    Blueprint,
    EventNode,
    IdentityNode,
    OperationNode,
    Requirement,
    RouteNode,
)
from backwright.blueprint.read_channels import read_channels
from backwright.blueprint.read_entities import read_entities
from backwright.blueprint.read_jobs import read_jobs
from backwright.blueprint.read_ports import read_ports, read_then
from backwright.blueprint.read_retirement import RETIREMENT_KEYS, read_retirement
from backwright.blueprint.read_steps import read_steps
from backwright.blueprint.read_types import read_inputs
from backwright.blueprint.reader import Reader
from backwright.blueprint.text import Text
from backwright.blueprint.yaml_source import read_document
from backwright.diagnostics import Diagnostic, Origin

__all__ = ["OPERATION_KEYS", "ROOT_KEYS", "load_blueprint", "read_text"]

ROOT_KEYS = (
    *("backwright", "app", "identity", "entities", "operations", "events", "ports", "jobs", "channels"),
    "requirements",
)
OPERATION_KEYS = (
    *("route", "allow", "idempotent", "input", "steps", "then", "returns", "status", "summary"),
    *RETIREMENT_KEYS,
)
VERSION = "1"
_LATER = {
    "tenancy": "tenancy",
    "seeds": "seeds",
    "views": "views",
    "webhooks": "webhooks",
    "wire": "a wire profile",
}
_LATER_IN_OPERATIONS = {"error": "named errors"}


def read_text(path: Path, name: str) -> tuple[str | None, tuple[Diagnostic, ...]]:
    """The text of a blueprint file that is called `name` in messages; None where it cannot be read as UTF-8."""
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = f"the file cannot be read: {error.strerror or 'unknown reason'}"
        return None, (Diagnostic("blueprint/unreadable", reason, Origin(name, 1, 1), "Check the path."),)
    try:
        return content.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        origin = Origin(name, before.count(b"\n") + 1, column)
        reason = f"the byte 0x{content[error.start]:02X} is not UTF-8"
        return None, (Diagnostic("blueprint/encoding", reason, origin, "Save the file as plain UTF-8."),)


def load_blueprint(text: str, file: str) -> tuple[Blueprint | None, tuple[Diagnostic, ...]]:
    """The blueprint as far as it can be read, and everything wrong with its form."""
    root, found = read_document(text, file)
    reader = Reader(list(found))
    if root is None:
        return None, tuple(reader.diagnostics)
    if isinstance(root, Scalar) and root.is_null:
        reader.say("blueprint/empty", "the file is empty", root.origin, "Begin with 'backwright: 1'.")
        return None, tuple(reader.diagnostics)
    if not isinstance(root, Mapping):
        advice = "Begin with 'backwright: 1'."
        reader.say("blueprint/wrong-kind", f"a blueprint is a mapping, not {kind_of(root)}", root.origin, advice)
        return None, tuple(reader.diagnostics)
    blueprint = _blueprint(reader, root)
    order = sorted(dict.fromkeys(reader.diagnostics), key=lambda found: (found.origin.line, found.origin.column))
    return blueprint, tuple(order)


def _blueprint(reader: Reader, root: Mapping) -> Blueprint:
    reader.keys(root, "a blueprint", ROOT_KEYS, ("backwright", "app", "entities"), _LATER)
    version = root.get("backwright")
    if version is not None and not (isinstance(version, Scalar) and version.text.value == VERSION):
        reason = f"version {kind_of(version)} of the language is not known"
        reader.say("blueprint/version", reason, version.origin, "Write 'backwright: 1'.")
    operations = reader.mapping(root.get("operations"), "'operations'")
    return Blueprint(
        app=_app(reader, root.get("app"), root.origin),
        identity=_identity(reader, root.get("identity")),
        entities=read_entities(reader, root.get("entities")),
        operations=tuple(_operation(reader, entry.key, entry.value) for entry in operations.entries),
        events=_events(reader, root.get("events")),
        ports=read_ports(reader, root.get("ports")),
        channels=read_channels(reader, root.get("channels")),
        jobs=read_jobs(reader, root.get("jobs")),
        requirements=_requirements(reader, root.get("requirements")),
        origin=root.origin,
    )


def _app(reader: Reader, node: Node | None, origin: Origin) -> AppNode:
    body = reader.mapping(node, "'app'", "Write 'app: {name: Notes}'.")
    if not isinstance(node, Mapping):
        return AppNode(name="", summary="", origin=origin)
    reader.keys(body, "'app'", ("name", "summary"), ("name",))
    name = reader.prose(body.get("name"), "'name'")
    return AppNode(name=name, summary=reader.prose(body.get("summary"), "'summary'"), origin=body.origin)


def _identity(reader: Reader, node: Node | None) -> IdentityNode | None:
    if node is None:
        return None
    body = reader.mapping(node, "'identity'", "Write 'identity: {entity: User, login: [email, password], roles: […]}'.")
    if not isinstance(node, Mapping):
        return None
    keys = ("entity", "login", "roles")
    reader.keys(body, "'identity'", keys, keys)
    return IdentityNode(
        entity=reader.word(body.get("entity"), "'entity'"),
        login=tuple(
            text
            for item in reader.items(body.get("login"), "'login'")
            if (text := reader.word(item, "an entry of 'login'"))
        ),
        roles=tuple(
            reader.name(text)
            for item in reader.items(body.get("roles"), "'roles'")
            if (text := reader.word(item, "a role"))
        ),
        origin=body.origin,
    )


def _operation(reader: Reader, key: Text, value: Node) -> OperationNode:
    name = reader.name(key)
    what = f"the operation '{name.name}'"
    body = reader.mapping(value, what)
    if body.entries:
        reader.keys(body, what, OPERATION_KEYS, ("route", "steps"), _LATER_IN_OPERATIONS, key.origin)
    return OperationNode(
        name=name,
        summary=reader.prose(body.get("summary"), "'summary'"),
        route=_route(reader, body.get("route")),
        allow=reader.expression(body.get("allow"), "allow"),
        has_allow=body.get("allow") is not None,
        idempotent=reader.boolean(body.get("idempotent"), "'idempotent'"),
        inputs=read_inputs(reader, body.get("input"), "'input'"),
        steps=read_steps(reader, body.get("steps"), "'steps'"),
        then=read_then(reader, body.get("then")),
        returns=reader.word(body.get("returns"), "'returns'"),
        status=reader.number(body.get("status"), "'status'"),
        retirement=read_retirement(reader, body),
        origin=key.origin,
    )


def _events(reader: Reader, node: Node | None) -> tuple[EventNode, ...]:
    return tuple(
        EventNode(
            name=reader.name(entry.key),
            members=read_inputs(reader, entry.value, f"the event '{entry.key.value}'"),
            origin=entry.key.origin,
        )
        for entry in reader.mapping(node, "'events'", "Write 'events: {Name: {member: type}}'.").entries
    )


def _route(reader: Reader, node: Node | None) -> RouteNode | None:
    text = reader.word(node, "'route'", "Write 'route: POST /path'.")
    if text is None:
        return None
    words = text.value.split()
    if len(words) != 2:
        reader.say("operation/route", f"'{text.value}' is not a route", text.origin, "Write 'route: POST /path'.")
        return None
    start = text.value.index(words[1], len(words[0]))
    method = text.part(0, len(words[0]))
    return RouteNode(method=method, path=text.part(start, start + len(words[1])), origin=text.origin)


def _requirements(reader: Reader, node: Node | None) -> tuple[Requirement, ...]:
    if node is None:
        return ()
    if not isinstance(node, Mapping):
        reader.wrong_kind(node, "'requirements'", "a mapping")
        return ()
    return tuple(
        found for entry in node.entries for found in _requirement(reader, entry.value, entry.key.value, entry.key)
    )


def _requirement(reader: Reader, node: Node, path: str, key: Text) -> tuple[Requirement, ...]:
    match node:
        case Mapping():
            nested = (
                _requirement(reader, entry.value, f"{path}.{entry.key.value}", entry.key) for entry in node.entries
            )
            return tuple(requirement for group in nested for requirement in group)
        case Sequence():
            values = [text.value for item in node.items if (text := reader.word(item, "a requirement"))]
            return (Requirement(path=path, value=", ".join(values), key=key, origin=node.origin),)
        case Scalar():
            return (Requirement(path=path, value=node.text.value, key=key, origin=node.origin),)
