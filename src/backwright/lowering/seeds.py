"""Rows that make a fresh database look alive: the same ones every time, whole by reference, right by every rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from backwright.lowering.memory import once_per_plan
from backwright.lowering.relational.names import column, qualified, unquoted
from backwright.lowering.relational.tables import late_references, tables
from backwright.lowering.seeds_rows import Seeds
from backwright.lowering.specimens.values import wire
from backwright.plan.expressions import Value
from backwright.plan.model import Entity, Json, Plan

__all__ = ["SeedData", "SeedValue", "seed_data"]

SeedValue = str | int | bool | None | Sequence[str]


@dataclass(frozen=True, slots=True)
class SeedData:
    """`tables` in the order of references; `logins` are the ids behind `demo_logins`, each a role and its login."""

    tables: tuple[tuple[str, tuple[Mapping[str, SeedValue], ...]], ...]
    logins: tuple[str, ...]
    demo_logins: tuple[tuple[str, str], ...]


@once_per_plan
def seed_data(plan: Plan) -> SeedData:
    """The rows of every table."""
    seeds = Seeds(plan)
    ordered = [table.entity for table in tables(plan)]
    for entity in ordered:
        seeds.fill(entity)
    for entity, field in late_references(plan):
        seeds.complete(entity, field)
    accounts = seeds.demo_accounts()
    return SeedData(
        tables=tuple((qualified(entity), _rows(entity, seeds.rows[entity.name])) for entity in ordered),
        logins=tuple(str(account["id"]) for account in accounts),
        demo_logins=tuple((str(account["role"]), str(account[seeds.login])) for account in accounts),
    )


def _rows(entity: Entity, rows: Sequence[Mapping[str, Value]]) -> tuple[Mapping[str, SeedValue], ...]:
    return tuple(_row(entity, row) for row in rows)


def _row(entity: Entity, row: Mapping[str, Value]) -> Mapping[str, SeedValue]:
    values: dict[str, SeedValue] = {"id": str(row["id"])}
    for field in entity.fields:
        value = row[field.name]
        if isinstance(field.type, Json) and isinstance(value, Sequence) and not isinstance(value, str):
            values[unquoted(column(field))] = [str(each) for each in value]
        else:
            values[unquoted(column(field))] = wire(field.type, value)
    for name, member in (("created_at", "createdAt"), ("updated_at", "updatedAt")):
        instant = row[member]
        assert isinstance(instant, datetime)
        values[name] = instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return values
