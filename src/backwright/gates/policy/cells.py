"""Requests with the answers they must get: every principal, every operation of the plan, every kind of row."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from backwright.diagnostics import Origin
from backwright.gates.layout import default_of, managed, member, patched, sent, to_json
from backwright.gates.policy.oracle import Oracle, Principal, Verdict
from backwright.gates.policy.variants import spread
from backwright.gates.values import Values
from backwright.plan.expressions import Row, Value, fields_read
from backwright.plan.model import Bool, Entity, Enumeration, Field, Input, ListOf, Operation, Plan, Record, Reference
from backwright.plan.naming import collection_path, transition_path

__all__ = ["Cell", "Cells"]

_FEW = 2
_BODIES = 40
_CANDIDATES = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """One request and its expected answer. `shown` is what a list must hold."""

    who: Principal
    method: str
    template: str
    path: str
    verdict: Verdict
    origin: Origin
    target: str
    body: object = None
    idempotent: bool = False
    shown: frozenset[UUID] | None = None
    row: UUID | None = None

    @property
    def title(self) -> str:
        """The cell in words."""
        return f"{self.method} {self.template} as {self.who.name} on {self.target}"


@dataclass(slots=True)
class Cells:
    """The whole matrix over one state."""

    plan: Plan
    oracle: Oracle
    principals: tuple[Principal, ...]
    values: Values
    _missing: UUID = field(default=UUID("0190aaaa-0000-7000-8000-00000000dead"))

    def all(self) -> Iterator[Cell]:
        """Every cell, in the plan's order."""
        for who in self.principals:
            for entity in self.plan.entities:
                if entity.whole is None:
                    yield from self._reads(who, entity)
                    yield from self._writes(who, entity)
            for operation in self.plan.operations:
                yield from self._operation(who, operation)

    def _rows(self, who: Principal, entity: Entity) -> list[Row]:
        rows = self.oracle.state.all(entity)
        return rows if who.valid else rows[:_FEW]

    def _targets(self, who: Principal, entity: Entity) -> list[tuple[UUID, str]]:
        found = [(_id(row), self._described(who, entity, row)) for row in self._rows(who, entity)]
        return [*found, (self._missing, "a missing row")]

    def _described(self, who: Principal, entity: Entity, row: Row) -> str:
        users = self.plan.identity.entity if self.plan.identity else None
        owner = row.values.get(entity.owner) if entity.owner else row.values["id"] if entity.name == users else None
        whose = "the row" if owner is None else "their own row" if owner == who.id else "another's row"
        words = [f"{each.name} {row.values[each.name]}" for each in entity.fields if isinstance(each.type, Enumeration)]
        return f"{whose} ({', '.join(words)})" if words else whose

    def _reads(self, who: Principal, entity: Entity) -> Iterator[Cell]:
        rule = entity.rule("read")
        if rule is None:
            return
        base = collection_path(entity)
        verdict, ids = self.oracle.listed(who, entity)
        yield Cell(who, "GET", base, base, verdict, rule.origin, "the list", shown=frozenset(ids))
        if self.plan.identity and self.plan.identity.entity == entity.name:
            yield Cell(who, "GET", "/me", "/me", self.oracle.me(who, entity), rule.origin, "their own row", row=who.id)
        for id, target in self._targets(who, entity):
            verdict = self.oracle.read(who, entity, id)
            yield Cell(who, "GET", f"{base}/{{id}}", f"{base}/{id}", verdict, rule.origin, target, row=id)

    def _writes(self, who: Principal, entity: Entity) -> Iterator[Cell]:
        base = collection_path(entity)
        one = f"{base}/{{id}}"
        create, update, delete = (entity.rule(action) for action in ("create", "update", "delete"))
        if create:
            for values, parts in self._creates(who, entity):
                body = self.wire(entity, values, parts)
                verdict = self.oracle.create(who, entity, values, parts)
                yield Cell(who, "POST", base, base, verdict, create.origin, _said(values), body)
        if update and patched(self.plan, entity):
            for id, target in self._targets(who, entity):
                for values in self._patches(entity, id):
                    verdict = self.oracle.update(who, entity, id, values)
                    body = self.wire(entity, values, {})
                    yield Cell(who, "PATCH", one, f"{base}/{id}", verdict, update.origin, target, body, row=id)
        if delete:
            for id, target in self._targets(who, entity):
                verdict = self.oracle.delete(who, entity, id)
                yield Cell(who, "DELETE", one, f"{base}/{id}", verdict, delete.origin, target)
        for move in entity.lifecycle.transitions if entity.lifecycle else ():
            template = transition_path(entity, move)
            for id, target in self._targets(who, entity):
                verdict = self.oracle.transition(who, entity, move, id)
                path = template.replace("{id}", str(id))
                yield Cell(who, "POST", template, path, verdict, move.rule.origin, target, row=id)

    def wire(
        self, entity: Entity, values: Mapping[str, Value], parts: Mapping[str, list[dict[str, Value]]]
    ) -> dict[str, object]:
        """Values as a body."""
        body = {member(each): to_json(each.type, values[each.name]) for each in entity.fields if each.name in values}
        for part in entity.parts:
            if part.name in parts:
                inner = self.plan.entity(part.entity)
                body[part.name] = [self.wire(inner, each, {}) for each in parts[part.name]]
        return body

    def _creates(
        self, who: Principal, entity: Entity
    ) -> Iterator[tuple[dict[str, Value], dict[str, list[dict[str, Value]]]]]:
        """Bodies with every value of what the create rule reads, one after the other."""
        rule = entity.rule("create")
        assert rule
        read = {name for holder, name in fields_read(rule.expression) if holder == entity.name}
        fields = sent(self.plan, entity)
        choices = [self._choices(who, each, each.name in read) for each in fields]
        names = [each.name for each in fields]
        combinations = list(itertools.product(*choices)) if all(choices) else []
        for chosen in spread(combinations, _BODIES if who.valid else _FEW):
            values = {
                name: self.values.of(each.type, small=True) if value is _FRESH else value
                for name, each, value in zip(names, fields, chosen, strict=True)
                if not (value is None and each.optional)
            }
            yield values, {part.name: self._new_parts(who, part.entity, part.min_size) for part in entity.parts}

    def _new_parts(self, who: Principal, name: str, count: int) -> list[dict[str, Value]]:
        entity = self.plan.entity(name)
        fields = [each for each in entity.fields if each.name not in managed(self.plan, entity)]
        found = []
        for _ in range(max(count, 1)):
            values: dict[str, Value] = {}
            for each in fields:
                choice = self._choices(who, each, False)
                value = choice[0] if choice else None
                if value is not None or not each.optional:
                    values[each.name] = self.values.of(each.type, small=True) if value is _FRESH else value
            found.append(values)
        return found

    def _choices(self, who: Principal, each: Field, read: bool) -> list[Value]:
        match each.type:
            case Reference(entity=target):
                rows = self._candidates(who, self.plan.entity(target))
                if each.optional and not read:
                    return [None]
                absent: list[Value] = [None] if each.optional else []
                ids: list[Value] = [_id(row) for row in rows]
                return [*(ids if read else ids[:1]), *absent]
            case Enumeration(values) if read:
                return list(values)
            case Bool() if read:
                return [False, True]
            case _ if each.default is not None:
                return [default_of(each)]
            case _:
                return [_FRESH]

    def _candidates(self, who: Principal, entity: Entity) -> list[Row]:
        """Rows to refer to, those that the caller sees first."""
        rows = self.oracle.state.all(entity)
        seen = [row for row in rows if self.oracle.readable(who, entity, row)]
        hidden = [row for row in rows if not self.oracle.readable(who, entity, row)]
        return spread(seen, _CANDIDATES) + spread(hidden, _FEW)

    def _patches(self, entity: Entity, id: UUID) -> Iterator[dict[str, Value]]:
        """One change of something that no rule reads, then one of each value that a rule reads."""
        fields = patched(self.plan, entity)
        rules = [rule for action in ("read", "update") if (rule := entity.rule(action))]
        read = {name for rule in rules for holder, name in fields_read(rule.expression) if holder == entity.name}
        plain = next((each for each in fields if each.name not in read and not isinstance(each.type, Reference)), None)
        if plain is not None:
            yield {plain.name: self.values.of(plain.type)}
        row = self.oracle.state.row(entity.name, id)
        for each in fields:
            if each.name in read and isinstance(each.type, Enumeration | Bool):
                for value in each.type.values if isinstance(each.type, Enumeration) else (False, True):
                    if row is not None and row.values[each.name] != value:
                        yield {each.name: value}

    def _operation(self, who: Principal, operation: Operation) -> Iterator[Cell]:
        given = list(self._givens(who, operation))
        for values in given if who.valid else given[:_FEW]:
            path, body = operation.path, {}
            for each in operation.inputs:
                carried = to_json(each.type, values.get(each.name))
                if f"{{{each.name}}}" in path:
                    path = path.replace(f"{{{each.name}}}", str(carried))
                elif each.name in values:
                    body[member(each)] = carried
            yield Cell(
                who,
                operation.method,
                operation.path,
                path,
                self.oracle.operation(who, operation, values),
                operation.rule.origin,
                self._aimed(operation, values),
                body if set(each.name for each in operation.inputs) - set(_in_path(operation)) else None,
                operation.idempotent,
            )

    def _aimed(self, operation: Operation, values: Mapping[str, Value]) -> str:
        words = [f"{each.name} {values.get(each.name)}" for each in operation.inputs if each.name in values]
        return ", ".join(words)[:200] or "nothing"

    def _givens(self, who: Principal, operation: Operation) -> Iterator[dict[str, Value]]:
        choices = [self._inputs(who, each) for each in operation.inputs]
        for chosen in spread(list(itertools.product(*choices)), _BODIES):
            yield {
                each.name: value
                for each, value in zip(operation.inputs, chosen, strict=True)
                if not (value is None and each.optional)
            }

    def _inputs(self, who: Principal, each: Input) -> list[Value]:
        match each.type:
            case Reference(entity=target):
                return [*(_id(row) for row in self._candidates(who, self.plan.entity(target))), self._missing]
            case ListOf(item=Record(inputs=inputs), min_size=least):
                singles = [
                    dict(zip((inner.name for inner in inputs), chosen, strict=True))
                    for chosen in itertools.product(*(self._inputs(who, inner) for inner in inputs))
                ]
                lists: list[Value] = [[single] * max(least, 1) for single in singles]
                return [*lists, [singles[0], singles[0]], [*singles[:2]]]
            case ListOf(item=item, min_size=least):
                inner = self._inputs(who, Input(each.id, each.name, item, False, each.origin))
                return [*([value] * max(least, 1) for value in inner), inner[:2]]
            case Enumeration(values):
                return list(values)
            case _:
                return [self.values.of(each.type, small=True)]


_FRESH: Value = "\0fresh"


def _id(row: Row) -> UUID:
    id = row.values["id"]
    assert isinstance(id, UUID)
    return id


def _said(values: Mapping[str, Value]) -> str:
    words = [f"{name} {value}" for name, value in values.items() if isinstance(value, UUID | bool)]
    return f"a new row ({', '.join(words)})" if words else "a new row"


def _in_path(operation: Operation) -> list[str]:
    return [each.name for each in operation.inputs if f"{{{each.name}}}" in operation.path]
