"""Which values may stand where a type is wanted."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from backwright.plan.expressions.exact import rounded
from backwright.plan.expressions.nodes import Conditional, Constant, Expression, Widen
from backwright.plan.expressions.types import (
    DateType,
    DurationType,
    EnumType,
    ExactType,
    IntType,
    NullType,
    TextType,
    TimestampType,
    Typing,
    UuidType,
    ValueType,
    is_number,
)

__all__ = ["coerce", "common_type", "is_ordered", "same_type", "unify", "uuid_of"]

_ORDERED = (IntType, ExactType, TextType, DateType, TimestampType, DurationType)


def is_ordered(kind: ValueType) -> bool:
    """Whether `<` applies."""
    return isinstance(kind, _ORDERED)


def same_type(left: ValueType, right: ValueType) -> bool:
    """Whether two types are one; how wide an integer travels does not matter."""
    return left == right or (isinstance(left, IntType) and isinstance(right, IntType))


def uuid_of(text: str) -> UUID | None:
    """The UUID that a text in the usual form writes; None otherwise."""
    try:
        value = UUID(text)
    except ValueError:
        return None
    return value if str(value) == text.lower() else None


def coerce(expression: Expression, target: ValueType) -> Expression | None:
    """The expression as a value of `target`; None where it cannot be."""
    kind = expression.typing.type
    if same_type(kind, target):
        return expression
    if isinstance(expression, Constant):
        constant = _constant(expression, target)
        if constant is not None:
            return constant
    if isinstance(expression, Conditional):
        then, otherwise = coerce(expression.then, target), coerce(expression.otherwise, target)
        if then is None or otherwise is None:
            return None
        return replace(expression, then=then, otherwise=otherwise, typing=Typing(target, expression.typing.nullable))
    widened = Typing(target, expression.typing.nullable)
    match kind, target:
        case IntType(), ExactType():
            return Widen(expression, widened)
        case ExactType(scale=have), ExactType(scale=want) if have <= want:
            return Widen(expression.of if isinstance(expression, Widen) else expression, widened)
        case EnumType(values=have_values), EnumType(values=want_values) if set(have_values) <= set(want_values):
            return replace(expression, typing=widened)
        case _:
            return None


def _constant(constant: Constant, target: ValueType) -> Constant | None:
    value = constant.value
    match constant.typing.type, target:
        case NullType(), _:
            return Constant(None, Typing(target, True))
        case TextType(), EnumType(values=values) if value in values:
            return Constant(value, Typing(target))
        case TextType(), UuidType() if isinstance(value, str) and (uuid := uuid_of(value)):
            return Constant(uuid, Typing(target))
        case ExactType(), ExactType(scale=scale) if isinstance(value, Decimal):
            fitted = rounded(value, scale)
            return Constant(fitted, Typing(target)) if fitted == value else None
        case _:
            return None


def common_type(parts: tuple[Expression, ...]) -> ValueType:
    """The type of a value that is one of unified parts: wide as soon as one of them is."""
    kinds = [part.typing.type for part in parts]
    return next((kind for kind in kinds if isinstance(kind, IntType) and kind.wide), kinds[0])


def unify(parts: tuple[Expression, ...]) -> tuple[Expression, ...] | None:
    """All parts as values of one type; None where there is none."""
    kinds = [part.typing.type for part in parts]
    if all(is_number(kind) for kind in kinds):
        scales = [kind.scale for kind in kinds if isinstance(kind, ExactType)]
        targets: list[ValueType] = [ExactType(max(scales)) if scales else IntType()]
    else:
        targets = [kind for kind in kinds if not isinstance(kind, NullType)]
    for target in targets:
        converted = [coerce(part, target) for part in parts]
        found = tuple(part for part in converted if part is not None)
        if len(found) == len(parts):
            return found
    return None
