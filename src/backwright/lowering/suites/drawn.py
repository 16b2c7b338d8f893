"""What a usual row has in a field: a constant, or another value every time."""

from __future__ import annotations

from backwright.lowering.relational.columns import json_name
from backwright.lowering.relational.names import table, unquoted
from backwright.lowering.specimens.usual import usual_values
from backwright.lowering.specimens.values import Fresh, another
from backwright.lowering.suites.arranging import constant
from backwright.lowering.suites.expressions import DrawnDay, DrawnNumber, DrawnText, Expression, InTurn
from backwright.plan.expressions import Value
from backwright.plan.model import Entity, Exact, Field, Integer, Plan

__all__ = ["other_value", "sample", "value_of"]


def value_of(plan: Plan, entity: Entity, field: Field) -> Expression:
    """What a usual row has in a field."""
    return sample(entity, field, usual_values(plan, entity)[field.name])


def other_value(plan: Plan, entity: Entity, field: Field) -> Expression:
    """A value that a usual row does not have in a field."""
    return sample(entity, field, another(field, usual_values(plan, entity)[field.name]))


def sample(entity: Entity, field: Field, value: Value | Fresh) -> Expression:
    """A value, or what makes one."""
    if not isinstance(value, Fresh):
        return constant(field, value)
    if value.choices:
        column = f"{unquoted(table(entity))}.{json_name(field)}"
        return InTurn(column, tuple(constant(field, each) for each in value.choices))
    if value.bounds is not None:
        return DrawnNumber(*value.bounds, _places(field))
    if value.form in ("day", "instant"):
        return DrawnDay(instant=value.form == "instant")
    return DrawnText(value.pieces)


def _places(field: Field) -> int | None:
    match field.type:
        case Exact(scale=scale):
            return scale
        case Integer(wide=True):
            return 0
        case _:
            return None
