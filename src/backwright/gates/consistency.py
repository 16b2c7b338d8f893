"""What must hold between the fields of a row, and between the rows of an entity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from backwright.plan.expressions import Environment, Row, Value, evaluate, fields_read
from backwright.plan.model import Check, Entity

__all__ = ["IDS", "PLANTED", "Bond", "Taken", "bonds", "keeps", "key_of"]

PLANTED = datetime(2026, 1, 5, 10, tzinfo=UTC)
"""When rows that a gate plants were made."""

Key = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Bond:
    """A condition between fields, or, without a check, fields whose values only one row may have together."""

    entity: Entity
    fields: tuple[str, ...]
    check: Check | None = None

    @property
    def words(self) -> str:
        """How a report names it."""
        return f"check {self.check.id}" if self.check else f"unique {', '.join(self.fields)}"


def bonds(entity: Entity) -> tuple[Bond, ...]:
    """Conditions, then unique keys, in the plan's order."""
    stored = {each.name for each in entity.fields}
    checks = [
        Bond(entity, tuple(dict.fromkeys(name for _, name in fields_read(each.expression) if name in stored)), each)
        for each in entity.checks
    ]
    keys = [
        *((each.name,) for each in entity.fields if each.unique),
        *(index.fields for index in entity.indexes if index.unique),
    ]
    return (*checks, *(Bond(entity, key) for key in dict.fromkeys(keys)))


class _Ids:
    """Rows of which nothing but their ids matters: conditions compare references, and follow none."""

    def row(self, entity: str, id: Value) -> Row | None:
        return Row(entity, {"id": id}) if isinstance(id, UUID) else None

    def related(self, entity: str, id: Value, many_name: str) -> Sequence[Row]:  # noqa: ARG002 - conditions read no parts
        return ()


IDS = _Ids()


def keeps(bond: Bond, values: Mapping[str, Value]) -> bool:
    """Whether values that hold all of a condition's fields meet it."""
    assert bond.check
    row = Row(bond.entity.name, {"id": None, "createdAt": PLANTED, "updatedAt": PLANTED, **values})
    return bool(evaluate(bond.check.expression, Environment(IDS, row)))


def key_of(bond: Bond, values: Mapping[str, Value]) -> Key | None:
    """The values of a unique key; none where one is null, for null is like no other value."""
    key = tuple(values[name] for name in bond.fields)
    return None if any(value is None for value in key) else key


@dataclass(slots=True)
class Taken:
    """The unique keys that rows have already."""

    _keys: dict[tuple[str, tuple[str, ...]], set[Key]] = field(default_factory=dict)

    def add(self, entity: Entity, rows: Iterable[Mapping[str, Value]]) -> None:
        """From now on these rows are there."""
        for bond in _keys_of(entity):
            held = self._keys.setdefault((entity.name, bond.fields), set())
            held.update(key for values in rows if (key := key_of(bond, values)) is not None)

    def remove(self, entity: Entity, values: Mapping[str, Value]) -> None:
        """This row is there no longer."""
        for bond in _keys_of(entity):
            key = key_of(bond, values)
            if key is not None:
                self._keys.get((entity.name, bond.fields), set()).discard(key)

    def free(self, bond: Bond, values: Mapping[str, Value]) -> bool:
        """Whether no row has the key of these values."""
        key = key_of(bond, values)
        return key is None or key not in self._keys.get((bond.entity.name, bond.fields), set())


def _keys_of(entity: Entity) -> tuple[Bond, ...]:
    return tuple(bond for bond in bonds(entity) if bond.check is None)
