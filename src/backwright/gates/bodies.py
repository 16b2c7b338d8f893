"""Valid bodies for every operation of a plan, with references to rows that the caller sees and to others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from backwright.gates.completion import Completion
from backwright.gates.layout import member, patched, to_json
from backwright.gates.new_rows import FRESH, MISSING, NewParts, NewRows, combined, read_by
from backwright.gates.oracle import Oracle, Principal
from backwright.gates.state import id_of
from backwright.gates.values import Values
from backwright.plan.expressions import Row, Value
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
    Type,
)

__all__ = ["Bodies", "in_path"]

_PAIR = 2


def in_path(operation: Operation) -> frozenset[str]:
    """The inputs that stand in the path."""
    return frozenset(each.name for each in operation.inputs if f"{{{each.name}}}" in operation.path)


@dataclass(slots=True)
class Bodies:
    """Bodies over one state, for one caller at a time."""

    plan: Plan
    oracle: Oracle
    values: Values
    rows: NewRows = field(init=False)

    def __post_init__(self) -> None:
        self.rows = NewRows(self.plan, self.oracle, self.values)

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

    def patches(self, entity: Entity, key: UUID) -> Iterator[dict[str, Value]]:
        """One change of something that no rule reads, then one to each other value that a rule reads."""
        fields = patched(self.plan, entity)
        read = {
            name for action in ("read", "update") if (rule := entity.rule(action)) for name in read_by(entity, rule)
        }
        plain = [each for each in fields if each.name not in read and not isinstance(each.type, Reference)]
        row = self.oracle.state.row(entity.name, key)
        change = next((found for each in plain if (found := self._changed(entity, row, each))), None)
        if change is None and plain:
            change = {plain[0].name: self.values.of(plain[0].type)}
        if change is not None:
            yield change
        for each in fields:
            if each.name in read and isinstance(each.type, Enumeration | Bool):
                for value in each.type.values if isinstance(each.type, Enumeration) else (False, True):
                    if row is not None and row.values[each.name] != value:
                        yield {each.name: value}

    def _changed(self, entity: Entity, row: Row | None, each: Field) -> dict[str, Value]:
        """Another value of one field that leaves the row possible; nothing where there is none."""
        value = self.values.of(each.type)
        if row is None:
            return {each.name: value}
        completion = Completion(entity, self.rows.taken, self.values)
        choices = (other for other in completion.others(each, value) if other != row.values[each.name])
        found = completion.find(
            {name: held for name, held in row.values.items() if name != each.name}, {each.name: choices}
        )
        return {each.name: found[each.name]} if found else {}

    def inputs(self, who: Principal, operation: Operation) -> Iterator[dict[str, Value]]:
        """Inputs of an operation with references to every kind of row."""
        for chosen in combined([self._of_input(who, each) for each in operation.inputs]):
            yield {
                each.name: self._drawn(each.type, value)
                for each, value in zip(operation.inputs, chosen, strict=True)
                if not (value is None and each.optional)
            }

    def _of_input(self, who: Principal, each: Input) -> list[Value]:
        match each.type:
            case Reference(entity=target):
                return [*(id_of(row) for row in self.rows.candidates(who, self.plan.entity(target))), MISSING]
            case ListOf(item=Record(inputs=inputs) as record):
                singles: list[Value] = [
                    dict(zip((inner.name for inner in inputs), chosen, strict=True))
                    for chosen in combined([self._of_input(who, inner) for inner in inputs])
                ]
                return _lists(each.type, singles, self._drawn(record, singles[0]))
            case ListOf(item=item):
                items = self._of_input(who, Input(each.id, each.name, item, False, each.origin))
                return _lists(each.type, items, self._drawn(item, items[0]))
            case Enumeration(values):
                return list(values)
            case Bool():
                return [False, True]
            case _:
                return [FRESH]

    def _drawn(self, kind: Type, value: Value) -> Value:
        """The value, with one of its own wherever any will do."""
        match kind:
            case _ if value is FRESH:
                return self.values.of(kind, small=True)
            case ListOf(item=item) if isinstance(value, list):
                return [self._drawn(item, each) for each in value]
            case Record(inputs=inputs) if isinstance(value, dict):
                return {each.name: self._drawn(each.type, value[each.name]) for each in inputs if each.name in value}
            case _:
                return value


def _lists(kind: ListOf, singles: list[Value], one: Value) -> list[Value]:
    """Each alone, one of them twice, the first two either way round."""
    count = max(kind.min_size, 1)
    pairs: list[Value] = []
    if count <= _PAIR <= kind.max_size:
        pairs = [[one, one], *([singles[:2], singles[1::-1]] if len(singles) > 1 else [])]
    return [*([single] * count for single in singles), *pairs]
