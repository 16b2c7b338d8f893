"""A plan's fields in the notation of the blueprint, for lines that a reader can paste."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import assert_never

from backwright.plan.expressions import Expression, render
from backwright.plan.model import (
    Bool,
    Date,
    Entity,
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

__all__ = ["condition", "field_line", "index_lines", "lines", "type_words"]

_SAFE, _WIDE = 2**53 - 1, 2**63 - 1
_USUAL = {"plain": (0, 200), "email": (3, 254), "url": (1, 2_048), "slug": (1, 80), "phone": (3, 32)}
_TEXT = (0, 10_000)


def condition(expression: Expression) -> str:
    """An expression as an author writes it: fields of the row without `this`."""
    parts = re.split(r"('(?:[^'\\]|\\.)*')", render(expression))
    return "".join(part if part.startswith("'") else re.sub(r"\bthis\.", "", part) for part in parts)


def lines(*path: str) -> str:
    """Each under the one before it; the last may have lines of its own."""
    *keys, last = path
    above = [f"{'  ' * depth}{key}:" for depth, key in enumerate(keys)]
    return "\n".join([*above, *(f"{'  ' * len(keys)}{line}" for line in last.split("\n"))])


def field_line(field: Field, *more: str, type: Type | None = None, without: str = "") -> str:
    """`title: string(1..80) searchable`, with more words, and without one of them."""
    given = [type_words(type or field.type), "optional" if field.optional else "", "unique" if field.unique else ""]
    given += [name for name in ("immutable", "searchable", "personal", "secret") if getattr(field, name)]
    kept = [word for word in (*given, *more) if word and word != without]
    if field.default is not None:
        kept.append(f"default {_default(field)}")
    said = " ".join(kept)
    key = field.name if field.id == field.name else f"{field.name}#{field.id}"
    plain = not any(character in said for character in ":#{}[]\"'")
    return f"{key}: {said}" if plain else f"{key}: '" + said.replace("'", "''") + "'"


def _default(field: Field) -> str:
    value = field.default
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(field.type, Text) and isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)


def index_lines(entity: Entity, *fields: str, unique: bool = False) -> str:
    """The line of indexes, or of what is unique together, that an entity has, with one more."""
    there = [index.fields for index in entity.indexes if index.unique is unique]
    groups = ", ".join(f"[{', '.join(group)}]" for group in (*there, fields))
    return f"{'unique' if unique else 'indexes'}: [{groups}]"


def type_words(kind: Type) -> str:
    """The type with what bounds it."""
    match kind:
        case Text():
            return _text(kind)
        case Integer(minimum, maximum, wide):
            low, high = (-_WIDE - 1, _WIDE) if wide else (-_SAFE, _SAFE)
            name = "bigint" if wide else "int"
            if minimum != low and maximum != high:
                return f"{name}({minimum}..{maximum})"
            return " ".join(
                [name, *([f">= {minimum}"] if minimum != low else []), *([f"<= {maximum}"] if maximum != high else [])]
            )
        case Exact():
            return _exact(kind)
        case Enumeration(values):
            return f"enum({', '.join(values)})"
        case Reference(entity, on_delete):
            return entity if on_delete == "restrict" else f"{entity} on delete {on_delete}"
        case Bool() | Date() | Uuid() | Json():
            return type(kind).__name__.lower()
        case Timestamp():
            return "datetime"
        case ListOf(item):
            return f"list({type_words(item)})"
        case Record():
            return "list"
        case _:
            assert_never(kind)


def _text(kind: Text) -> str:
    name = "text" if kind.multiline else "string" if kind.format == "plain" else kind.format
    usual = _TEXT if kind.multiline else _USUAL[kind.format]
    bounds = "" if (kind.min_length, kind.max_length) == usual else f"({kind.min_length}..{kind.max_length})"
    pattern = f' pattern "{kind.pattern}"' if kind.pattern else ""
    return f"{name}{bounds}{pattern}"


def _exact(kind: Exact) -> str:
    def bound(operator: str, value: Decimal | None) -> str:
        return f" {operator} {value}" if value is not None else ""

    name = "money" if kind.money else f"decimal({kind.precision}, {kind.scale})"
    lower = bound(">=", kind.minimum) + bound(">", kind.above)
    return name + lower + bound("<=", kind.maximum) + bound("<", kind.below)
