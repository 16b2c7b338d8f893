"""The seeded rows themselves: enough of them, whole by reference, every word of a closed set in use."""

from __future__ import annotations

from math import prod

import psycopg

from backwright.gates.findings import Findings
from backwright.gates.layout import column, quoted, table
from backwright.plan.indexes import creation_order
from backwright.plan.model import Bool, Entity, Enumeration, Field, Integer, Plan, Reference

__all__ = ["check_rows", "contents"]

_FEWEST = 10


def contents(connection: psycopg.Connection, plan: Plan) -> dict[str, frozenset[str]]:
    """Every row of every table of the plan, as text."""
    return {
        table(entity): frozenset(
            text
            for (text,) in connection.execute(f"select to_jsonb(t)::text from {table(entity)} t".encode()).fetchall()
        )
        for entity in plan.entities
    }


def check_rows(connection: psycopg.Connection, plan: Plan, findings: Findings) -> None:
    """Counts rows; references are looked up row by row, so that a missing foreign key hides nothing."""
    for entity in plan.entities:
        count = _number(connection, f"select count(*) from {table(entity)}")
        findings.done(count)
        fewest = min(_FEWEST, _possible(connection, plan, entity))
        if not entity.whole and count < fewest:
            message = f"{table(entity)} has {count} rows, fewer than {fewest}"
            findings.fail("gate/seeds-rows", message, entity.origin, "Seed more of them.")
        for field in entity.fields:
            if isinstance(field.type, Reference):
                _reference(connection, plan, entity, field, findings)
            if isinstance(field.type, Enumeration):
                _words(connection, entity, field, field.type, findings)
            if field.optional and count >= _FEWEST and not _points_forward(plan, entity, field):
                _sometimes(connection, entity, field, findings)
        for part in entity.parts:
            _sizes(connection, plan, entity, part.entity, (part.back, part.min_size, part.max_size), findings)


def _number(connection: psycopg.Connection, query: str, *values: object) -> int:
    row = connection.execute(query.encode(), values or None).fetchone()
    return int(row[0]) if row else 0


def _possible(connection: psycopg.Connection, plan: Plan, entity: Entity) -> int:
    """How many rows can differ in what must be unique, up to as many as are asked for."""
    groups: list[tuple[str, ...]] = [(field.name,) for field in entity.fields if field.unique]
    groups += [index.fields for index in entity.indexes if index.unique]
    sizes = [
        prod(_kinds(connection, plan, entity, entity.field(name)) for name in names)
        for names in groups
        if not any(entity.field(name).optional for name in names)
    ]
    return min(sizes, default=_FEWEST)


def _kinds(connection: psycopg.Connection, plan: Plan, entity: Entity, field: Field) -> int:
    """How many values a field can have; `_FEWEST` stands for enough."""
    match field.type:
        case Enumeration(values):
            return len(values)
        case Bool():
            return 2
        case Integer(minimum, maximum):
            return maximum - minimum + 1
        case Reference(target) if target != entity.name:
            return _number(connection, f"select count(*) from {table(plan.entity(target))}")
        case _:
            return _FEWEST


def _points_forward(plan: Plan, entity: Entity, field: Field) -> bool:
    """Whether the row pointed at is made later: seeds leave such a reference empty."""
    order = [each.name for each in creation_order(plan)]
    return isinstance(field.type, Reference) and order.index(field.type.entity) > order.index(entity.name)


def _reference(connection: psycopg.Connection, plan: Plan, entity: Entity, field: Field, findings: Findings) -> None:
    assert isinstance(field.type, Reference)
    target = table(plan.entity(field.type.entity))
    name = column(field)
    broken = _number(
        connection,
        f"select count(*) from {table(entity)} t where t.{name} is not null"
        f" and not exists (select from {target} o where o.id = t.{name})",
    )
    if broken:
        message = f"{broken} rows of {table(entity)} refer by {name} to rows of {target} that do not exist"
        findings.fail("gate/seeds-reference", message, field.origin)


def _words(connection: psycopg.Connection, entity: Entity, field: Field, kind: Enumeration, findings: Findings) -> None:
    query = f"select distinct {quoted(field)} from {table(entity)} where {quoted(field)} is not null"
    found = {str(word) for (word,) in connection.execute(query.encode()).fetchall()}
    unused = [word for word in kind.values if word not in found]
    unknown = sorted(found - set(kind.values))
    if unused:
        message = f"no row of {table(entity)} has '{column(field)}' {', '.join(unused)}"
        findings.fail("gate/seeds-values", message, field.origin, "Let the seeds use every value.")
    if unknown:
        message = (
            f"rows of {table(entity)} have '{column(field)}' {', '.join(unknown)}, which the blueprint does not know"
        )
        findings.fail("gate/seeds-values", message, field.origin)


def _sometimes(connection: psycopg.Connection, entity: Entity, field: Field, findings: Findings) -> None:
    if not _number(connection, f"select count({quoted(field)}) from {table(entity)}"):
        message = f"no row of {table(entity)} has a value in '{column(field)}'"
        findings.fail("gate/seeds-values", message, field.origin, "Give some rows a value.")


def _sizes(
    connection: psycopg.Connection,
    plan: Plan,
    entity: Entity,
    part: str,
    limits: tuple[str, int, int],
    findings: Findings,
) -> None:
    back, smallest, largest = limits
    inner = plan.entity(part)
    key = column(inner.field(back))
    outside = _number(
        connection,
        f"select count(*) from (select count(p.id) as parts from {table(entity)} w left join {table(inner)} p"
        f" on p.{key} = w.id group by w.id) s where s.parts not between %s and %s",
        smallest,
        largest,
    )
    if outside:
        message = f"{outside} rows of {table(entity)} have fewer than {smallest} or more than {largest} {table(inner)}"
        findings.fail("gate/seeds-reference", message, entity.origin)
