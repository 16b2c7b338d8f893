"""A few rows that refer to each other, small enough to be written down, in which conditions are decided."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice, product

from backwright.lowering.specimens.values import Fresh, alternatives, ordinary
from backwright.plan.expressions import Environment, Expression, Row, Value, evaluate, fields_read
from backwright.plan.model import Entity, Field, Part, Plan, Reference

__all__ = ["NOW", "Specimen", "World", "role_name", "usual_row"]

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Specimen:
    """A row; its id is its name. `changed` differs from the usual row; `role` is that of the one who calls."""

    name: str
    entity: Entity
    values: dict[str, Value]
    changed: frozenset[str] = frozenset()
    role: str | None = None


def usual_row(plan: Plan, entity: Entity, number: int = 0) -> dict[str, Value]:
    """Ordinary values that hold the entity's checks; references are not among them."""
    values: dict[str, Value] = {}
    for each in entity.fields:
        if not isinstance(each.type, Reference):
            value = ordinary(each)
            values[each.name] = value.value(number) if isinstance(value, Fresh) else value
    state = entity.lifecycle
    if state:
        values[state.field] = state.states[0]
    if plan.identity and plan.identity.entity == entity.name:
        values["role"] = plan.identity.roles[0]
    return values if _checked(entity, values) else _mended(entity, values)


def _checked(entity: Entity, values: Mapping[str, Value]) -> bool:
    row = Row(entity.name, {"createdAt": NOW, "updatedAt": NOW, **values})
    environment = Environment(rows=_NoRows(), this=row, variables={"now": NOW})
    return all(evaluate(check.expression, environment) for check in entity.checks)


def _mended(entity: Entity, values: dict[str, Value]) -> dict[str, Value]:
    """The first combination of other values that holds the checks."""
    read = {name for check in entity.checks for _, name in fields_read(check.expression)}
    fields = [field for field in entity.fields if field.name in read and not isinstance(field.type, Reference)]
    choices = [_choices(field, values[field.name]) for field in fields]
    for combination in islice(product(*choices), 20_000):
        changed = values | dict(zip((field.name for field in fields), combination, strict=True))
        if _checked(entity, changed):
            return changed
    return values


def _choices(field: Field, usual: Value) -> tuple[Value, ...]:
    others = (*alternatives(field.type), *([None] if field.optional else []))
    return tuple(dict.fromkeys((usual, *others)))


class _NoRows:
    def row(self, entity: str, id: Value) -> Row | None:
        """Nothing: checks stay within their row."""
        del entity, id
        return None

    def related(self, entity: str, id: Value, many_name: str) -> Sequence[Row]:
        """Nothing either."""
        del entity, id, many_name
        return ()


def role_name(role: str) -> str:
    """The name of the caller with a role."""
    words = [word for word in re.split("[^A-Za-z0-9]+", role) if word]
    name = "".join(word[0].upper() + word[1:] for word in words) or "Caller"
    return name[0].lower() + name[1:] if name[0].isalpha() else f"role{name}"


def _part_name(part: Part) -> str:
    return part.entity[0].lower() + part.entity[1:]


