"""How the plan's names appear in PostgreSQL: snake case, plural tables in the schema `app`, references as `…_id`."""

from __future__ import annotations

import re

from backwright.plan.model import Entity, Field, Reference

__all__ = ["SCHEMA", "column", "qualified", "snake", "table"]

SCHEMA = "app"
_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake(name: str) -> str:
    """`unitPrice` to `unit_price`."""
    return _BOUNDARY.sub("_", name).lower()


def table(entity: Entity) -> str:
    """The unqualified table of an entity: `OrderLine` to `order_lines`."""
    return snake(entity.plural)


def qualified(entity: Entity) -> str:
    """The table with its schema."""
    return f"{SCHEMA}.{table(entity)}"


def column(field: Field) -> str:
    """The column of a field: `unitPrice` to `unit_price`, the reference `category` to `category_id`."""
    name = snake(field.name)
    return f"{name}_id" if isinstance(field.type, Reference) else name
