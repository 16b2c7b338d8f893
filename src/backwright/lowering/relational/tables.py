"""The tables of a plan: columns, constraints and indexes, with stable names."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from backwright.lowering.relational.columns import (
    SEARCH,
    default_literal,
    json_name,
    range_condition,
    search_vector,
    sql_type,
)
from backwright.lowering.relational.names import column, qualified, table, unquoted
from backwright.lowering.relational.predicates import Binding, condition
from backwright.lowering.wire.lists import filtered_fields, searched_fields, sorted_fields
from backwright.plan.indexes import creation_order
from backwright.plan.model import Entity, Field, Plan, Reference
from backwright.plan.naming import snake

__all__ = ["Column", "ForeignKey", "Index", "Table", "constraint_name", "late_references", "tables", "unique_members"]

_MAX_IDENTIFIER = 63


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `definition` is what follows its name."""

    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A reference to another table's id."""

    name: str
    column: str
    target: str
    on_delete: str


@dataclass(frozen=True, slots=True)
class Index:
    """An index over column expressions, in order."""

    name: str
    columns: tuple[str, ...]
    unique: bool = False
    method: Literal["btree", "gin"] = "btree"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with everything that keeps its rows right."""

    entity: Entity
    name: str
    columns: tuple[Column, ...]
    checks: tuple[tuple[str, str], ...]
    foreign_keys: tuple[ForeignKey, ...]
    indexes: tuple[Index, ...]


def constraint_name(*words: str) -> str:
    """The words joined, shortened with a digest where PostgreSQL would cut them off."""
    name = "_".join(map(unquoted, words))
    if len(name.encode()) <= _MAX_IDENTIFIER:
        return name
    return f"{name[: _MAX_IDENTIFIER - 9]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def tables(plan: Plan) -> tuple[Table, ...]:
    """One table per entity, in the order of their creation: a table comes after those it refers to."""
    return tuple(_table(plan, entity) for entity in creation_order(plan))


def late_references(plan: Plan) -> tuple[tuple[Entity, Field], ...]:
    """References that close a circle: their table is there before the one that they point at."""
    ordered = [entity.name for entity in creation_order(plan)]
    return tuple(
        (plan.entity(name), field)
        for at, name in enumerate(ordered)
        for field in plan.entity(name).fields
        if isinstance(field.type, Reference) and field.type.entity in ordered[at + 1 :]
    )


def _table(plan: Plan, entity: Entity) -> Table:
    name = table(entity)
    return Table(
        entity=entity,
        name=name,
        columns=tuple(_columns(entity)),
        checks=tuple(_checks(entity, name)),
        foreign_keys=tuple(_foreign_keys(plan, entity, name)),
        indexes=tuple(_indexes(entity, name)),
    )


def _columns(entity: Entity) -> list[Column]:
    columns = [Column("id", "uuid primary key default app.uuid_v7()")]
    columns += [Column(column(field), _definition(field)) for field in entity.fields]
    if entity.whole:
        columns.append(Column("_position", "bigint generated always as identity"))
    if searched_fields(entity):
        columns.append(Column(SEARCH, search_vector(searched_fields(entity))))
    now = "timestamptz(3) not null default now()"
    return [*columns, Column("created_at", now), Column("updated_at", now)]


def _definition(field: Field) -> str:
    default = default_literal(field)
    words = [sql_type(field.type), "" if field.optional else "not null", f"default {default}" if default else ""]
    return " ".join(word for word in words if word)


def _checks(entity: Entity, name: str) -> list[tuple[str, str]]:
    found = [(field, range_condition(field)) for field in entity.fields]
    ranges = [(constraint_name(name, column(field), "check"), limit) for field, limit in found if limit]
    row = Binding({}, this="")
    return ranges + [
        (constraint_name(name, snake(check.id), "rule"), condition(check.expression, row)) for check in entity.checks
    ]


def _foreign_keys(plan: Plan, entity: Entity, name: str) -> list[ForeignKey]:
    actions = {"restrict": "restrict", "cascade": "cascade", "clear": "set null"}
    return [
        ForeignKey(
            constraint_name(name, column(field), "fkey"),
            column(field),
            qualified(plan.entity(field.type.entity)),
            actions[field.type.on_delete],
        )
        for field in entity.fields
        if isinstance(field.type, Reference)
    ]


def _indexes(entity: Entity, name: str) -> list[Index]:
    """Unique fields, declared indexes, then an access path per reference, filter and sort that lacks one."""
    unique = [
        Index(constraint_name(name, column(field), "key"), (column(field),), True)
        for field in entity.fields
        if field.unique
    ]
    columns_of = {field.name: column(field) for field in entity.fields} | {
        "createdAt": "created_at",
        "updatedAt": "updated_at",
    }
    declared = []
    for index in entity.indexes:
        columns = tuple(columns_of[field] for field in index.fields)
        declared.append(Index(constraint_name(name, *columns, "key" if index.unique else "idx"), columns, index.unique))
    found = unique + declared
    paths = [field for field in entity.fields if isinstance(field.type, Reference)]
    if entity.whole is None:
        paths += [field for field in (*filtered_fields(entity), *sorted_fields(entity)) if field not in paths]
    for field in paths:
        if not any(index.columns[0] == column(field) and (len(index.columns) > 1 or index.unique) for index in found):
            path = Index(constraint_name(name, column(field), "idx"), (column(field), "id"))
            found = [*(index for index in found if index.name != path.name), path]
    if searched_fields(entity):
        found.append(Index(constraint_name(name, "search", "idx"), (SEARCH,), method="gin"))
    return found


def unique_members(plan: Plan) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every unique index with the members of a body that it speaks of."""
    found = []
    for each in tables(plan):
        members = {column(field): json_name(field) for field in each.entity.fields}
        found += [
            (index.name, tuple(members[name] for name in index.columns if name in members))
            for index in each.indexes
            if index.unique
        ]
    return tuple(found)
