"""Members that a body must not carry: whatever the server keeps to itself, and whatever nobody has heard of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from backwright.diagnostics import Origin
from backwright.gates.accounts import Accounts
from backwright.gates.bodies import Bodies
from backwright.gates.layout import member, patched, sent, to_json
from backwright.gates.oracle import Oracle, Principal, Verdict
from backwright.gates.policy.cells import Cell, versioned
from backwright.gates.state import id_of
from backwright.plan.model import Entity, ListOf, Operation, Plan, Record
from backwright.plan.naming import collection_path

__all__ = ["Assignments"]

_NOBODY = UUID("0190bbbb-0000-7000-8000-00000000beef")
_ALWAYS: Mapping[str, object] = {
    "id": str(_NOBODY),
    "createdAt": "2001-01-01T00:00:00.000Z",
    "updatedAt": "2001-01-01T00:00:00.000Z",
    "version": 7,
    "isAdmin": True,
    "tenantId": str(_NOBODY),
    "emailVerified": True,
    "__proto__": {"isAdmin": True},
}
_INVALID = 422


@dataclass(slots=True)
class Assignments:
    """Every body that would be accepted, with one member too many."""

    plan: Plan
    oracle: Oracle
    principals: tuple[Principal, ...]
    bodies: Bodies

    def all(self, accounts: Accounts | None) -> Iterator[Cell]:
        """Creates, updates, operations, registration."""
        for entity in self.plan.entities:
            if entity.whole is None:
                yield from self._creates(entity)
                yield from self._updates(entity)
        for operation in self.plan.operations:
            yield from self._operations(operation)
        if accounts is not None:
            yield from self._registration(accounts)

    def _creates(self, entity: Entity) -> Iterator[Cell]:
        rule = entity.rule("create")
        path = collection_path(entity)
        for who in self.principals if rule else ():
            for values, parts in self.bodies.rows.creates(who, entity):
                if rule and self.oracle.create(who, entity, values, parts).status == 201:
                    allowed = {member(each) for each in sent(self.plan, entity)} | {part.name for part in entity.parts}
                    body = self.bodies.wire(entity, values, parts)
                    extras = self._extras(entity, allowed)
                    yield from _cells(who, ("POST", path, path), body, extras, rule.origin)
                    for part in entity.parts:
                        inner = self.plan.entity(part.entity)
                        known = {member(each) for each in inner.fields if each.name != part.back}
                        extras = self._extras(inner, known)
                        yield from _nested(who, ("POST", path, path), (body, part.name), extras, rule.origin)
                    return

    def _updates(self, entity: Entity) -> Iterator[Cell]:
        rule = entity.rule("update")
        fields = patched(self.plan, entity)
        base = collection_path(entity)
        for who in self.principals if rule and fields else ():
            for row in self.oracle.state.all(entity):
                for values in self.bodies.patches(entity, id_of(row)):
                    if rule and self.oracle.update(who, entity, id_of(row), values).status == 200:
                        extras = self._extras(entity, {member(each) for each in fields})
                        route = ("PATCH", f"{base}/{{id}}", f"{base}/{id_of(row)}")
                        cells = _cells(who, route, self.bodies.wire(entity, values), extras, rule.origin)
                        yield from (versioned(entity, cell) for cell in cells)
                        return

    def _operations(self, operation: Operation) -> Iterator[Cell]:
        for who in self.principals:
            for values in self.bodies.inputs(who, operation):
                path, body = self.bodies.request(operation, values)
                if body is None or self.oracle.operation(who, operation, values).after is None:
                    continue
                route = (operation.method, operation.path, path)
                known = {member(each) for each in operation.inputs}
                extras = {name: value for name, value in _ALWAYS.items() if name not in known}
                yield from _keyed(operation, _cells(who, route, body, extras, operation.rule.origin))
                for each in operation.inputs:
                    if isinstance(each.type, ListOf) and isinstance(each.type.item, Record) and body.get(each.name):
                        inner = {member(item) for item in each.type.item.inputs}
                        extras = {name: value for name, value in _ALWAYS.items() if name not in inner}
                        nested = _nested(who, route, (body, each.name), extras, operation.rule.origin)
                        yield from _keyed(operation, nested)
                return

    def _registration(self, accounts: Accounts) -> Iterator[Cell]:
        identity = self.plan.identity
        assert identity
        entity = accounts.entity
        allowed = {member(each) for each in sent(self.plan, entity)} | {"password"}
        extras = self._extras(entity, allowed) | {"role": identity.roles[-1]}
        route = ("POST", "/auth/register", "/auth/register")
        for name, value in extras.items():
            body = {**accounts.profile(), name: value}
            yield from _cells(Principal("anonymous"), route, body, {name: value}, identity.origin)

    def _extras(self, entity: Entity, allowed: set[str]) -> dict[str, object]:
        values = self.bodies.values
        stored = {member(each): to_json(each.type, values.of(each.type)) for each in entity.fields}
        computed: dict[str, object] = {each.name: _any(each.expression.typing.nullable) for each in entity.computed}
        parts: dict[str, object] = {part.name: [] for part in entity.parts}
        extras = {**_ALWAYS, **computed, **parts, **stored}
        return {name: value for name, value in extras.items() if name not in allowed}


def _any(nullable: bool) -> object:
    return None if nullable else str(Decimal(1))


def _keyed(operation: Operation, cells: Iterator[Cell]) -> Iterator[Cell]:
    return (replace(cell, idempotent=operation.idempotent) for cell in cells)


def _cells(
    who: Principal,
    route: tuple[str, str, str],
    body: Mapping[str, object],
    extras: Mapping[str, object],
    origin: Origin,
) -> Iterator[Cell]:
    for name, value in extras.items():
        target = f"a body that also carries '{name}'"
        yield Cell(who, route[0], route[1], route[2], Verdict(_INVALID), origin, target, {**body, name: value})


def _nested(
    who: Principal,
    route: tuple[str, str, str],
    place: tuple[Mapping[str, object], str],
    extras: Mapping[str, object],
    origin: Origin,
) -> Iterator[Cell]:
    body, name = place
    items = body.get(name)
    if isinstance(items, list) and items and isinstance(items[0], dict):
        for extra, value in extras.items():
            changed = {**body, name: [{**items[0], extra: value}, *items[1:]]}
            target = f"a body whose '{name}' also carry '{extra}'"
            yield Cell(who, route[0], route[1], route[2], Verdict(_INVALID), origin, target, changed)
