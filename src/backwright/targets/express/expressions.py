"""Typed expressions as TypeScript, where they need no database (docs/designs/0002-expressions.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import assert_never
from uuid import UUID

from backwright.plan.expressions.narrowing import path_key
from backwright.plan.expressions.rendering import timestamp_text
from backwright.plan.expressions.tree import (
    Access,
    Aggregate,
    Arithmetic,
    Call,
    Comparison,
    Conditional,
    Constant,
    ConstantValue,
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
    render,
)
from backwright.plan.expressions.types import (
    DateType,
    DurationType,
    ExactType,
    IntType,
    RecordType,
    RowType,
    TextType,
    TimestampType,
    UuidType,
    is_number,
)

__all__ = ["TypescriptBinding", "Unsupported", "typescript"]

_ARITHMETIC = {"+": "add", "-": "subtract", "*": "multiply"}
_SPACE = r"[ \t\n\r\v\f]"


class Unsupported(Exception):
    """An expression that only the database can answer."""


@dataclass(frozen=True, slots=True)
class TypescriptBinding:
    """The names of an expression in TypeScript, by name or dotted name, in their JSON form (`now` may be a Date).

    The module `services/business/decimal.ts` must be imported as `decimal` where the result mentions it.
    """

    values: Mapping[str, str] = field(default_factory=lambda: {"input": "input", "now": "now"})
    me: str = "caller?.id"
    role: str = "caller?.role"
    decimal: str = "decimal"


def typescript(expression: Expression, binding: TypescriptBinding) -> str:
    """The expression in its JSON form; raises Unsupported where it reads rows. Durations are milliseconds."""
    writer = _Writer(binding)
    text, kind, nullable = writer.write(expression), expression.typing.type, expression.typing.nullable
    if isinstance(kind, ExactType):
        finished = f"{binding.decimal}.text({text}, {kind.scale})"
    elif isinstance(kind, IntType) and kind.wide:
        finished = f"{binding.decimal}.text({text}, 0)"
    elif isinstance(kind, IntType) and not _is_plain(expression):
        finished = f"{binding.decimal}.whole({text})"
    elif isinstance(kind, TimestampType):
        finished = f"new Date({text}{' ?? 0' * nullable}).toISOString()"
    else:
        return text
    return f"({text} == null ? null : {finished})" if nullable else finished


def _is_plain(expression: Expression) -> bool:
    """Whether a number is held as a JavaScript number."""
    kind = expression.typing.type
    match expression:
        case Constant(value=value):
            return not isinstance(value, Decimal)
        case Variable() | Access():
            return isinstance(kind, IntType) and not kind.wide
        case Call(function="size"):
            return True
        case Call(function="coalesce", arguments=arguments):
            return all(_is_plain(argument) for argument in arguments)
        case Conditional(then=then, otherwise=otherwise):
            return _is_plain(then) and _is_plain(otherwise)
        case _:
            return False


def _constant(value: ConstantValue) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value) if value >= 0 else f"({value})"
        case Decimal():
            return json.dumps(format(value, "f"))
        case str():
            return json.dumps(value)
        case datetime():
            return f"Date.parse({json.dumps(timestamp_text(value))})"
        case date():
            return json.dumps(value.isoformat())
        case timedelta():
            return f"({value // timedelta(milliseconds=1)})"
        case UUID():
            return json.dumps(str(value))
    assert_never(value)


class _Writer:
    """Instants are milliseconds inside, dates text, numbers plain or anything that decimal.ts takes."""

    def __init__(self, binding: TypescriptBinding) -> None:
        self._binding = binding
        self._decimal = binding.decimal

    def write(self, expression: Expression) -> str:
        """The expression as one operand."""
        match expression:
            case Constant(value=value):
                return _constant(value)
            case Me():
                return f"({self._binding.me})"
            case Role():
                return f"({self._binding.role})"
            case Variable() | Access():
                return self._leaf(expression)
            case Widen(of=of):
                return self.write(of)
            case Not(of=of):
                return f"!{self.write(of)}"
            case Logical(operator=operator, left=left, right=right):
                return f"({self.write(left)} {operator} {self.write(right)})"
            case Conditional(condition=condition, then=then, otherwise=otherwise):
                return f"({self.write(condition)} ? {self.write(then)} : {self.write(otherwise)})"
            case NullTest(of=of, negated=negated):
                return f"({self.write(of)} {'!=' if negated else '=='} null)"
            case Comparison():
                return self._comparison(expression)
            case Membership(item=item, collection=ListLiteral(items=items)):
                tests = (self._comparison(Comparison("==", item, candidate)) for candidate in items)
                return f"({' || '.join(tests)})"
            case Negate(of=of):
                plain = isinstance(of.typing.type, DurationType)
                return f"(-{self.write(of)})" if plain else f"{self._decimal}.negate({self.write(of)})"
            case Arithmetic():
                return self._arithmetic(expression)
            case Call():
                return self._call(expression)
            case This() | Many() | ListLiteral() | Membership() | Aggregate():
                raise Unsupported(render(expression))
        assert_never(expression)

    def _leaf(self, expression: Variable | Access) -> str:
        text = self._named(expression)
        kind = expression.typing.type
        if isinstance(kind, TimestampType):
            instant = f"new Date({text}).getTime()"
            return f"({text} == null ? null : {instant})" if expression.typing.nullable else instant
        if (
            isinstance(kind, RowType | UuidType)
            and isinstance(expression, Access)
            and not isinstance(expression.of, Me)
        ):
            return f"{text}{'?' if expression.typing.nullable else ''}.toLowerCase()"
        return text

    def _named(self, expression: Expression) -> str:
        key = path_key(expression)
        known = self._binding.values.get((key or "").removeprefix("$"))
        if known is not None:
            return known
        if isinstance(expression, Access):
            of = expression.of
            if isinstance(of.typing.type, RecordType):
                return f"{self._named(of)}{'?' if of.typing.nullable else ''}.{expression.name}"
            if expression.name == "id" and isinstance(of.typing.type, RowType):
                return f"({self._binding.me})" if isinstance(of, Me) else self._named(of)
        raise Unsupported(render(expression))

    def _comparison(self, comparison: Comparison) -> str:
        left, right, operator = comparison.left, comparison.right, comparison.operator
        one, other = self.write(left), self.write(right)
        negated = operator == "!="
        if is_number(left.typing.type) and not (_is_plain(left) and _is_plain(right)):
            if operator in ("==", "!="):
                return f"{'!' if negated else ''}{self._decimal}.equal({one}, {other})"
            return f"({self._decimal}.compare({one}, {other}) {operator} 0)"
        if isinstance(left.typing.type, TextType) and operator not in ("==", "!="):
            return f"(Buffer.compare(Buffer.from({one}), Buffer.from({other})) {operator} 0)"
        return f"({one} {operator + '=' if operator in ('==', '!=') else operator} {other})"

    def _arithmetic(self, expression: Arithmetic) -> str:
        left, right, operator = expression.left, expression.right, expression.operator
        one, other = self.write(left), self.write(right)
        match left.typing.type, right.typing.type:
            case DateType(), DateType():
                return f"(Date.parse({one}) - Date.parse({other}))"
            case ((TextType() | TimestampType() | DurationType()), _) if operator != "/":
                return f"({one} {operator} {other})"
        if operator in _ARITHMETIC:
            return f"{self._decimal}.{_ARITHMETIC[operator]}({one}, {other})"
        if operator == "%":
            return f"{self._decimal}.remainder({one}, {other})"
        kind = expression.typing.type
        return f"{self._decimal}.divide({one}, {other}, {kind.scale if isinstance(kind, ExactType) else 0})"

    def _call(self, call: Call) -> str:
        values = [self.write(argument) for argument in call.arguments]
        first, listed = values[0], ", ".join(values)
        match call.function:
            case "abs":
                return f"{self._decimal}.absolute({first})"
            case "round":
                return f"{self._decimal}.round({first}, {values[1] if len(values) > 1 else 0})"
            case "coalesce":
                return f"({' ?? '.join(values)})"
            case "min" | "max":
                return self._extreme(call, values)
            case "contains":
                return f"{first}.includes({values[1]})"
            case "startsWith" | "endsWith":
                return f"{first}.{call.function}({values[1]})"
            case "lower":
                return f"{first}.replace(/[A-Z]/g, (letter) => letter.toLowerCase())"
            case "upper":
                return f"{first}.replace(/[a-z]/g, (letter) => letter.toUpperCase())"
            case "trim":
                return f"{first}.replace(/^{_SPACE}*((?:[\\s\\S]*[^{_SPACE[1:]})?){_SPACE}*$/, '$1')"
            case "size":
                return (
                    f"[...{first}].length" if isinstance(call.arguments[0].typing.type, TextType) else f"{first}.length"
                )
            case "date":
                return f"new Date({first}).toISOString().slice(0, 10)"
            case "timestamp":
                return f"Date.parse({listed})"
        assert_never(call.function)

    def _extreme(self, call: Call, values: list[str]) -> str:
        kind, listed = call.typing.type, ", ".join(values)
        if is_number(kind):
            return f"{self._decimal}.{'least' if call.function == 'min' else 'greatest'}({listed})"
        if isinstance(kind, TextType):
            raise Unsupported(render(call))
        if isinstance(kind, DateType):
            days = ", ".join(f"Date.parse({value})" for value in values)
            return f"new Date(Math.{call.function}({days})).toISOString().slice(0, 10)"
        return f"Math.{call.function}({listed})"
