"""How the plan's types appear in PostgreSQL: column types, ranges, defaults, the form of a value in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from backwright.lowering.relational.names import column
from backwright.plan.expressions.types import (
    BoolType,
    DateType,
    DurationType,
    ExactType,
    IntType,
    RowType,
    TimestampType,
    UuidType,
    ValueType,
)
from backwright.plan.model import (
    Bool,
    Date,
    Enumeration,
    Exact,
    Field,
    Integer,
    Json,
    ListOf,
    Record,
    Reference,
    Text,
    Timestamp,
    Type,
    Uuid,
)

__all__ = [
    "SEARCH",
    "default_literal",
    "expression_type",
    "json_name",
    "json_value",
    "quoted",
    "range_condition",
    "search_vector",
    "sql_type",
]

# The column that holds the words of a row.
SEARCH = "_search"


def quoted(text: str) -> str:
    """A string literal (PostgreSQL, 4.1.2.1)."""
    escaped = text.replace("'", "''")
    return f"E'{escaped.replace(chr(92), chr(92) * 2)}'" if "\\" in text else f"'{escaped}'"


def search_vector(fields: Sequence[Field]) -> str:
    """The definition of the column over the fields that are searched; `simple` takes words as they are written."""
    texts = [f"coalesce({column(field)}, '')" if field.optional else column(field) for field in fields]
    text = " || ' ' || ".join(texts)
    return f"tsvector generated always as (to_tsvector('simple', {text})) stored"


def json_name(field: Field) -> str:
    """The member of a field in JSON: its name, a reference as `…Id`."""
    return f"{field.name}Id" if isinstance(field.type, Reference) else field.name


def sql_type(kind: Type) -> str:
    """The column type; the collation is part of it for text."""
    match kind:
        case Text() | Enumeration():
            return 'text collate "C"'
        case Integer():
            return "bigint"
        case Exact(precision, scale):
            return f"numeric({precision}, {scale})"
        case Bool():
            return "boolean"
        case Date():
            return "date"
        case Timestamp():
            return "timestamptz(3)"
        case Uuid() | Reference():
            return "uuid"
        case Json() | Record() | ListOf():
            return "jsonb"
        case _:
            assert_never(kind)


def expression_type(kind: ValueType) -> str:
    """The type of an expression's value."""
    match kind:
        case BoolType():
            return "boolean"
        case IntType():
            return "bigint"
        case ExactType():
            return "numeric"
        case DateType():
            return "date"
        case TimestampType():
            return "timestamptz"
        case DurationType():
            return "interval"
        case UuidType() | RowType():
            return "uuid"
        case _:
            return "text"


def json_value(kind: Type, reference: str) -> str:
    """What JSON shows: exact numbers and wide integers as strings, times in UTC with milliseconds."""
    match kind:
        case Exact() | Integer(wide=True):
            return f"{reference}::text"
        case Timestamp():
            return timestamp_json(reference)
        case _:
            return reference


def timestamp_json(reference: str) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return f"to_char({reference} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"


def default_literal(field: Field) -> str | None:
    """The column's default as SQL, or None."""
    match field.default:
        case None:
            return None
        case bool(value):
            return "true" if value else "false"
        case int(value):
            return str(value)
        case str(text):
            return text if isinstance(field.type, Exact | Integer) else quoted(text)
        case _:
            assert_never(field.default)


def range_condition(field: Field, value: str | None = None) -> str | None:
    """What the column, or another expression for its value, must satisfy; None when its type says it all."""
    name = value or column(field)
    match field.type:
        case Text(min_length, max_length, _, pattern):
            parts = [f"char_length({name}) between {min_length} and {max_length}"]
            if pattern:
                parts.append(f"{name} ~ {quoted(pattern)}")
            return " and ".join(parts)
        case Integer(minimum, maximum):
            return f"{name} between {minimum} and {maximum}"
        case Exact() as exact:
            bounds = (("minimum", ">="), ("maximum", "<="), ("above", ">"), ("below", "<"))
            parts = [f"{name} {sign} {bound}" for key, sign in bounds if (bound := getattr(exact, key)) is not None]
            return " and ".join(parts) or None
        case Enumeration(values):
            return f"{name} in ({', '.join(quoted(word) for word in values)})"
        case _:
            return None
