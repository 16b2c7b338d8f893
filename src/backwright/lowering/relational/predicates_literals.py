"""Constants as SQL. Nothing in a literal can end it, or be taken for a parameter by a driver."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import assert_never
from uuid import UUID

from backwright.plan.expressions.rendering import timestamp_text
from backwright.plan.expressions.tree import ConstantValue

__all__ = ["interval", "literal", "text_literal"]

# Quotes and backslashes end or bend a literal; the others are how drivers and templates mark parameters.
_MARKS = frozenset("\\%:$?{}`")


def text_literal(value: str) -> str:
    """A string literal that reads the same whatever standard_conforming_strings says."""
    if not any(character in _MARKS or ord(character) < 32 for character in value):
        return "'" + value.replace("'", "''") + "'"
    return "E'" + "".join(_escaped(character) for character in value) + "'"


def _escaped(character: str) -> str:
    if character == "'":
        return "''"
    return f"\\x{ord(character):02x}" if character in _MARKS or ord(character) < 32 else character


def literal(value: ConstantValue) -> str:
    """A constant: exact numbers and durations (in seconds) as numeric."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value) if value >= 0 else f"({value})"
        case Decimal():
            return _numeric(value)
        case str():
            return text_literal(value)
        case datetime():
            return f"timestamptz '{timestamp_text(value)}'"
        case date():
            return f"date '{value.isoformat()}'"
        case timedelta():
            return _numeric(Decimal(value // timedelta(milliseconds=1)).scaleb(-3))
        case UUID():
            return f"uuid '{value}'"
    assert_never(value)


def _numeric(value: Decimal) -> str:
    text = format(value, "f")
    if "." not in text:
        return f"({text}::numeric)"
    return text if value >= 0 else f"({text})"


def interval(value: timedelta) -> str:
    """A duration as an interval of seconds, so that no calendar and no time zone enters."""
    milliseconds = value // timedelta(milliseconds=1)
    return f"interval '{Decimal(milliseconds).scaleb(-3):f} seconds'"
