"""New rows that a caller may make, and some that the plan does not allow beside the rows that are there."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from backwright.gates.alternatives import alternatives
from backwright.gates.completion import Completion
from backwright.gates.consistency import Bond, Taken, bonds, keeps, key_of
from backwright.gates.layout import default_of, managed, sent
from backwright.gates.oracle import Oracle, Principal
from backwright.gates.state import id_of
from backwright.gates.steps import CONFLICT
from backwright.gates.values import Values
from backwright.gates.variants import spread
from backwright.plan.expressions import Row, Value, fields_read
from backwright.plan.model import Bool, Entity, Enumeration, Field, Part, Plan, Reference, Rule

__all__ = ["FRESH", "MISSING", "NewParts", "NewRows", "combined", "read_by"]

MISSING = UUID("0190aaaa-0000-7000-8000-00000000dead")
FRESH: Value = "\0fresh"
"""Stands for a value that nobody has yet, whichever it is."""
_MOST = 40
_CANDIDATES = 12
_FEW = 2
_LARGEST_PRODUCT = 20_000
_OTHERS = 6

NewParts = dict[str, list[dict[str, Value]]]


@dataclass(slots=True)
class NewRows:
    """Rows over one state, for one caller at a time."""

    plan: Plan
    oracle: Oracle
    values: Values
    _taken: Taken | None = None

    def creates(self, who: Principal, entity: Entity) -> Iterator[tuple[dict[str, Value], NewParts]]:
        """New rows with every value of what the create rule reads, and some that break a condition or a unique key."""
        rule = entity.rule("create")
        assert rule
        read = read_by(entity, rule)
        fields = sent(self.plan, entity)
        given = {**self.oracle.given(who, entity), "createdAt": self.oracle.now}
        for chosen in combined([self._choices(who, each, each.name in read) for each in fields]):
            wanted = dict(zip((each.name for each in fields), chosen, strict=True))
            values = self._completed(who, entity, given, (wanted, read), self.taken)
            yield values, {part.name: self._parts(who, part, part.min_size) for part in entity.parts}
        yield from self._broken(who, entity, given)
        yield from self._repeated(who, entity, given, read)

    def _broken(
        self, who: Principal, entity: Entity, given: Mapping[str, Value]
    ) -> Iterator[tuple[dict[str, Value], NewParts]]:
        """For every condition, a new row that breaks it and nothing else of its own."""
        fields = {each.name: each for each in sent(self.plan, entity)}
        wanted = {name: next(iter(self._choices(who, each, False)), None) for name, each in fields.items()}
        for bond in bonds(entity) if any(each.check for each in bonds(entity)) else ():
            names = [name for name in bond.fields if bond.check and name in fields]
            valid = self._completed(who, entity, given, (wanted, set()), self.taken)
            full = {**{each.name: default_of(each) for each in entity.fields}, **given, **valid}
            choices = [
                [full[name], *itertools.islice(alternatives(fields[name], self.values, [bond]), _OTHERS)]
                for name in names
            ]
            for chosen in itertools.islice(itertools.product(*choices), _LARGEST_PRODUCT):
                changed = dict(zip(names, chosen, strict=True))
                if names and not keeps(bond, {**full, **changed}):
                    yield (
                        {**valid, **changed},
                        {part.name: self._parts(who, part, part.min_size) for part in entity.parts},
                    )
                    break

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
        free = {each.name for each in sent(self.plan, entity)} & keys - set(bond.fields) - read_by(entity, rule)
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
            name: self.values.of(entity.field(name).type, small=True) if value is FRESH else value
            for name, value in values.items()
        }
        completion = Completion(entity, taken, self.values)
        choices = {
            each.name: self._others(who, completion, each, drawn.get(each.name, default_of(each)))
            for each in entity.fields
        }
        known = {name: drawn[name] for name, value in values.items() if name in fixed and value is not FRESH}
        found = completion.find({**given, **known}, choices) or drawn
        return {name: found[name] for name in values if not (found[name] is None and entity.field(name).optional)}

    def _others(self, who: Principal, completion: Completion, each: Field, value: Value) -> Iterator[Value]:
        yield from completion.others(each, value)
        if isinstance(each.type, Reference):
            for row in self.candidates(who, self.plan.entity(each.type.entity)):
                yield id_of(row)

    def _choices(self, who: Principal, each: Field, read: bool) -> list[Value]:
        match each.type:
            case Reference(entity=target):
                ids: list[Value] = [id_of(row) for row in self.candidates(who, self.plan.entity(target))]
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
                return [FRESH]

    def candidates(self, who: Principal, entity: Entity) -> list[Row]:
        """Rows to refer to, those that the caller sees first."""
        rows = self.oracle.state.all(entity)
        seen = [row for row in rows if self.oracle.readable(who, entity, row)]
        hidden = [row for row in rows if not self.oracle.readable(who, entity, row)]
        return spread(seen, _CANDIDATES) + spread(hidden, _FEW)


def read_by(entity: Entity, rule: Rule) -> set[str]:
    """The fields of the entity that a rule reads."""
    return {name for holder, name in fields_read(rule.expression) if holder == entity.name}


def combined(choices: Sequence[Sequence[Value]]) -> list[tuple[Value, ...]]:
    """Combinations of the choices, so many at most, evenly taken."""
    if not all(choices):
        return []
    return spread(list(itertools.islice(itertools.product(*choices), _LARGEST_PRODUCT)), _MOST)
