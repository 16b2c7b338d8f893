"""Where every element came from, what was assumed, and what was not understood."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from backwright.blueprint import load_blueprint
from backwright.chain.contract import CONTRACT
from backwright.chain.create import BRIEF, Source
from backwright.lowering.operations import routines
from backwright.lowering.wire.routes import BASE, Route, routes
from backwright.plan.model import Entity, Enumeration, Field, ListOf, Plan, Record, Reference, Type

__all__ = ["Brief", "explanation", "read_brief_record"]

Brief = Mapping[str, object]
_NOTHING: Brief = {"statements": [], "origins": {}, "assumptions": [], "questions": []}
_KINDS = {
    "transition": "transition",
    "operation": "declared",
    "register": "identity",
    "login": "identity",
    "refresh": "identity",
    "logout": "identity",
    "me": "identity",
}


def read_brief_record(folder: Path) -> Brief:
    """What `new` remembered of the brief; nothing where the project began with a blueprint."""
    try:
        record = json.loads((folder / BRIEF).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return _NOTHING
    return record if isinstance(record, dict) else _NOTHING


def stack_of(folder: Path) -> str | None:
    """The stack of a generated project."""
    try:
        return str(json.loads((folder / CONTRACT).read_text(encoding="utf-8"))["stack"])
    except (OSError, ValueError, KeyError):
        return None


def explanation(source: Source, stack: str | None, brief: Brief) -> dict[str, object]:
    """The document that `explain --json` prints."""
    plan = source.plan
    origins = _Origins(brief, _lines(source))
    return {
        "app": plan.name,
        "stack": stack,
        "roles": list(plan.identity.roles) if plan.identity else [],
        "entities": [_entity(entity, origins) for entity in plan.entities],
        "operations": [_operation(route, plan, origins) for route in routes(plan)],
        "events": [{"name": event.name, "origin": origins.of(f"events.{event.name}")} for event in plan.events],
        "ports": [{"name": port.name, "origin": origins.of(f"ports.{port.name}")} for port in plan.ports],
        "jobs": [{"name": job.name, "origin": origins.of(f"jobs.{job.name}")} for job in plan.jobs],
        "statements": brief["statements"],
        "assumptions": brief["assumptions"],
        "questions": brief["questions"],
    }


class _Origins:
    """Origins by element path; what the brief does not know is the author's own line."""

    def __init__(self, brief: Brief, lines: Mapping[str, int]) -> None:
        known = brief["origins"]
        self._known: Mapping[str, object] = known if isinstance(known, dict) else {}
        self._lines = lines

    def of(self, *paths: str) -> str:
        for path in paths:
            if path in self._known:
                return str(self._known[path])
        for path in paths:
            if path in self._lines:
                return f"blueprint.yaml:{self._lines[path]}"
        return "derived"


def _lines(source: Source) -> dict[str, int]:
    blueprint, _ = load_blueprint(source.blueprint, "blueprint.yaml")
    if blueprint is None:
        return {}
    lines = {}
    for entity in blueprint.entities:
        path = f"entities.{entity.name.name}"
        lines[path] = entity.name.origin.line
        for group, members in (("fields", entity.fields), ("parts", entity.parts), ("computed", entity.computed)):
            for member in members:
                lines[f"{path}.{group}.{member.name.name}"] = member.name.origin.line
        if entity.lifecycle:
            for move in entity.lifecycle.transitions:
                lines[f"{path}.lifecycle.transitions.{move.name.name}"] = move.name.origin.line
    for operation in blueprint.operations:
        lines[f"operations.{operation.name.name}"] = operation.name.origin.line
    for event in blueprint.events:
        lines[f"events.{event.name.name}"] = event.name.origin.line
    for port in blueprint.ports:
        lines[f"ports.{port.name.name}"] = port.name.origin.line
    for job in blueprint.jobs:
        lines[f"jobs.{job.name.name}"] = job.name.origin.line
    return lines


def _entity(entity: Entity, origins: _Origins) -> dict[str, object]:
    path = f"entities.{entity.name}"
    computed = [
        {"name": each.name, "type": "computed", "origin": origins.of(f"{path}.computed.{each.name}", path)}
        for each in entity.computed
    ]
    return {
        "name": entity.name,
        "origin": origins.of(path),
        "fields": [_field(field, path, origins) for field in entity.fields if not isinstance(field.type, Reference)]
        + computed,
        "relations": [*_references(entity, path, origins), *_parts(entity, path, origins)],
        "states": list(entity.lifecycle.states) if entity.lifecycle else [],
    }


def _field(field: Field, path: str, origins: _Origins) -> dict[str, object]:
    places = (f"{path}.fields.{field.name}", f"{path}.lifecycle", path, "identity")
    return {"name": field.name, "type": type_word(field.type), "origin": origins.of(*places)}


def type_word(kind: Type) -> str:
    """The type in the blueprint's word."""
    match kind:
        case Enumeration(values):
            return f"enum({', '.join(values)})"
        case Reference(entity):
            return entity
        case Record() | ListOf():
            return "list"
        case _:
            names = {"Text": "string", "Integer": "int", "Exact": "decimal", "Timestamp": "datetime"}
            form = getattr(kind, "format", "plain")
            if form != "plain":
                return str(form)
            if getattr(kind, "money", False):
                return "money"
            if getattr(kind, "multiline", False):
                return "text"
            return names.get(type(kind).__name__, type(kind).__name__.lower())


def _references(entity: Entity, path: str, origins: _Origins) -> list[dict[str, object]]:
    return [
        {
            "name": field.name,
            "to": field.type.entity,
            "kind": "whole" if entity.whole == field.type.entity else "many-to-one",
            "origin": origins.of(f"{path}.fields.{field.name}", path),
        }
        for field in entity.fields
        if isinstance(field.type, Reference)
    ]


def _parts(entity: Entity, path: str, origins: _Origins) -> list[dict[str, object]]:
    return [
        {"name": part.name, "to": part.entity, "kind": "parts", "origin": origins.of(f"{path}.parts.{part.name}", path)}
        for part in entity.parts
    ]


def _operation(route: Route, plan: Plan, origins: _Origins) -> dict[str, object]:
    entity = f"entities.{route.entity.name}" if route.entity else ""
    places = [f"operations.{route.routine}"] if route.kind == "operation" else []
    if route.kind == "transition":
        move = next(each for each in routines(plan) if each.name == route.routine).transition
        assert move
        places += [f"{entity}.lifecycle.transitions.{move.name}", f"{entity}.lifecycle"]
    if _KINDS.get(route.kind) == "identity":
        places.append("identity")
    action = "read" if route.kind == "list" else route.kind
    return {
        "name": route.operation_id,
        "kind": _KINDS.get(route.kind, "crud"),
        "entity": route.entity.name if route.entity else None,
        "route": f"{route.method} {BASE}{route.path}",
        "roles": ["anyone"] if route.roles is None else list(route.roles),
        "origin": origins.of(*places, f"{entity}.allow.{action}", entity),
    }
