"""How the plan's names appear in PostgreSQL: snake case, plural tables in the schema `app`, references as `…_id`."""

from __future__ import annotations

from backwright.plan.model import Entity, Field, Reference
from backwright.plan.naming import snake

__all__ = ["SCHEMA", "column", "identifier", "qualified", "snake", "table", "unquoted"]

SCHEMA = "app"

# Words that name nothing unless they are quoted (PostgreSQL 15 to 18, Appendix C).
_RESERVED = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate
    collation column concurrently constraint create cross current_catalog current_date current_role
    current_schema current_time current_timestamp current_user default deferrable desc distinct do else end
    except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into
    is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on
    only or order outer overlaps placing primary references returning right select session_user similar some
    symmetric system_user table tablesample then to trailing true union unique user using variadic verbose when
    where window with
    """.split()
)


def identifier(name: str) -> str:
    """The name as an identifier, quoted where SQL has taken the word."""
    return f'"{name}"' if name in _RESERVED else name


def unquoted(name: str) -> str:
    """The bare name of an identifier."""
    return name.strip('"')


def table(entity: Entity) -> str:
    """The unqualified table of an entity: `LineItem` to `line_items`."""
    return identifier(snake(entity.plural))


def qualified(entity: Entity) -> str:
    """The table with its schema."""
    return f"{SCHEMA}.{table(entity)}"


def column(field: Field) -> str:
    """The column of a field: `unitPrice` to `unit_price`, the reference `category` to `category_id`."""
    name = snake(field.name)
    return f"{name}_id" if isinstance(field.type, Reference) else identifier(name)
