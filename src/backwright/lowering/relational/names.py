"""How the plan's names appear in PostgreSQL: snake case, plural tables in the schema `app`, references as `…_id`."""

from __future__ import annotations

from backwright.plan.model import Entity, Field, Reference
from backwright.plan.naming import snake

__all__ = ["SCHEMA", "column", "qualified", "snake", "table"]

SCHEMA = "app"


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
