"""What the plan promises about stored rows, found again in the catalog: columns, references, unique values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import assert_never

import psycopg

from backwright.diagnostics.model import Origin
from backwright.gates.findings import Findings
from backwright.gates.layout import column, table
from backwright.plan.model import (
    Bool,
    Date,
    Entity,
    Enumeration,
    Exact,
    Field,
    Integer,
    Json,
    ListOf,
    Plan,
    Record,
    Reference,
    Text,
    Timestamp,
    Type,
    Uuid,
)

__all__ = ["check_promises"]

_COLUMNS = """
    select a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull from pg_attribute a
    where a.attrelid = to_regclass(%s) and a.attnum > 0 and not a.attisdropped"""
_REFERENCES = """
    select a.attname, k.confrelid = to_regclass(%s), k.confdeltype::text from pg_constraint k
    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
    where k.contype = 'f' and cardinality(k.conkey) = 1 and k.conrelid = to_regclass(%s) and a.attname = %s"""
_UNIQUE = """
    select array_agg(a.attname::text order by a.attname) from pg_index i
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
    where i.indrelid = to_regclass(%s) and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
    group by i.indexrelid"""
_SEARCHED = """
    select pg_get_expr(d.adbin, d.adrelid) from pg_attribute a
    join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    join pg_index i on i.indrelid = a.attrelid and a.attnum = any(i.indkey) and i.indisvalid
    join pg_class c on c.oid = i.indexrelid join pg_am m on m.oid = c.relam and m.amname = 'gin'
    where a.attrelid = to_regclass(%s) and a.attgenerated = 's' and a.atttypid = 'tsvector'::regtype"""
_ACTIONS = {"restrict": ("r", "a"), "cascade": ("c",), "clear": ("n",)}


@dataclass(frozen=True, slots=True)
class _Table:
    connection: psycopg.Connection
    entity: Entity
    findings: Findings

    @property
    def name(self) -> str:
        return table(self.entity)


def check_promises(connection: psycopg.Connection, plan: Plan, findings: Findings) -> None:
    """Every entity has its table, every field its column, every reference its foreign key, every unique its index,
    every searchable text its index of words.
    """
    for entity in plan.entities:
        each = _Table(connection, entity, findings)
        columns = {
            name: (kind, required) for name, kind, required in connection.execute(_COLUMNS, (each.name,)).fetchall()
        }
        findings.check(
            bool(columns), "gate/schema-table", f"there is no table {each.name} for {entity.name}", entity.origin
        )
        if columns:
            for field in entity.fields:
                _field(each, field, columns.get(column(field)))
                if isinstance(field.type, Reference):
                    _reference(each, field, field.type, plan)
            _unique(each)
            _searched(each)


def _field(each: _Table, field: Field, found: tuple[str, bool] | None) -> None:
    name = f"{each.name}.{column(field)}"
    if found is None:
        each.findings.fail("gate/schema-table", f"there is no column {name}", field.origin)
        return
    kind, required = found
    allowed = _kinds(field.type)
    each.findings.check(
        kind in allowed, "gate/schema-table", f"{name} is {kind}, not {' or '.join(allowed)}", field.origin
    )
    refusal = (
        "accepts no null, though the field is optional" if required else "accepts null, though the field is required"
    )
    each.findings.check(required is not field.optional, "gate/schema-table", f"{name} {refusal}", field.origin)


def _kinds(kind: Type) -> tuple[str, ...]:
    match kind:
        case Text() | Enumeration():
            return ("text",)
        case Integer():
            return ("bigint",)
        case Exact(precision, scale):
            return (f"numeric({precision},{scale})",)
        case Bool():
            return ("boolean",)
        case Date():
            return ("date",)
        case Timestamp():
            return ("timestamp(3) with time zone", "timestamp with time zone")
        case Uuid() | Reference():
            return ("uuid",)
        case Json() | Record() | ListOf():
            return ("jsonb",)
        case _:
            assert_never(kind)


def _reference(each: _Table, field: Field, kind: Reference, plan: Plan) -> None:
    target = table(plan.entity(kind.entity))
    keys = each.connection.execute(_REFERENCES, (target, each.name, column(field))).fetchall()
    actions = _ACTIONS[kind.on_delete]
    each.findings.check(
        any(right and (field.name == each.entity.whole or action in actions) for _, right, action in keys),
        "gate/schema-foreign-key",
        f"{each.name}.{column(field)} has no foreign key to {target} that does '{kind.on_delete}' on delete",
        field.origin,
        f"Add: foreign key ({column(field)}) references {target} (id)",
    )


def _unique(each: _Table) -> None:
    found = [tuple(columns) for (columns,) in each.connection.execute(_UNIQUE, (each.name,)).fetchall()]
    of = {field.name: column(field) for field in each.entity.fields} | {
        "createdAt": "created_at",
        "updatedAt": "updated_at",
    }
    wanted: list[tuple[tuple[str, ...], Origin]]
    wanted = [((column(field),), field.origin) for field in each.entity.fields if field.unique]
    wanted += [
        (tuple(sorted(of[name] for name in index.fields)), index.origin)
        for index in each.entity.indexes
        if index.unique
    ]
    for columns, origin in wanted:
        each.findings.check(
            columns in found,
            "gate/schema-unique",
            f"no unique index of {each.name} covers exactly {', '.join(columns)}",
            origin,
            f"Add: create unique index on {each.name} ({', '.join(columns)});",
        )


def _searched(each: _Table) -> None:
    fields = [field for field in each.entity.fields if field.searchable]
    if not fields or each.entity.whole or each.entity.rule("read") is None:
        return
    texts = " ".join(str(text) for (text,) in each.connection.execute(_SEARCHED, (each.name,)).fetchall())
    for field in fields:
        each.findings.check(
            re.search(rf"\b{column(field)}\b", texts) is not None,
            "gate/schema-search",
            f"no generated column of {each.name} with a GIN index holds the words of {column(field)}",
            field.origin,
        )
