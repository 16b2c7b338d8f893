"""The reference evaluator: what an expression means, without a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Protocol, assert_never, cast
from uuid import UUID

from backwright.plan.expressions import exact
from backwright.plan.expressions.nodes import (
    Access,
    Aggregate,
    Arithmetic,
    Call,
    Comparison,
    Conditional,
    Constant,
    Expression,
    ListLiteral,
    Logical,
    Many,
    Me,
    Membership,
    Negate,
    Not,
    NullTest,
    Role,
    This,
    Variable,
    Widen,
)
from backwright.plan.expressions.types import ExactType, IntType, ListType, RowType, ValueType

__all__ = ["Environment", "Row", "Rows", "Value", "evaluate"]

SPACE = " \t\n\r\v\f"
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TO_LOWER = str.maketrans(_UPPER, _UPPER.lower())
_TO_UPPER = str.maketrans(_UPPER.lower(), _UPPER)
_MILLISECOND = timedelta(milliseconds=1)
_ORDER = {"<": lt, "<=": le, ">": gt, ">=": ge}


@dataclass(frozen=True, slots=True)
class Row:
    """A stored row. A reference is held as the id of the row it points at."""

    entity: str
    values: Mapping[str, Value]


Value = (
    None
    | bool
    | int
    | Decimal
    | str
    | date
    | datetime
    | timedelta
    | UUID
    | Row
    | Sequence["Value"]
    | Mapping[str, "Value"]
)


class Rows(Protocol):
    """Where related rows are found."""

    def row(self, entity: str, id: Value) -> Row | None:
        """The row of that id, or None."""

    def related(self, entity: str, id: Value, many_name: str) -> Sequence[Row]:
        """The rows of a part of the row of that id."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The values of the names. `me` holds `role` among its values; `now` is a variable."""

    rows: Rows
    this: Row | None = None
    me: Row | None = None
    variables: Mapping[str, Value] = field(default_factory=dict)


def evaluate(expression: Expression, environment: Environment) -> Value:
    """The value of an expression."""
    match expression:
        case Constant(value=value):
            return value
        case ListLiteral(items=items):
            return [evaluate(item, environment) for item in items]
        case This():
            return environment.this
        case Me():
            return environment.me
        case Role():
            return None if environment.me is None else environment.me.values["role"]
        case Variable(name=name, typing=typing):
            return _resolved(environment.variables.get(name), typing.type, environment)
        case Access(of=of, name=name, typing=typing):
            return _access(evaluate(of, environment), name, typing.type, environment)
        case Many(of=of, name=name):
            whole = evaluate(of, environment)
            return (
                list(environment.rows.related(whole.entity, whole.values["id"], name)) if isinstance(whole, Row) else []
            )
        case Widen(of=of):
            return _decimal(evaluate(of, environment))
        case Call():
            return _call(expression, environment)
        case Aggregate():
            return _aggregate(expression, environment)
        case Arithmetic() | Negate():
            return _computed(expression, environment)
        case _:
            return _condition(expression, environment)


def _resolved(value: Value, kind: ValueType, environment: Environment) -> Value:
    if value is None or isinstance(value, Row):
        return value
    if isinstance(kind, RowType):
        return environment.rows.row(kind.entity, value)
    if isinstance(kind, ListType) and isinstance(kind.item, RowType) and isinstance(value, Sequence):
        return [_resolved(item, kind.item, environment) for item in value]
    return value


def _access(of: Value, name: str, kind: ValueType, environment: Environment) -> Value:
    if isinstance(of, Row):
        return _resolved(of.values.get(name), kind, environment)
    if isinstance(of, Mapping):
        return _resolved(of.get(name), kind, environment)
    return None


def _condition(
    expression: NullTest | Not | Logical | Comparison | Membership | Conditional, environment: Environment
) -> Value:
    match expression:
        case NullTest(of=of, negated=negated):
            return (evaluate(of, environment) is None) != negated
        case Not(of=of):
            return not evaluate(of, environment)
        case Logical(operator=operator, left=left, right=right):
            first = bool(evaluate(left, environment))
            return bool(evaluate(right, environment)) if first == (operator == "&&") else first
        case Comparison(operator=operator, left=left, right=right):
            return _compare(operator, evaluate(left, environment), evaluate(right, environment))
        case Membership(item=item, collection=collection):
            wanted = evaluate(item, environment)
            return any(_same(wanted, candidate) for candidate in _items(evaluate(collection, environment)))
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            return evaluate(then if evaluate(condition, environment) else otherwise, environment)
    assert_never(expression)


def _same(left: Value, right: Value) -> bool:
    if left is None or right is None:
        return False
    if isinstance(left, Row) and isinstance(right, Row):
        return left.values["id"] == right.values["id"]
    return left == right


