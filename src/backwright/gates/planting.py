"""Rows put straight into the database, bypassing the API, so that requests have something to aim at."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from backwright.gates.layout import column, default_of, quoted, table, to_json
from backwright.gates.state import Store
from backwright.gates.values import Values
from backwright.gates.variants import Variants, Wishes, ends_of
from backwright.plan.expressions import Value
from backwright.plan.model import Entity, Field, Integer, Part, Plan, Reference, Text, Uuid

__all__ = ["Planter"]


@dataclass(slots=True)
class Planter:
    """Makes rows; what a wish does not say is filled with valid values, references with rows made for them."""

    plan: Plan
    store: Store
    values: Values
    stranger: UUID | None = None
    _known: dict[tuple[str, tuple[tuple[tuple[str, ...], Value], ...]], UUID] = field(default_factory=dict)

    def shared(self, entity: Entity, wishes: Wishes) -> UUID:
        """A row with these values, made once."""
        if self.plan.identity and entity.name == self.plan.identity.entity:
            assert self.stranger
            return self.stranger
        key = (entity.name, tuple(sorted(wishes.items(), key=repr)))
        if key not in self._known:
            self._known[key] = self.plant(entity, wishes)
        return self._known[key]

    def plant(self, entity: Entity, wishes: Wishes, inside: tuple[Field, UUID] | None = None) -> UUID:
        """A new row and its parts."""
        key = self._new_id()
        row: dict[str, object] = {
            "id": str(key),
            "created_at": "2026-01-05T10:00:00Z",
            "updated_at": "2026-01-05T10:00:00Z",
        }
        for each in entity.fields:
            if inside is not None and each.name == inside[0].name:
                row[column(each)] = str(inside[1])
                continue
            row[column(each)] = _stored(each, self._value(entity, each, wishes))
        if entity.whole:
            row["position"] = int(key) % 1_000_000_000
        self.store.insert(entity, [json.dumps(row)])
        for part in entity.parts:
            self._parts(part, key, wishes)
        return key

    def populate(self, people: tuple[UUID, ...]) -> None:
        """Rows of every kind for these accounts; numbers of the accounts get room, or an end in the later half."""
        variants = Variants(self.plan, people)
        for entity in self.plan.entities:
            if self.plan.identity and entity.name == self.plan.identity.entity:
                self._furnish(entity, people, variants)
            elif entity.whole is None:
                for wishes in variants.of(entity):
                    self.plant(entity, wishes)

    def _furnish(self, entity: Entity, people: tuple[UUID, ...], variants: Variants) -> None:
        for name in variants.pressed(entity):
            each = entity.field(name)
            ends = [self.values.of(each.type), *ends_of(entity, name)]
            for at, key in enumerate(people):
                value = ends[0] if at < len(people) / 2 else ends[at % len(ends)]
                self.store.execute(f"update {table(entity)} set {quoted(each)} = %s where id = %s", [value, key])

    def _new_id(self) -> UUID:
        key = self.values.of(Uuid())
        assert isinstance(key, UUID)
        return key

    def _value(self, entity: Entity, each: Field, wishes: Wishes) -> Value:
        if (each.name,) in wishes:
            return wishes[(each.name,)]
        inner = {path[1:]: value for path, value in wishes.items() if path[0] == each.name}
        if isinstance(each.type, Reference):
            if each.optional and not inner:
                return None
            return self.shared(self.plan.entity(each.type.entity), inner)
        if entity.lifecycle and each.name == entity.lifecycle.field:
            return entity.lifecycle.states[0]
        if each.optional and not isinstance(each.type, Text):
            return None
        if each.default is not None and not isinstance(each.type, Text | Integer):
            return default_of(each)
        return self.values.of(each.type)

    def _parts(self, part: Part, whole: UUID, wishes: Wishes) -> None:
        entity = self.plan.entity(part.entity)
        wanted = wishes.get((part.name,))
        count = wanted if isinstance(wanted, int) else max(part.min_size, min(2, part.max_size))
        inner = {path[1:]: value for path, value in wishes.items() if path[0] == part.name and len(path) > 1}
        for _ in range(count):
            self.plant(entity, inner, (entity.field(part.back), whole))


def _stored(each: Field, value: Value) -> object:
    return value.isoformat() if isinstance(value, datetime) else to_json(each.type, value)
