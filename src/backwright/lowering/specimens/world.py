"""A few rows that refer to each other, small enough to be written down, in which conditions are decided."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace

from backwright.lowering.specimens.usual import unique_groups, usual_row
from backwright.lowering.specimens.values import NOW, alternatives
from backwright.lowering.wire.shapes import managed_fields
from backwright.plan.expressions import Environment, Expression, Row, Value, evaluate
from backwright.plan.model import Entity, Field, Part, Plan, Reference

__all__ = ["Specimen", "World", "role_name", "usual_size"]


@dataclass(frozen=True, slots=True)
class Specimen:
    """A row; its id is its name. `changed` differs from the usual row; `role` is that of the one who calls."""

    name: str
    entity: Entity
    values: dict[str, Value]
    changed: frozenset[str] = frozenset()
    role: str | None = None


def role_name(role: str) -> str:
    """The name of the caller with a role."""
    words = [word for word in re.split("[^A-Za-z0-9]+", role) if word]
    name = "".join(word[0].upper() + word[1:] for word in words) or "Caller"
    return name[0].lower() + name[1:] if name[0].isalpha() else f"role{name}"


def usual_size(part: Part) -> int:
    """How many parts a usual body has."""
    return max(part.min_size, min(part.max_size, 1))


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

    def add(
        self, entity: Entity, wish: str, given: Mapping[str, Value] | None = None, *, parts: bool = False
    ) -> Specimen:
        """A usual row, with what is given changed, the rows that it must refer to, and if wanted its parts."""
        name, number = wish, 2
        while name in self.rows:
            name, number = f"{wish}{number}", number + 1
        alike = sum(row.entity.name == entity.name for row in self.rows.values())
        values = usual_row(self.plan, entity, alike) | {"createdAt": NOW, "updatedAt": NOW, "id": name}
        values |= given or {}
        self.rows[name] = Specimen(name, entity, values, changed=frozenset(given or ()))
        self.adding.append(entity.name)
        for each in entity.fields:
            if isinstance(each.type, Reference) and each.name not in values:
                endless = each.type.entity in self.adding
                values[each.name] = None if each.optional or endless else self.add_target(each)
        self.adding.pop()
        self._set_apart(name, frozenset(given or ()))
        for part in entity.parts if parts else ():
            for _ in range(usual_size(part)):
                self.add_part(name, part)
        return self.rows[name]

    def _set_apart(self, name: str, given: frozenset[str]) -> None:
        """Gives a new row other values where a combination would be there twice."""
        entity = self.rows[name].entity
        closed = given | managed_fields(self.plan, entity)
        for group in unique_groups(entity):
            usual = self.rows[name]
            for each in entity.fields:
                if self._alone(name, group) or each.name not in group or each.name in closed:
                    continue
                for value in alternatives(each.type):
                    self.set(name, each.name, value)
                    if self._alone(name, group) and self._fits(self.rows[name]):
                        break
                else:
                    self.rows[name] = usual

    def _alone(self, name: str, group: tuple[str, ...]) -> bool:
        """Whether no other row has the same values in these fields."""
        own = self.rows[name]
        values = [own.values[each] for each in group]
        return None in values or not any(
            row.entity.name == own.entity.name and row.name != name and [row.values[each] for each in group] == values
            for row in self.rows.values()
        )

    def _fits(self, row: Specimen) -> bool:
        return all(self.holds(check.expression, row.name) for check in row.entity.checks)

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

    def holds(self, expression: Expression, this: str | None = None, /, **variables: Value) -> bool:
        """Whether a condition is true here."""
        return bool(self.value(expression, this, **variables))

    def value(self, expression: Expression, this: str | None = None, /, **variables: Value) -> Value:
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

    def without(self, name: str) -> World:
        """The same with neither the row nor its parts, and nothing that may be left out refers to it."""
        world = self.copy()
        gone = {name} | {row.name for row in self.rows.values() if row.entity.whole and name in row.values.values()}
        for part in gone:
            del world.rows[part]
        for row in tuple(world.rows.values()):
            for each in row.entity.fields:
                if isinstance(each.type, Reference) and each.optional and row.values[each.name] in gone:
                    world.set(row.name, each.name, None)
        return world

    def sound(self) -> bool:
        """Whether every row holds the checks of its entity, and no two share what must be unique."""
        rows = self.rows.values()
        return all(self._fits(row) and all(self._alone(row.name, g) for g in unique_groups(row.entity)) for row in rows)

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
