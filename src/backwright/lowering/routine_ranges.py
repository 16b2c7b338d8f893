"""Which new values of an update may leave the range of their field, and the condition that holds them inside."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from backwright.lowering.operations import Routine
from backwright.lowering.relational.columns import range_condition
from backwright.lowering.specimens.values import limits
from backwright.plan.expressions.tree import Access, Constant, Expression, Variable, Widen
from backwright.plan.expressions.types import RowType
from backwright.plan.model import (
    Assignment,
    EachStep,
    Entity,
    Exact,
    Input,
    Integer,
    ListOf,
    Plan,
    Record,
    Type,
)

__all__ = ["plain", "within"]


def within(
    plan: Plan, routine: Routine, loop: EachStep | None, entity: Entity, assignment: Assignment, value: str
) -> str | None:
    """What a new number must satisfy; None where it is never outside."""
    field = entity.field(assignment.field)
    if not isinstance(field.type, Integer | Exact):
        return None
    ends = _ends(_declared(plan, routine, loop, assignment.expression))
    if ends is not None and _holds(field.type, ends):
        return None
    parts = [
        range_condition(field, f"({value})"),
        *(_digits(field.type, value) if isinstance(field.type, Exact) else ()),
    ]
    condition = " and ".join(part for part in parts if part)
    return f"({condition}) is not false" if condition and assignment.expression.typing.nullable else condition or None


def plain(expression: Expression) -> Expression:
    """Without what only makes its type wider."""
    return plain(expression.of) if isinstance(expression, Widen) else expression


def _digits(kind: Exact, value: str) -> Iterator[str]:
    """What the column has room for, on the sides without a declared bound."""
    end = 10 ** (kind.precision - kind.scale)
    if kind.minimum is None and kind.above is None:
        yield f"({value}) > -{end}"
    if kind.maximum is None and kind.below is None:
        yield f"({value}) < {end}"


def _declared(plan: Plan, routine: Routine, loop: EachStep | None, expression: Expression) -> Type | Decimal | None:
    """The type of the field or input that a value is taken from as it is, or the number itself."""
    match plain(expression):
        case Constant(value=int() | Decimal() as number) if not isinstance(number, bool):
            return Decimal(number)
        case Access(of, name) if isinstance(of.typing.type, RowType):
            fields = plan.entity(of.typing.type.entity).fields
            return next((each.type for each in fields if each.name == name), None)
        case Access(Variable(name="input"), name):
            return _input(routine.operation.inputs if routine.operation else (), name)
        case Access(Variable(name=variable), name) if loop and loop.each.variable == variable:
            source = _declared(plan, routine, None, loop.each.source)
            members = source.item.inputs if isinstance(source, ListOf) and isinstance(source.item, Record) else ()
            return _input(members, name)
        case _:
            return None


def _input(inputs: tuple[Input, ...], name: str) -> Type | None:
    return next((each.type for each in inputs if each.name == name), None)


def _ends(kind: Type | Decimal | None) -> tuple[Decimal, Decimal] | None:
    match kind:
        case Decimal():
            return kind, kind
        case Integer(minimum, maximum):
            return Decimal(minimum), Decimal(maximum)
        case Exact():
            return limits(kind)
        case _:
            return None


def _holds(kind: Integer | Exact, ends: tuple[Decimal, Decimal]) -> bool:
    own = _ends(kind)
    assert own
    return own[0] <= ends[0] and ends[1] <= own[1]
