"""What a list can be asked for: filters and sorts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from backwright.plan.model import (
    Bool,
    Date,
    Entity,
    Enumeration,
    Exact,
    Field,
    Integer,
    Reference,
    Text,
    Timestamp,
    Type,
)

__all__ = ["Filter", "filtered_fields", "filters", "query_type", "searched_fields", "sorted_fields"]

Comparison = Literal["=", ">=", "<=", "@@"]
_WORDS = Text(1, 200)
_LONGEST_SORTED_TEXT = 200
# What every list takes; a field of that name does not narrow it.
_PAGING = ("limit", "cursor", "sort")


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter that narrows a list; `@@` is a search, whose `field` is the parameter itself."""

    parameter: str
    field: Field
    comparison: Comparison


def filtered_fields(entity: Entity) -> tuple[Field, ...]:
    """Fields with few or exact values: enumerations, booleans, references, unique text."""
    return tuple(
        field
        for field in entity.fields
        if not field.secret
        and field.name not in _PAGING
        and (isinstance(field.type, Enumeration | Bool | Reference) or (field.unique and isinstance(field.type, Text)))
    )


def searched_fields(entity: Entity) -> tuple[Field, ...]:
    """The text that `q` searches; a part has no list."""
    listed = entity.whole is None and entity.rule("read") is not None
    return tuple(field for field in entity.fields if field.searchable) if listed else ()


def sorted_fields(entity: Entity) -> tuple[Field, ...]:
    """Required fields with an order a reader understands: numbers, times, short text."""
    return tuple(field for field in entity.fields if not field.secret and not field.optional and _has_order(field))


def _has_order(field: Field) -> bool:
    match field.type:
        case Integer() | Exact() | Date() | Timestamp():
            return True
        case Text(max_length=longest, multiline=multiline):
            return longest <= _LONGEST_SORTED_TEXT and not multiline and field.name in ("name", "title")
        case _:
            return False


def filters(entity: Entity) -> tuple[Filter, ...]:
    """Equality on filtered fields, `.min` and `.max` on ordered ones, `q` over searchable ones."""
    equal = [
        Filter(field.name + ("Id" if isinstance(field.type, Reference) else ""), field, "=")
        for field in filtered_fields(entity)
    ]
    ranges: list[Filter] = []
    for field in sorted_fields(entity):
        if not isinstance(field.type, Text):
            ranges += [Filter(f"{field.name}.min", field, ">="), Filter(f"{field.name}.max", field, "<=")]
    search = [Filter("q", Field("q", "q", _WORDS, entity.origin), "@@")] if searched_fields(entity) else []
    return (*equal, *ranges, *search)


def query_type(kind: Type) -> Type:
    """What a value in a query string must be: of the field's form, but not bound by its range."""
    match kind:
        case Integer(wide=True):
            return Integer(-(2**63), 2**63 - 1, True)
        case Integer():
            return Integer(-(2**53 - 1), 2**53 - 1, False)
        case Exact(precision, scale):
            return Exact(precision, scale)
        case _:
            return kind
