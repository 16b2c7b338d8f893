"""Types of expressions. A `Typing` is a type and whether null may stand in its place."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "BOOL",
    "BoolType",
    "DateType",
    "DurationType",
    "EnumType",
    "ExactType",
    "IntType",
    "JsonType",
    "ListType",
    "NullType",
    "RecordType",
    "RowType",
    "TextType",
    "TimestampType",
    "Typing",
    "UuidType",
    "ValueType",
    "describe",
    "is_number",
]


@dataclass(frozen=True, slots=True)
class BoolType:
    """True or false."""


@dataclass(frozen=True, slots=True)
class IntType:
    """A whole number within 2^53-1; a `wide` one holds 64 bits and travels as a string."""

    wide: bool = False


@dataclass(frozen=True, slots=True)
class ExactType:
    """An exact decimal with at most `scale` digits after the point."""

    scale: int


@dataclass(frozen=True, slots=True)
class TextType:
    """Unicode text without NUL."""


@dataclass(frozen=True, slots=True)
class DateType:
    """A calendar day."""


@dataclass(frozen=True, slots=True)
class TimestampType:
    """An instant in UTC with milliseconds."""


@dataclass(frozen=True, slots=True)
class DurationType:
    """A length of time with milliseconds; a day is 24 hours."""


@dataclass(frozen=True, slots=True)
class UuidType:
    """A UUID."""


@dataclass(frozen=True, slots=True)
class EnumType:
    """One of a closed set of words, without an order."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowType:
    """A row of an entity, equal to another by its id."""

    entity: str


@dataclass(frozen=True, slots=True)
class ListType:
    """A list of values or rows."""

    item: ValueType


@dataclass(frozen=True, slots=True)
class RecordType:
    """A group of named values."""

    fields: tuple[tuple[str, Typing], ...]


@dataclass(frozen=True, slots=True)
class JsonType:
    """Any JSON value, opaque."""


@dataclass(frozen=True, slots=True)
class NullType:
    """The type of the literal null."""


ValueType = (
    BoolType
    | IntType
    | ExactType
    | TextType
    | DateType
    | TimestampType
    | DurationType
    | UuidType
    | EnumType
    | RowType
    | ListType
    | RecordType
    | JsonType
    | NullType
)


@dataclass(frozen=True, slots=True)
class Typing:
    """A type and whether the value may be null."""

    type: ValueType
    nullable: bool = False


BOOL = Typing(BoolType())

_NAMES: dict[type[ValueType], str] = {
    BoolType: "a bool",
    IntType: "an int",
    TextType: "text",
    DateType: "a date",
    TimestampType: "a timestamp",
    DurationType: "a duration",
    UuidType: "a uuid",
    RecordType: "a group of inputs",
    JsonType: "json",
    NullType: "null",
}


def describe(kind: ValueType) -> str:
    """The type in words, for messages."""
    match kind:
        case ExactType(scale):
            return f"an exact decimal with {scale} decimals"
        case EnumType(values):
            return f"one of {', '.join(values)}"
        case RowType(entity):
            return f"a row of {entity}"
        case ListType(item):
            return f"a list ({describe(item)})"
        case _:
            return _NAMES[type(kind)]


def is_number(kind: ValueType) -> bool:
    """Whether arithmetic applies."""
    return isinstance(kind, IntType | ExactType)
