"""Routes: their form, their parameters, and two things under one address."""

from __future__ import annotations

import re

from backwright.blueprint.nodes import OperationNode
from backwright.blueprint.text import Text as Word
from backwright.plan.draft import Draft, EntityDraft
from backwright.plan.model import Enumeration, Input, Integer, Operation, Reference, Text, Uuid
from backwright.plan.naming import kebab

__all__ = ["routes"]

_METHODS = ("POST", "PUT", "PATCH", "DELETE")
_SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*\Z")
_PARAMETER = re.compile(r"\{([^{}]*)\}\Z")
_OWN = ("auth", "me", "socket")
_TAKEN = ("auth", "livez", "readyz", "healthz", "health", "metrics", "openapi.json", "asyncapi.json")


def routes(draft: Draft) -> None:
    """Check where collections are, and the route of every operation against its inputs and all other routes."""
    _collections(draft)
    taken = _derived(draft)
    resolved = {operation.name: operation for operation in draft.operations}
    for node in draft.blueprint.operations:
        if node.route is None:
            continue
        operation = resolved.get(node.name.name)
        method = node.route.method
        if method.value not in _METHODS:
            advice = f"Use {', '.join(_METHODS)}; reading needs no operation."
            draft.say("operation/route", f"'{method.value}' is not a method for operations", method.origin, advice)
        if not _path(draft, node.route.path):
            continue
        if operation is not None:
            _parameters(draft, node.route.path, operation)
        _conflict(draft, node, taken)


def _collections(draft: Draft) -> None:
    for entity in draft.entities.values():
        if entity.whole is None and kebab(entity.plural) in _OWN:
            origin = entity.node.plural.origin if entity.node.plural else entity.node.origin
            reason = f"'/{kebab(entity.plural)}' belongs to the server itself"
            draft.say("operation/route-conflict", reason, origin, "Give the entity another 'plural'.")


def _path(draft: Draft, path: Word) -> bool:
    segments = path.value.split("/")
    if segments[0] != "" or len(segments) < 2:
        draft.say("operation/route", f"'{path.value}' does not begin with '/'", path.origin, "Write '/path'.")
        return False
    for segment in segments[1:]:
        if not _SEGMENT.match(segment) and not _PARAMETER.match(segment):
            reason = f"'{segment}' cannot be a part of a path" if segment else "a part of the path is empty"
            draft.say("operation/route", reason, path.origin, "Use letters, digits, '-' and '{parameters}'.")
            return False
    if segments[1] in _TAKEN:
        reason = f"'/{segments[1]}' belongs to the server itself"
        draft.say("operation/route-conflict", reason, path.origin, "Choose another path.")
        return False
    return True


def _parameters(draft: Draft, path: Word, operation: Operation) -> None:
    seen: set[str] = set()
    for segment in path.value.split("/"):
        match = _PARAMETER.match(segment)
        if match is None:
            continue
        name = match[1]
        found = next((item for item in operation.inputs if item.name == name), None)
        origin = path.at(path.value.index(segment))
        if name in seen:
            draft.say("operation/path-parameter", f"'{{{name}}}' stands in the path twice", origin)
        elif found is None:
            if name not in draft.unreadable:
                reason = f"the operation has no input '{name}'"
                advice = f"Declare it under 'input', such as '{name}: uuid'."
                draft.say("operation/path-parameter", reason, origin, advice)
        elif found.optional or not _fits_a_path(found):
            reason = f"'{name}' cannot stand in a path"
            advice = "Use a required reference, uuid, number, word or enumeration."
            draft.say("operation/path-parameter", reason, origin, advice)
        seen.add(name)


def _fits_a_path(found: Input) -> bool:
    kind = found.type
    if isinstance(kind, Text):
        return not kind.multiline
    return isinstance(kind, Reference | Uuid | Integer | Enumeration)


def _shape(method: str, path: str) -> str:
    return f"{method} {re.sub(r'{[^{}]*}', '{}', path)}"


def _derived(draft: Draft) -> dict[str, str]:
    """Every route that follows from an entity."""
    taken: dict[str, str] = {}
    for entity in draft.entities.values():
        if entity.whole is None:
            for route, holder in _of_entity(entity):
                taken.setdefault(route, holder)
    return taken


def _of_entity(entity: EntityDraft) -> list[tuple[str, str]]:
    path = f"/{kebab(entity.plural)}"
    of_actions = {
        "read": (f"GET {path}", f"GET {path}/{{}}"),
        "create": (f"POST {path}",),
        "update": (f"PATCH {path}/{{}}",),
        "delete": (f"DELETE {path}/{{}}",),
    }
    found = [
        (route, f"'{rule.action.value}' of {entity.name}")
        for rule in entity.node.allow
        for route in of_actions[rule.action.value]
    ]
    moves = entity.node.lifecycle.transitions if entity.node.lifecycle else ()
    found.extend((f"POST {path}/{{}}/{kebab(node.name.name)}", f"the transition '{node.name.name}'") for node in moves)
    return found


def _conflict(draft: Draft, node: OperationNode, taken: dict[str, str]) -> None:
    assert node.route is not None
    route = _shape(node.route.method.value, node.route.path.value)
    holder = taken.setdefault(route, f"the operation '{node.name.name}'")
    if holder != f"the operation '{node.name.name}'":
        reason = f"{node.route.method.value} {node.route.path.value} is the route of {holder} already"
        draft.say("operation/route-conflict", reason, node.route.origin, "Choose another path.")