@dataclass(slots=True)
class World:
    """`rows` by name, `inputs` as an operation gets them; a reference holds the name of its row."""

    plan: Plan
    rows: dict[str, Specimen] = field(default_factory=dict)
    inputs: dict[str, Value] = field(default_factory=dict)
    me: str | None = None
    adding: list[str] = field(default_factory=list)

    def copy(self) -> World:
        """Another world that can be changed apart."""
        return World(self.plan, dict(self.rows), deepcopy(self.inputs), self.me)

    def add(self, entity: Entity, wish: str, given: Mapping[str, Value] | None = None) -> Specimen:
        """A usual row, with what is given changed, and the rows that it must refer to."""
        name, number = wish, 2
        while name in self.rows:
            name, number = f"{wish}{number}", number + 1
        values = usual_row(self.plan, entity, len(self.rows)) | {"createdAt": NOW, "updatedAt": NOW, "id": name}
        values |= given or {}
        self.rows[name] = Specimen(name, entity, values, changed=frozenset(given or ()))
        self.adding.append(entity.name)
        for each in entity.fields:
            if isinstance(each.type, Reference) and each.name not in values:
                endless = each.type.entity in self.adding
                values[each.name] = None if each.optional or endless else self.add_target(each)
        self.adding.pop()
        return self.rows[name]

    def add_part(self, whole: str, part: Part) -> Specimen:
        """One more part of a row."""
        return self.add(self.plan.entity(part.entity), _part_name(part), {part.back: whole})

    def add_target(self, each: Field) -> str:
        """A row for a reference to point at; its name."""
        assert isinstance(each.type, Reference)
        return self.add(self.plan.entity(each.type.entity), each.name).name

    def add_caller(self, role: str) -> Specimen:
        """The account that calls."""
        assert self.plan.identity
        row = self.add(self.plan.entity(self.plan.identity.entity), role_name(role), {"role": role})
        self.rows[row.name] = replace(row, changed=frozenset(), role=role)
        self.me = row.name
        return self.rows[row.name]

    def set(self, name: str, member: str, value: Value) -> None:
        """Gives a row another value."""
        old = self.rows[name]
        self.rows[name] = replace(old, values={**old.values, member: value}, changed=old.changed | {member})

    def row(self, entity: str, id: Value) -> Row | None:
        """The row of that name."""
        found = self.rows.get(id) if isinstance(id, str) else None
        return Row(found.entity.name, found.values) if found and found.entity.name == entity else None

    def related(self, entity: str, id: Value, many_name: str) -> Sequence[Row]:
        """The rows of a part."""
        part = next(each for each in self.plan.entity(entity).parts if each.name == many_name)
        return [Row(part.entity, self.rows[name].values) for name in self.parts(str(id), part)]

    def parts(self, whole: str, part: Part) -> tuple[str, ...]:
        """The names of a whole's parts."""
        rows = self.rows.values()
        return tuple(row.name for row in rows if row.entity.name == part.entity and row.values[part.back] == whole)

    def holds(self, expression: Expression, this: str | None = None, **variables: Value) -> bool:
        """Whether a condition is true here."""
        return bool(self.value(expression, this, **variables))

    def value(self, expression: Expression, this: str | None = None, **variables: Value) -> Value:
        """What an expression is worth here."""
        return evaluate(expression, self.environment(this, variables))

    def environment(self, this: str | None, variables: dict[str, Value]) -> Environment:
        """The names that expressions know here."""
        known: dict[str, Value] = {"now": NOW, "input": self.inputs, **variables}
        own = self.rows[this] if this else None
        me = self.rows[self.me] if self.me else None
        return Environment(
            rows=self,
            this=Row(own.entity.name, own.values) if own else None,
            me=Row(me.entity.name, me.values) if me else None,
            variables=known,
        )

    def sound(self) -> bool:
        """Whether every row holds the checks of its entity."""
        return all(self.holds(check.expression, row.name) for row in self.rows.values() for check in row.entity.checks)

    def visible(self, name: str) -> bool:
        """Whether the caller may read a row; a part as its whole."""
        specimen = self.rows[name]
        if specimen.entity.whole:
            part = next(p for p in self.plan.entity(specimen.entity.whole).parts if p.entity == specimen.entity.name)
            return self.visible(str(specimen.values[part.back]))
        rule = specimen.entity.rule("read")
        return rule is not None and self.holds(rule.expression, name)

    def give(self, steps: tuple[str | int, ...], value: Value) -> None:
        """Changes one value of the input."""
        place: object = self.inputs
        for step in steps[:-1]:
            assert isinstance(place, dict | list)
            place = place[step]  # type: ignore[index]
        assert isinstance(place, dict | list)
        place[steps[-1]] = value  # type: ignore[index]
