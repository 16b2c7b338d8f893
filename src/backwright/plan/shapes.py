"""What expressions see of entities and inputs."""

from __future__ import annotations

from typing import assert_never

from backwright.plan.draft import Draft, EntityDraft
from backwright.plan.expressions.scope import Shape
from backwright.plan.expressions.types import (
    BoolType,
    DateType,
    EnumType,
    ExactType,
    IntType,
    JsonType,
    ListType,
    RecordType,
    RowType,
    TextType,
    TimestampType,
    Typing,
    UuidType,
    ValueType,
)
from backwright.plan.model import (
    Bool,
    Date,
    Enumeration,
    Exact,
    Field,
    Input,
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

__all__ = ["field_typing", "inputs_typing", "shapes", "value_type"]


def shapes(draft: Draft) -> None:
    """Derive what expressions may read; secret fields are not among it."""
    for name, entity in draft.entities.items():
        draft.shapes[name] = _shape(entity)


def _shape(entity: EntityDraft) -> Shape:
    fields = {"id": Typing(UuidType())}
    fields.update({field.name: field_typing(field) for field in entity.fields if not field.secret})
    fields.update({"createdAt": Typing(TimestampType()), "updatedAt": Typing(TimestampType())})
    return Shape(fields, {part.name: part.entity for part in entity.parts})


def field_typing(field: Field) -> Typing:
    """The type of a field as a value."""
    return Typing(value_type(field.type), field.optional)


def inputs_typing(inputs: tuple[Input, ...]) -> Typing:
    """The type of `input`."""
    return Typing(RecordType(tuple((item.name, Typing(value_type(item.type), item.optional)) for item in inputs)))


def value_type(kind: Type) -> ValueType:
    """The type of an expression that has this stored type."""
    match kind:
        case Text():
            return TextType()
        case Integer(wide=wide):
            return IntType(wide)
        case Exact(scale=scale):
            return ExactType(scale)
        case Bool():
            return BoolType()
        case Date():
            return DateType()
        case Timestamp():
            return TimestampType()
        case Uuid():
            return UuidType()
        case Json():
            return JsonType()
        case Enumeration(values=values):
            return EnumType(values)
        case Reference(entity=entity):
            return RowType(entity)
        case Record(inputs=inputs):
            return inputs_typing(inputs).type
        case ListOf(item=item):
            return ListType(value_type(item))
        case _:
            assert_never(kind)
