"""The rows of a database as the plan sees them, and how they are put back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import psycopg

from backwright.gates.layout import column, from_json, instant, table
from backwright.plan.expressions import Row, Value
from backwright.plan.model import Entity, Plan

__all__ = ["Raw", "State", "Store", "id_of"]

Raw = dict[str, dict[UUID, str]]


def id_of(row: Row) -> UUID:
    """The id of a row."""
    key = row.values["id"]
    assert isinstance(key, UUID)
    return key


@dataclass(frozen=True, slots=True)
class State:
    """Rows by entity and id."""

    plan: Plan
    rows: Mapping[str, Mapping[UUID, Row]]

    def row(self, entity: str, key: Value) -> Row | None:
        return self.rows[entity].get(key) if isinstance(key, UUID) else None

    def related(self, entity: str, key: Value, many_name: str) -> Sequence[Row]:
        part = next(part for part in self.plan.entity(entity).parts if part.name == many_name)
        return [row for row in self.rows[part.entity].values() if row.values[part.back] == key]

    def all(self, entity: Entity) -> list[Row]:
        """Every row of an entity."""
        return list(self.rows[entity.name].values())


@dataclass(slots=True)
class Store:
    """All tables of a database, through a superuser's connection on which no trigger fires."""

    plan: Plan
    url: str
    connection: psycopg.Connection | None = None

    def __post_init__(self) -> None:
        self.connect()

    def connect(self) -> None:
        """Connects, once more where the database has been away."""
        self.close()
        self.connection = psycopg.connect(self.url, autocommit=True)
        self.execute("set timezone = 'UTC'")
        self.execute("set session_replication_role = replica")

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()

    def execute(self, text: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Runs one statement; the rows it selects."""
        assert self.connection is not None
        cursor = self.connection.execute(text, values or None)
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
        for name, key, text in self.execute(" union all ".join(each)):
            assert isinstance(key, UUID)
            found[str(name)][key] = str(text)
        return found

    def state(self, raw: Raw | None = None) -> State:
        """Every row of every entity, as values."""
        texts = self.raw() if raw is None else raw
        rows = {
            entity.name: {key: _row(entity, text) for key, text in texts[entity.name].items()}
            for entity in self.plan.entities
        }
        return State(self.plan, rows)

    def restore(self, wanted: Raw, found: Raw) -> None:
        """Puts every row back as it was."""
        for entity in self.plan.entities:
            old, new = wanted[entity.name], found[entity.name]
            wrong = [key for key in {**old, **new} if old.get(key) != new.get(key)]
            if wrong:
                self.execute(f"delete from {table(entity)} where id = any(%s)", [wrong])
                self.insert(entity, [old[key] for key in wrong if key in old])

    def insert(self, entity: Entity, rows: Sequence[str]) -> None:
        """Inserts rows given as JSON of their columns; numbers that the database gives may be left out."""
        if not rows:
            return
        names = self.execute(
            "select string_agg(quote_ident(attname), ', ' order by attnum), "
            "string_agg('made.' || quote_ident(attname), ', ' order by attnum) from pg_attribute "
            "where attrelid = %s::regclass and attnum > 0 and not attisdropped "
            "and attgenerated = '' and (attidentity = '' or %s::jsonb ? attname)",
            [table(entity), rows[0]],
        )
        columns, made = names[0]
        self.execute(
            f"insert into {table(entity)} ({columns}) overriding system value "
            f"select {made} from unnest(%s::text[]) as given (row_text), "
            f"jsonb_populate_record(null::{table(entity)}, given.row_text::jsonb) as made",
            [list(rows)],
        )


def _row(entity: Entity, text: str) -> Row:
    columns = json.loads(text, parse_float=Decimal)
    values: dict[str, Value] = {"id": UUID(columns["id"])}
    values.update({each.name: from_json(each.type, columns[column(each)]) for each in entity.fields})
    values.update({"createdAt": instant(columns["created_at"]), "updatedAt": instant(columns["updated_at"])})
    return Row(entity.name, values)
