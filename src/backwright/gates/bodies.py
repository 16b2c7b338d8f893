"""Valid bodies for every operation of a plan, with references to rows that the caller sees and to others."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from backwright.gates.completion import Completion
from backwright.gates.consistency import Bond, Taken, bonds, key_of
from backwright.gates.layout import default_of, managed, member, patched, sent, to_json
from backwright.gates.oracle import Oracle, Principal
from backwright.gates.state import id_of
from backwright.gates.steps import CONFLICT
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
    Part,
    Plan,
    Record,
    Reference,
    Rule,
    Type,
)

__all__ = ["MISSING", "Bodies", "NewParts", "in_path"]

MISSING = UUID("0190aaaa-0000-7000-8000-00000000dead")
_MOST = 40
_CANDIDATES = 12
_FEW = 2
_PAIR = 2
_FRESH: Value = "\0fresh"
_LARGEST_PRODUCT = 20_000

NewParts = dict[str, list[dict[str, Value]]]


def in_path(operation: Operation) -> frozenset[str]:
    """The inputs that stand in the path."""
    return frozenset(each.name for each in operation.inputs if f"{{{each.name}}}" in operation.path)


@dataclass(slots=True)
class Bodies:
    """Bodies over one state, for one caller at a time."""

    plan: Plan
    oracle: Oracle
    values: Values
    _taken: Taken | None = None

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
        """New rows with every value of what the create rule reads, and one that has what another row has alone."""
        rule = entity.rule("create")
        assert rule
        read = _read(entity, rule)
        fields = sent(self.plan, entity)
        given = {**self.oracle.given(who, entity), "createdAt": self.oracle.now}
        for chosen in _combined([self._choices(who, each, each.name in read) for each in fields]):
            wanted = dict(zip((each.name for each in fields), chosen, strict=True))
            values = self._completed(who, entity, given, (wanted, read), self.taken)
            yield values, {part.name: self._parts(who, part, part.min_size) for part in entity.parts}
        yield from self._repeated(who, entity, given, read)

    def _repeated(
        self, who: Principal, entity: Entity, given: Mapping[str, Value], read: set[str]
    ) -> Iterator[tuple[dict[str, Value], NewParts]]:
        """For every unique key that a body writes, a new row with the key of a row that is there."""
        fields = sent(self.plan, entity)
        writable = {each.name for each in fields}
        wanted = {each.name: next(iter(self._choices(who, each, False)), None) for each in fields}
        for bond in bonds(entity):
            if bond.check is None:
                for row in self.oracle.state.all(entity):
                    if key_of(bond, row.values) is None or not self._own(row.values, given, bond):
                        continue
                    repeated = {name: row.values[name] for name in bond.fields if name in writable}
                    asked = ({**wanted, **repeated}, read | {*repeated})
                    values = self._completed(who, entity, given, asked, Taken())
                    parts = {part.name: self._parts(who, part, part.min_size) for part in entity.parts}
                    if self.oracle.create(who, entity, values, parts).status == CONFLICT:
                        yield values, parts
                        break

    def rivals(self, entity: Entity, values: Mapping[str, Value], bond: Bond) -> Iterator[dict[str, Value]]:
        """Bodies of rows like this one that nothing but the key of this bond, if anything, keeps apart."""
        rule = entity.rule("create")
        assert rule
        keys = {name for each in bonds(entity) if each.check is None for name in each.fields}
        free = {each.name for each in sent(self.plan, entity)} & keys - set(bond.fields) - _read(entity, rule)
        full = {each.name: values.get(each.name, default_of(each)) for each in entity.fields}
        given = {name: value for name, value in full.items() if name not in free} | {"createdAt": self.oracle.now}
        taken = Taken()
        taken.add(entity, [row.values for row in self.oracle.state.all(entity)])
        while True:
            completion = Completion(entity, taken, self.values)
            drawn = {name: completion.others(entity.field(name), self._own_again(entity, name, full)) for name in free}
            found = completion.find(given, drawn) or full
            taken.add(entity, [found])
            taken.remove(entity, {name: found[name] if name in bond.fields else None for name in full})
            yield {each.name: found[each.name] for each in sent(self.plan, entity) if each.name in values}

    def _own_again(self, entity: Entity, name: str, full: Mapping[str, Value]) -> Value:
        kind = entity.field(name).type
        return full[name] if isinstance(kind, Reference) else self.values.fresh(kind)

    def _own(self, row: Mapping[str, Value], given: Mapping[str, Value], bond: Bond) -> bool:
        """Whether what the server gives a new row is the same there."""
        return all(row[name] == given[name] for name in bond.fields if name in given)

    def _parts(self, who: Principal, part: Part, count: int) -> list[dict[str, Value]]:
        """So many parts that may stand side by side."""
        entity = self.plan.entity(part.entity)
        fields = [each for each in entity.fields if each.name not in managed(self.plan, entity)]
        taken = Taken()
        taken.add(entity, [row.values for row in self.oracle.state.all(entity)])
        given: dict[str, Value] = {part.back: MISSING, "createdAt": self.oracle.now}
        made = []
        for _ in range(max(count, 1)):
            wanted = {each.name: next(iter(self._choices(who, each, False)), None) for each in fields}
            made.append(self._completed(who, entity, given, (wanted, set()), taken))
            full = {each.name: made[-1].get(each.name) for each in entity.fields}
            taken.add(entity, [{**full, part.back: MISSING}])
        return made

    @property
    def taken(self) -> Taken:
        """The unique keys of all rows."""
        if self._taken is None:
            self._taken = Taken()
            for entity in self.plan.entities:
                self._taken.add(entity, [row.values for row in self.oracle.state.all(entity)])
        return self._taken

    def _completed(
        self,
        who: Principal,
        entity: Entity,
        given: Mapping[str, Value],
        wanted: tuple[Mapping[str, Value], Collection[str]],
        taken: Taken,
    ) -> dict[str, Value]:
        """The wanted values; those that are not fixed change until the row may stand beside the others, if it can."""
        values, fixed = wanted
        drawn = {
            name: self.values.of(entity.field(name).type, small=True) if value is _FRESH else value
            for name, value in values.items()
        }
        completion = Completion(entity, taken, self.values)
        choices = {
            each.name: self._others(who, completion, each, drawn.get(each.name, default_of(each)))
            for each in entity.fields
        }
        known = {name: drawn[name] for name, value in values.items() if name in fixed and value is not _FRESH}
        found = completion.find({**given, **known}, choices) or drawn
        return {name: found[name] for name in values if not (found[name] is None and entity.field(name).optional)}

    def _others(self, who: Principal, completion: Completion, each: Field, value: Value) -> Iterator[Value]:
        yield from completion.others(each, value)
        if isinstance(each.type, Reference):
            for row in self._candidates(who, self.plan.entity(each.type.entity)):
                yield id_of(row)

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
        completion = Completion(entity, self.taken, self.values)
        choices = (other for other in completion.others(each, value) if other != row.values[each.name])
        found = completion.find(
            {name: held for name, held in row.values.items() if name != each.name}, {each.name: choices}
        )
        return {each.name: found[each.name]} if found else {}

    def inputs(self, who: Principal, operation: Operation) -> Iterator[dict[str, Value]]:
        """Inputs of an operation with references to every kind of row."""
        for chosen in _combined([self._of_input(who, each) for each in operation.inputs]):
            yield {
                each.name: self._drawn(each.type, value)
                for each, value in zip(operation.inputs, chosen, strict=True)
                if not (value is None and each.optional)
            }

    def _of_input(self, who: Principal, each: Input) -> list[Value]:
        match each.type:
            case Reference(entity=target):
                return [*(id_of(row) for row in self._candidates(who, self.plan.entity(target))), MISSING]
            case ListOf(item=Record(inputs=inputs) as record):
                singles: list[Value] = [
                    dict(zip((inner.name for inner in inputs), chosen, strict=True))
                    for chosen in _combined([self._of_input(who, inner) for inner in inputs])
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
                return [_FRESH]

    def _drawn(self, kind: Type, value: Value) -> Value:
        """The value, with one of its own wherever any will do."""
        match kind:
            case _ if value is _FRESH:
                return self.values.of(kind, small=True)
            case ListOf(item=item) if isinstance(value, list):
                return [self._drawn(item, each) for each in value]
            case Record(inputs=inputs) if isinstance(value, dict):
                return {each.name: self._drawn(each.type, value[each.name]) for each in inputs if each.name in value}
            case _:
                return value


def _read(entity: Entity, rule: Rule) -> set[str]:
    return {name for holder, name in fields_read(rule.expression) if holder == entity.name}


def _lists(kind: ListOf, singles: list[Value], one: Value) -> list[Value]:
    """Each alone, one of them twice, the first two either way round."""
    count = max(kind.min_size, 1)
    pairs: list[Value] = []
    if count <= _PAIR <= kind.max_size:
        pairs = [[one, one], *([singles[:2], singles[1::-1]] if len(singles) > 1 else [])]
    return [*([single] * count for single in singles), *pairs]


def _combined(choices: Sequence[Sequence[Value]]) -> list[tuple[Value, ...]]:
    if not all(choices):
        return []
    return spread(list(itertools.islice(itertools.product(*choices), _LARGEST_PRODUCT)), _MOST)
