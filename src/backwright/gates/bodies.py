"""Valid bodies for every operation of a plan, with references to rows that the caller sees and to others."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from backwright.gates.layout import default_of, managed, member, patched, sent, to_json
from backwright.gates.oracle import Oracle, Principal
from backwright.gates.values import Values
from backwright.gates.variants import spread
from backwright.plan.expressions import Row, Value, fields_read
from backwright.plan.model import (
    Bool,
    Entity,
    Enumeration,
    Field,
    Input,
    ListOf,
    Operation,
    Plan,
    Record,
    Reference,
    Rule,
)

__all__ = ["MISSING", "Bodies", "NewParts", "id_of", "in_path"]

MISSING = UUID("0190aaaa-0000-7000-8000-00000000dead")
_MOST = 40
_CANDIDATES = 12
_FEW = 2
_FRESH: Value = "\0fresh"
_LARGEST_PRODUCT = 20_000

NewParts = dict[str, list[dict[str, Value]]]


def id_of(row: Row) -> UUID:
    """The id of a row."""
    key = row.values["id"]
    assert isinstance(key, UUID)
    return key


def in_path(operation: Operation) -> frozenset[str]:
    """The inputs that stand in the path."""
    return frozenset(each.name for each in operation.inputs if f"{{{each.name}}}" in operation.path)


@dataclass(slots=True)
class Bodies:
    """Bodies over one state, for one caller at a time."""

    plan: Plan
    oracle: Oracle
    values: Values

    def wire(self, entity: Entity, values: Mapping[str, Value], parts: NewParts | None = None) -> dict[str, object]:
        """Values as a body."""
        body = {member(each): to_json(each.type, values[each.name]) for each in entity.fields if each.name in values}
        for part in entity.parts:
            if parts is not None and part.name in parts:
                inner = self.plan.entity(part.entity)
                body[part.name] = [self.wire(inner, each) for each in parts[part.name]]
        return body

    def request(self, operation: Operation, values: Mapping[str, Value]) -> tuple[str, dict[str, object] | None]:
        """The path and the body of an operation; no body where every input stands in the path."""
        path = operation.path
        body: dict[str, object] = {}
        for each in operation.inputs:
            carried = to_json(each.type, values.get(each.name))
            if each.name in in_path(operation):
                path = path.replace(f"{{{each.name}}}", str(carried))
            elif each.name in values:
                body[member(each)] = carried
        return path, body if len(in_path(operation)) < len(operation.inputs) else None

    def creates(self, who: Principal, entity: Entity) -> Iterator[tuple[dict[str, Value], NewParts]]:
        """New rows with every value of what the create rule reads."""
        rule = entity.rule("create")
        assert rule
        read = _read(entity, rule)
        fields = sent(self.plan, entity)
        for chosen in _combined([self._choices(who, each, each.name in read) for each in fields]):
            values = self._filled(fields, chosen)
            yield values, {part.name: self._parts(who, part.entity, part.min_size) for part in entity.parts}

    def _parts(self, who: Principal, name: str, count: int) -> list[dict[str, Value]]:
        entity = self.plan.entity(name)
        fields = tuple(each for each in entity.fields if each.name not in managed(self.plan, entity))
        chosen = [next(iter(self._choices(who, each, False)), None) for each in fields]
        return [self._filled(fields, chosen) for _ in range(max(count, 1))]

    def _filled(self, fields: Sequence[Field], chosen: Sequence[Value]) -> dict[str, Value]:
        return {
            each.name: self.values.of(each.type, small=True) if value is _FRESH else value
            for each, value in zip(fields, chosen, strict=True)
            if not (value is None and each.optional)
        }

    def _choices(self, who: Principal, each: Field, read: bool) -> list[Value]:
        match each.type:
            case Reference(entity=target):
                ids: list[Value] = [id_of(row) for row in self._candidates(who, self.plan.entity(target))]
                if not read:
                    return [None] if each.optional else ids[:1]
                return [*ids, None] if each.optional else ids
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

    def patches(self, entity: Entity, key: UUID) -> Iterator[dict[str, Value]]:
        """One change of something that no rule reads, then one to each other value that a rule reads."""
        fields = patched(self.plan, entity)
        read = {name for action in ("read", "update") if (rule := entity.rule(action)) for name in _read(entity, rule)}
        plain = next((each for each in fields if each.name not in read and not isinstance(each.type, Reference)), None)
        if plain is not None:
            yield {plain.name: self.values.of(plain.type)}
        row = self.oracle.state.row(entity.name, key)
        for each in fields:
            if each.name in read and isinstance(each.type, Enumeration | Bool):
                for value in each.type.values if isinstance(each.type, Enumeration) else (False, True):
                    if row is not None and row.values[each.name] != value:
                        yield {each.name: value}

    def inputs(self, who: Principal, operation: Operation) -> Iterator[dict[str, Value]]:
        """Inputs of an operation with references to every kind of row."""
        for chosen in _combined([self._of_input(who, each) for each in operation.inputs]):
            yield {
                each.name: value
                for each, value in zip(operation.inputs, chosen, strict=True)
                if not (value is None and each.optional)
            }

    def _of_input(self, who: Principal, each: Input) -> list[Value]:
        match each.type:
            case Reference(entity=target):
                return [*(id_of(row) for row in self._candidates(who, self.plan.entity(target))), MISSING]
            case ListOf(item=Record(inputs=inputs), min_size=least):
                singles: list[Value] = [
                    dict(zip((inner.name for inner in inputs), chosen, strict=True))
                    for chosen in _combined([self._of_input(who, inner) for inner in inputs])
                ]
                return _lists(singles, least)
            case ListOf(item=item, min_size=least):
                return _lists(self._of_input(who, Input(each.id, each.name, item, False, each.origin)), least)
            case Enumeration(values):
                return list(values)
            case _:
                return [self.values.of(each.type, small=True)]


def _read(entity: Entity, rule: Rule) -> set[str]:
    return {name for holder, name in fields_read(rule.expression) if holder == entity.name}


def _lists(singles: list[Value], least: int) -> list[Value]:
    """Each alone, the first one twice, the first two either way round."""
    count = max(least, 1)
    pairs: list[Value] = [[singles[0], singles[0]], singles[:2], singles[1::-1]] if len(singles) > 1 else []
    return [*([single] * count for single in singles), *(pairs if count <= len(singles[:2]) else [])]


def _combined(choices: Sequence[Sequence[Value]]) -> list[tuple[Value, ...]]:
    if not all(choices):
        return []
    return spread(list(itertools.islice(itertools.product(*choices), _LARGEST_PRODUCT)), _MOST)
