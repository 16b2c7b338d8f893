"""The rows of a database as the plan sees them, what a request changed in them, and how they are put back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import LiteralString, cast
from uuid import UUID

import psycopg

from backwright.gates.layout import column, from_json, instant, table
from backwright.plan.expressions import Row, Value
from backwright.plan.model import Entity, Plan

__all__ = ["Change", "Raw", "State", "Store"]

Raw = dict[str, dict[UUID, str]]


@dataclass(frozen=True, slots=True)
class State:
    """Rows by entity and id."""

    plan: Plan
    rows: Mapping[str, Mapping[UUID, Row]]

    def row(self, entity: str, id: Value) -> Row | None:
        return self.rows[entity].get(id) if isinstance(id, UUID) else None

    def related(self, entity: str, id: Value, many_name: str) -> Sequence[Row]:
        part = next(part for part in self.plan.entity(entity).parts if part.name == many_name)
        return [row for row in self.rows[part.entity].values() if row.values[part.back] == id]

    def all(self, entity: Entity) -> list[Row]:
        """Every row of an entity."""
        return list(self.rows[entity.name].values())


@dataclass(frozen=True, slots=True)
class Change:
    """What became different, as rows of the plan."""

    created: tuple[Row, ...] = ()
    updated: tuple[tuple[Row, Row], ...] = ()
    deleted: tuple[Row, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.created or self.updated or self.deleted)


def _sql(text: str) -> LiteralString:
    """SQL composed of the plan's own names."""
    return cast("LiteralString", text)


@dataclass(slots=True)
class Store:
    """All tables of a database, through a superuser's connection on which no trigger fires."""

    plan: Plan
    url: str
    connection: psycopg.Connection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = psycopg.connect(self.url, autocommit=True)
        self.execute("set timezone = 'UTC'")
        self.execute("set session_replication_role = replica")

    def close(self) -> None:
        self.connection.close()

    def execute(self, text: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Runs one statement; the rows it selects."""
        cursor = self.connection.execute(_sql(text), values or None)
        return cursor.fetchall() if cursor.description else []

    def digests(self) -> dict[str, str]:
        """One digest for every table of the database."""
        names = self.execute(
            "select format('%I.%I', nspname, relname) from pg_class join pg_namespace n on n.oid = relnamespace "
            "where relkind in ('r', 'p') and nspname !~ '^(pg_|information_schema)' order by 1"
        )
        each = (
            f"select '{name}', md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {name} t"
            for (name,) in names
        )
        return {str(name): str(digest) for name, digest in self.execute(" union all ".join(each))}

    def raw(self) -> Raw:
        """Every row of every entity, as JSON text."""
        found: Raw = {entity.name: {} for entity in self.plan.entities}
        each = (
            f"select '{entity.name}', id, to_jsonb(t)::text from {table(entity)} t" for entity in self.plan.entities
        )
        for name, id, text in self.execute(" union all ".join(each)):
            assert isinstance(id, UUID)
            found[str(name)][id] = str(text)
        return found

    def state(self, raw: Raw | None = None) -> State:
        """Every row of every entity, as values."""
        texts = self.raw() if raw is None else raw
        rows = {
            entity.name: {id: _row(entity, text) for id, text in texts[entity.name].items()}
            for entity in self.plan.entities
        }
        return State(self.plan, rows)

    def change(self, before: Raw, after: Raw) -> Change:
        """What became different."""
        created, updated, deleted = [], [], []
        for entity in self.plan.entities:
            old, new = before[entity.name], after[entity.name]
            created += [_row(entity, text) for id, text in new.items() if id not in old]
            deleted += [_row(entity, text) for id, text in old.items() if id not in new]
            updated += [
                (_row(entity, text), _row(entity, new[id])) for id, text in old.items() if id in new and new[id] != text
            ]
        return Change(tuple(created), tuple(updated), tuple(deleted))

    def restore(self, wanted: Raw, found: Raw) -> None:
        """Puts every row back as it was."""
        for entity in self.plan.entities:
            old, new = wanted[entity.name], found[entity.name]
            wrong = [id for id in {**old, **new} if old.get(id) != new.get(id)]
            if wrong:
                self.execute(f"delete from {table(entity)} where id = any(%s)", [wrong])
                self.insert(entity, [old[id] for id in wrong if id in old])

    def insert(self, entity: Entity, rows: Sequence[str]) -> None:
        """Inserts rows given as JSON of their columns."""
        names = self.execute(
            "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute "
            "where attrelid = %s::regclass and attnum > 0 and not attisdropped",
            [table(entity)],
        )
        columns = names[0][0]
        self.execute(
            f"insert into {table(entity)} ({columns}) overriding system value "
            f"select {columns} from unnest(%s::text[]) as given (text), "
            f"jsonb_populate_record(null::{table(entity)}, given.text::jsonb)",
            [list(rows)],
        )


def _row(entity: Entity, text: str) -> Row:
    columns = json.loads(text, parse_float=Decimal)
    values: dict[str, Value] = {"id": UUID(columns["id"])}
    values.update({each.name: from_json(each.type, columns[column(each)]) for each in entity.fields})
    values.update({"createdAt": instant(columns["created_at"]), "updatedAt": instant(columns["updated_at"])})
    return Row(entity.name, values)
