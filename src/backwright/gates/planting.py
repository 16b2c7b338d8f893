"""Rows put straight into the database, bypassing the API, so that requests have something to aim at."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from backwright.gates.completion import Completion
from backwright.gates.consistency import PLANTED, Taken, bonds
from backwright.gates.layout import column, default_of, managed, quoted, table, to_json
from backwright.gates.state import Store, id_of
from backwright.gates.values import Values
from backwright.gates.variants import Variants, Wishes, ends_of
from backwright.plan.expressions import Value
from backwright.plan.model import Entity, Field, Integer, Part, Plan, Reference, Text, Uuid

__all__ = ["Planter", "amend"]

_NEW_ROWS = 2
_Known = tuple[str, tuple[tuple[tuple[str, ...], Value], ...]]
_Row = tuple[Entity, dict[str, Value]]


@dataclass(slots=True)
class Planter:
    """Makes rows; what a wish does not say is filled with values that fit, references with rows made for them.

    A wish that the conditions and unique keys of the plan do not allow beside the other rows is left out and counted.
    """

    plan: Plan
    store: Store
    values: Values
    stranger: UUID | None = None
    _known: dict[_Known, list[UUID]] = field(default_factory=dict)
    _there: dict[str, dict[UUID, Mapping[str, Value]]] = field(default_factory=dict)
    _taken: Taken = field(default_factory=Taken)
    _wished: Counter[str] = field(default_factory=Counter)
    _missing: dict[str, list[dict[str, None]]] = field(default_factory=dict)
    _underway: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        state = self.store.state()
        for entity in self.plan.entities:
            self._taken.add(entity, [row.values for row in state.all(entity)])
            self._there[entity.name] = {id_of(row): row.values for row in state.all(entity)}

    def populate(self, people: tuple[UUID, ...]) -> None:
        """Rows of every kind for these accounts; numbers of the accounts get room, or an end in the later half."""
        variants = Variants(self.plan, people)
        for entity in self.plan.entities:
            if self._is_account(entity):
                self._furnish(entity, people, variants)
            elif entity.whole is None:
                for wishes in _ordered(entity, variants.of(entity)):
                    self.plant(entity, wishes)

    def unplanted(self) -> str:
        """For every entity, how many kinds of rows were wanted and not planted, and what stood in the way."""
        return " ".join(
            f"Not planted: {len(obstacles)} of {self._wished[name]} kinds of {name} "
            f"({'; '.join(dict.fromkeys(words for each in obstacles for words in each))})."
            for name, obstacles in self._missing.items()
        )

    def plant(self, entity: Entity, wishes: Wishes) -> UUID | None:
        """A new row and its parts; none where the plan allows none."""
        obstacles: dict[str, None] = {}
        key = self._new_id()
        planted = self._planted(entity, key, wishes, obstacles)
        self._wished[entity.name] += 1
        if not planted:
            self._missing.setdefault(entity.name, []).append(obstacles)
        return key if planted else None

    def _is_account(self, entity: Entity) -> bool:
        return self.plan.identity is not None and entity.name == self.plan.identity.entity

    def _planted(self, entity: Entity, key: UUID, wishes: Wishes, obstacles: dict[str, None]) -> bool:
        """Whether the row and its parts could be made; if not, nothing of them stays."""
        made: list[_Row] = []
        self._underway.append(entity.name)
        done = self._made(made, entity, {"id": key}, wishes, obstacles)
        self._underway.pop()
        if not done:
            return False
        for holder, values in made:
            self.store.insert(holder, [_stored(holder, values)])
            self._there[holder.name][_id(values)] = values
        return True

    def _made(
        self, made: list[_Row], entity: Entity, given: Mapping[str, Value], wishes: Wishes, obstacles: dict[str, None]
    ) -> bool:
        wished = {each.name: wishes[(each.name,)] for each in entity.fields if (each.name,) in wishes}
        completion = Completion(entity, self._taken, self.values, obstacles)
        choices = {each.name: self._choices(completion, each, wishes) for each in entity.fields}
        found = completion.find({**wished, **given}, choices)
        if found is None:
            return False
        before = len(made)
        made.append((entity, found))
        self._taken.add(entity, [found])
        if all(self._parts(made, part, found["id"], wishes, obstacles) for part in entity.parts):
            return True
        for holder, values in made[before:]:
            self._taken.remove(holder, values)
        del made[before:]
        return False

    def _choices(self, completion: Completion, each: Field, wishes: Wishes) -> Iterator[Value]:
        inner = {path[1:]: value for path, value in wishes.items() if path[0] == each.name and len(path) > 1}
        if isinstance(each.type, Reference):
            if each.optional and not inner:
                yield None
            yield from self._rows(self.plan.entity(each.type.entity), inner, completion.obstacles)
        else:
            yield from completion.others(each, self._preferred(completion.entity, each))

    def _preferred(self, entity: Entity, each: Field) -> Value:
        if entity.lifecycle and each.name == entity.lifecycle.field:
            return entity.lifecycle.states[0]
        if self._is_account(entity) and each.name == "role":
            return self.plan.identity.roles[0] if self.plan.identity else None
        if each.optional and not isinstance(each.type, Text):
            return None
        if each.default is not None and not isinstance(each.type, Text | Integer):
            return default_of(each)
        return self.values.of(each.type)

    def _rows(self, entity: Entity, wishes: Wishes, obstacles: dict[str, None]) -> Iterator[UUID]:
        """Rows with these values to refer to: those made to be referred to, a few new ones, then any that are there."""
        if self._is_account(entity) and self.stranger:
            yield self.stranger
        known = self._known.setdefault((entity.name, tuple(sorted(wishes.items(), key=repr))), [])
        yield from tuple(known)
        # Inside a row of its kind only a wish makes another one: wishes get shorter with every step, searches do not.
        for _ in range(_NEW_ROWS if wishes or entity.name not in self._underway else 0):
            key = self._new_id()
            known.append(key)
            if not self._planted(entity, key, wishes, obstacles):
                known.remove(key)
                break
            yield key
        if not self._is_account(entity):
            yield from [
                key for key in self._there[entity.name] if key not in known and self._shows(entity, key, wishes)
            ]

    def _shows(self, entity: Entity, key: Value, wishes: Wishes) -> bool:
        """Whether a planted row has what the wishes say of it."""
        row = self._there[entity.name].get(key) if isinstance(key, UUID) else None
        if row is None:
            return False
        for path, wanted in wishes.items():
            each = next((each for each in entity.fields if each.name == path[0]), None)
            if each is None:
                return False
            value = row[each.name]
            if len(path) == 1:
                if value != wanted:
                    return False
            elif not isinstance(each.type, Reference) or not self._shows(
                self.plan.entity(each.type.entity), value, {path[1:]: wanted}
            ):
                return False
        return True

    def _parts(self, made: list[_Row], part: Part, whole: Value, wishes: Wishes, obstacles: dict[str, None]) -> bool:
        """The parts of a row; what the wish says of them holds for the first one at least."""
        entity = self.plan.entity(part.entity)
        wanted = wishes.get((part.name,))
        count = wanted if isinstance(wanted, int) else max(part.min_size, min(2, part.max_size))
        inner = {path[1:]: value for path, value in wishes.items() if path[0] == part.name and len(path) > 1}
        return all(
            self._made(made, entity, {"id": self._new_id(), part.back: whole}, inner, obstacles)
            or (at > 0 and self._made(made, entity, {"id": self._new_id(), part.back: whole}, {}, obstacles))
            for at in range(count)
        )

    def _furnish(self, entity: Entity, people: tuple[UUID, ...], variants: Variants) -> None:
        for name in variants.pressed(entity):
            each = entity.field(name)
            ends = [self.values.of(each.type), *ends_of(entity, name)]
            for at, key in enumerate(people):
                value = ends[0] if at < len(people) / 2 else ends[at % len(ends)]
                amend(self.store, entity, key, {name: value})

    def _new_id(self) -> UUID:
        return _id({"id": self.values.of(Uuid())})


def _id(values: Mapping[str, Value]) -> UUID:
    key = values["id"]
    assert isinstance(key, UUID)
    return key


def amend(store: Store, entity: Entity, key: UUID, wanted: Mapping[str, Value]) -> bool:
    """Changes a row, and of its other fields what has to change with them; false where the plan allows no such row."""
    rows = {each.values["id"]: each.values for each in store.state().all(entity)}
    own = rows.pop(key)
    taken = Taken()
    taken.add(entity, rows.values())
    fixed = {"id", "createdAt", *managed(store.plan, entity)}
    given = {**{name: value for name, value in own.items() if name in fixed}, **wanted}
    completion = Completion(entity, taken, Values(int(key) % 100_000))
    found = completion.find(given, {each.name: completion.others(each, own[each.name]) for each in entity.fields})
    if found is None:
        return False
    changed = [each for each in entity.fields if found[each.name] != own[each.name]]
    if changed:
        assignments = ", ".join(f"{quoted(each)} = %s" for each in changed)
        values = [found[each.name] for each in changed]
        store.execute(f"update {table(entity)} set {assignments} where id = %s", [*values, key])
    return True


def _ordered(entity: Entity, wishes: Sequence[Wishes]) -> list[Wishes]:
    """As they come; where a unique key leaves no room for all, those first that show something new."""
    wished = {path[0] for each in wishes for path in each}
    if not any(bond.check is None and wished.issuperset(bond.fields) for bond in bonds(entity)):
        return list(wishes)
    waiting = list(wishes)
    ordered: list[Wishes] = []
    seen: set[tuple[object, ...]] = set()
    while waiting:
        best = max(waiting, key=lambda each: len(set(each.items()) - seen))
        waiting.remove(best)
        ordered.append(best)
        seen |= set(best.items())
    return ordered


def _stored(entity: Entity, values: Mapping[str, Value]) -> str:
    times = PLANTED.isoformat()
    row: dict[str, object] = {"id": str(values["id"]), "created_at": times, "updated_at": times}
    for each in entity.fields:
        value = values[each.name]
        row[column(each)] = value.isoformat() if isinstance(value, datetime) else to_json(each.type, value)
    return json.dumps(row)
