"""A row as JSON, built by PostgreSQL: id, shown fields, computed fields, parts, times, in this order."""

from __future__ import annotations

from textwrap import indent

from backwright.lowering.relational.columns import json_name, json_value, timestamp_json
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.relational.names import column, qualified, table
from backwright.lowering.wire.shapes import shown_fields
from backwright.plan.model import Entity, Part, Plan

__all__ = ["row_json"]


def row_json(plan: Plan, entity: Entity, conditions: Conditions) -> str:
    """A scalar subquery over the table's current row."""
    return _object(_members(plan, entity, conditions, hidden=None))


def _object(members: list[tuple[str, str]]) -> str:
    lines = ",\n".join(f'{value} as "{name}"' for name, value in members)
    return f"(select row_to_json(item) from (select\n{indent(lines, '  ')}\n) as item)"


def _members(plan: Plan, entity: Entity, conditions: Conditions, hidden: str | None) -> list[tuple[str, str]]:
    rows = table(entity)
    members = [("id", f"{rows}.id")]
    members += [
        (json_name(field), json_value(field.type, f"{rows}.{column(field)}")) for field in shown_fields(entity, hidden)
    ]
    members += [(each.name, conditions.shown(entity, each.expression)) for each in entity.computed]
    members += [(part.name, _parts(plan, entity, part, conditions)) for part in entity.parts]
    if hidden is None:
        members += [
            ("createdAt", timestamp_json(f"{rows}.created_at")),
            ("updatedAt", timestamp_json(f"{rows}.updated_at")),
        ]
    return members


def _parts(plan: Plan, whole: Entity, part: Part, conditions: Conditions) -> str:
    entity = plan.entity(part.entity)
    rows = table(entity)
    inner = _object(_members(plan, entity, conditions, hidden=part.back))
    back = column(entity.field(part.back))
    return (
        f"(select coalesce(json_agg({inner} order by {rows}._position), '[]')\n"
        f"  from {qualified(entity)} where {rows}.{back} = {table(whole)}.id)"
    )