def _compare(operator: str, left: Value, right: Value) -> bool:
    if operator == "==":
        return _same(left, right)
    if operator == "!=":
        return not _same(left, right)
    return bool(_ORDER[operator](cast("int", left), cast("int", right)))


def _items(value: Value) -> Sequence[Value]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else []


def _decimal(value: Value) -> Decimal | None:
    if isinstance(value, timedelta):
        return Decimal(value // _MILLISECOND)
    return Decimal(value) if isinstance(value, int | Decimal) else None


def _number(value: Decimal, kind: ValueType) -> Value:
    return int(value) if isinstance(kind, IntType) else value


def _computed(expression: Arithmetic | Negate, environment: Environment) -> Value:
    if isinstance(expression, Negate):
        of = evaluate(expression.of, environment)
        if isinstance(of, Decimal):
            return exact.negate(of)
        return -of if isinstance(of, int | timedelta) else None
    left, right = evaluate(expression.left, environment), evaluate(expression.right, environment)
    if left is None or right is None:
        return None
    kind, operator = expression.typing.type, expression.operator
    one, other = _decimal(left), _decimal(right)
    if one is None or other is None or not isinstance(kind, IntType | ExactType):
        return _moved(operator, left, right)
    match operator:
        case "+":
            return _number(exact.add(one, other), kind)
        case "-":
            return _number(exact.subtract(one, other), kind)
        case "*":
            return _number(exact.multiply(one, other), kind)
        case "/":
            return exact.divide(one, other, kind.scale if isinstance(kind, ExactType) else 0)
        case "%":
            return exact.remainder(int(one), int(other))


def _moved(operator: str, left: Value, right: Value) -> Value:
    match left, right:
        case str(), str():
            return left + right
        case datetime(), datetime():
            return left - right
        case ((datetime() | timedelta()), timedelta()):
            return left + right if operator == "+" else left - right
        case timedelta(), datetime():
            return right + left
        case date(), date():
            return left - right
        case _:
            return None


def _call(expression: Call, environment: Environment) -> Value:
    values = [evaluate(argument, environment) for argument in expression.arguments]
    first = values[0]
    if expression.function == "coalesce":
        return next((value for value in values if value is not None), None)
    if any(value is None for value in values):
        return None
    match expression.function:
        case "min":
            return min(cast("list[int]", values))
        case "max":
            return max(cast("list[int]", values))
        case "abs" if isinstance(first, int | Decimal):
            return first.copy_abs() if isinstance(first, Decimal) else abs(first)
        case "round":
            places = values[1] if len(values) > 1 else 0
            result = exact.rounded(_decimal(first) or Decimal(0), places if isinstance(places, int) else 0)
            return _number(result, expression.typing.type)
        case "size" if isinstance(first, str | Sequence):
            return len(first)
        case "date" if isinstance(first, datetime):
            return first.astimezone(UTC).date()
        case "timestamp" if isinstance(first, date):
            return datetime.combine(first, time(), UTC)
        case _:
            return _textual(expression.function, *(str(value) for value in values))


def _textual(function: str, text: str, part: str = "") -> Value:
    match function:
        case "contains":
            return part in text
        case "startsWith":
            return text.startswith(part)
        case "endsWith":
            return text.endswith(part)
        case "lower":
            return text.translate(_TO_LOWER)
        case "upper":
            return text.translate(_TO_UPPER)
        case _:
            return text.strip(SPACE)


def _aggregate(expression: Aggregate, environment: Environment) -> Value:
    items = _items(evaluate(expression.source, environment))
    body = expression.body
    if body is None:
        return len(items)
    pairs = list(_bodies(expression, body, items, environment))
    match expression.kind:
        case "exists":
            return any(value for _, value in pairs)
        case "all":
            return all(value for _, value in pairs)
        case "filter":
            return [item for item, value in pairs if value]
        case "count":
            return sum(1 for _, value in pairs if value)
        case "min" | "max":
            ordered = sorted(cast("list[int]", [value for _, value in pairs]))
            return None if not ordered else ordered[0] if expression.kind == "min" else ordered[-1]
        case "sum" | "avg":
            total = Decimal(0)
            for _, value in pairs:
                total = exact.add(total, _decimal(value) or Decimal(0))
            kind = expression.typing.type
            if expression.kind == "sum":
                return _number(total, kind)
            return exact.divide(total, Decimal(len(pairs)), kind.scale if isinstance(kind, ExactType) else 0)


def _bodies(
    expression: Aggregate, body: Expression, items: Sequence[Value], environment: Environment
) -> Iterator[tuple[Value, Value]]:
    for item in items:
        inside = replace(environment, variables={**environment.variables, expression.variable: item})
        yield item, evaluate(body, inside)
