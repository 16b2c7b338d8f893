"""The operations of a plan as a caller sees them: what each takes in its path, query and body."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backwright.lowering.relational.columns import json_name
from backwright.lowering.wire.identity import OPTIONAL, identity_members
from backwright.lowering.wire.includes import includes
from backwright.lowering.wire.lists import filters, query_type, sorted_fields
from backwright.lowering.wire.routes import READS, Route, body_inputs, path_inputs, routes
from backwright.lowering.wire.shapes import created_fields, patched_fields, registration_fields
from backwright.plan.model import Entity, Field, Input, ListOf, Plan, Record, Reference, Text, Type
from tests.parity.values import travelling

__all__ = ["OWN", "Member", "Operation", "documented", "operations"]

_PASSWORD = Text(15, 128)
# Routes that show or take ids of what belongs to the caller alone, and what is known of them under which name.
OWN = {
    "listMySessions": "MySession",
    "endMySession": "MySession",
    "listMyKeys": "MyKey",
    "createMyKey": "MyKey",
    "deleteMyKey": "MyKey",
}


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a body, a parameter of a path or of a query."""

    name: str
    type: Type
    required: bool
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path; `body` is None where there is none."""

    route: Route
    path: tuple[Member, ...]
    query: tuple[Member, ...]
    sorts: tuple[str, ...]
    includes: tuple[str, ...]
    body: tuple[Member, ...] | None

    @property
    def name(self) -> str:
        return self.route.operation_id


def operations(plan: Plan) -> tuple[Operation, ...]:
    """All of them."""
    return tuple(_operation(plan, route) for route in routes(plan))


def _operation(plan: Plan, route: Route) -> Operation:
    entity = route.entity
    path: tuple[Member, ...] = ()
    query: tuple[Member, ...] = ()
    sorts: tuple[str, ...] = ()
    if route.kind == "operation":
        declared = next(each for each in plan.operations if each.name == route.routine)
        path = tuple(Member(each.name, each.type, True) for each in path_inputs(declared))
    elif route.kind in OWN and "{id}" in route.path:
        path = (Member("id", Reference(OWN[route.kind]), True),)
    elif entity and "{id}" in route.path:
        path = (Member("id", Reference(entity.name), True),)
    if route.kind == "list":
        assert entity
        query = tuple(Member(each.parameter, query_type(each.field.type), False) for each in filters(entity))
        names = ("createdAt", *(json_name(field) for field in sorted_fields(entity)))
        sorts = tuple(f"{sign}{name}" for name in names for sign in ("", "-"))
    found = includes(plan, entity) if entity and route.kind in READS else ()
    return Operation(route, path, query, sorts, tuple(each.name for each in found), _body(plan, route))


def _body(plan: Plan, route: Route) -> tuple[Member, ...] | None:
    entity, identity = route.entity, plan.identity
    match route.kind:
        case "create":
            assert entity
            return (*_fields(created_fields(plan, entity)), *_parts(plan, entity))
        case "update":
            assert entity
            return tuple(
                Member(json_name(each), each.type, False, each.optional) for each in patched_fields(plan, entity)
            )
        case "register":
            assert entity
            return (*_fields(registration_fields(plan, entity)), Member("password", _PASSWORD, True))
        case "operation":
            declared = next(each for each in plan.operations if each.name == route.routine)
            return _inputs(body_inputs(declared))
        case _:
            members = identity_members(plan, route) if identity and route.path.startswith("/auth/") else ()
            return tuple(Member(name, kind, name not in OPTIONAL) for name, kind in members) or None


def _fields(fields: Sequence[Field]) -> tuple[Member, ...]:
    return tuple(
        Member(json_name(each), each.type, not each.optional and each.default is None, each.optional) for each in fields
    )


def _parts(plan: Plan, entity: Entity) -> tuple[Member, ...]:
    found = []
    for part in entity.parts:
        inner = plan.entity(part.entity)
        items = tuple(
            Input("", each.name, each.type, each.optional or each.default is not None, each.origin)
            for each in created_fields(plan, inner)
        )
        found.append(Member(part.name, ListOf(Record(items), part.min_size, part.max_size), part.min_size > 0))
    return tuple(found)


def _inputs(inputs: Sequence[Input]) -> tuple[Member, ...]:
    return tuple(Member(travelling(each), each.type, not each.optional, each.optional) for each in inputs)


def documented(document: Path) -> dict[str, tuple[int, ...]]:
    """Every operation of an OpenAPI document with the statuses that it names."""
    content: dict[str, Any] = json.loads(document.read_text(encoding="utf-8"))
    return {
        operation["operationId"]: tuple(int(status) for status in operation["responses"])
        for methods in content["paths"].values()
        for operation in methods.values()
    }
