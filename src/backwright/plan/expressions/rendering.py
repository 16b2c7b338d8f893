"""Canonical CEL text of a typed tree; compiling it again in the same scope gives the same tree."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import assert_never
from uuid import UUID

from backwright.plan.expressions.nodes import (
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
)

__all__ = ["duration_text", "render", "timestamp_text"]

_TERNARY, _OR, _AND, _RELATION, _SUM, _PRODUCT, _UNARY, _MEMBER = range(1, 9)
_METHODS = ("contains", "endsWith", "startsWith")
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def render(expression: Expression) -> str:
    """The expression as CEL."""
    return _render(expression, _TERNARY)


def timestamp_text(value: datetime) -> str:
    """RFC 3339 in UTC with milliseconds."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def duration_text(value: timedelta) -> str:
    """Whole seconds, or milliseconds, as CEL writes durations."""
    milliseconds = value // timedelta(milliseconds=1)
    return f"{milliseconds // 1000}s" if milliseconds % 1000 == 0 else f"{milliseconds}ms"


def _text(value: str) -> str:
    return "'" + "".join(_ESCAPES.get(c, c if c.isprintable() else f"\\U{ord(c):08x}") for c in value) + "'"


def _constant(value: ConstantValue) -> tuple[str, int]:
    match value:
        case None:
            return "null", _MEMBER
        case bool():
            return ("true" if value else "false"), _MEMBER
        case int() | Decimal():
            return format(value, "f" if isinstance(value, Decimal) else "d"), _UNARY if value < 0 else _MEMBER
        case str():
            return _text(value), _MEMBER
        case datetime():
            return f"timestamp('{timestamp_text(value)}')", _MEMBER
        case date():
            return f"date('{value.isoformat()}')", _MEMBER
        case timedelta():
            return f"duration('{duration_text(value)}')", _MEMBER
        case UUID():
            return _text(str(value)), _MEMBER
    assert_never(value)


def _render(expression: Expression, at_least: int) -> str:
    text, level = _text_and_level(expression)
    return text if level >= at_least else f"({text})"


def _binary(operator: str, left: Expression, right: Expression, level: int) -> tuple[str, int]:
    return f"{_render(left, level)} {operator} {_render(right, level + 1)}", level


def _arguments(parts: tuple[Expression, ...]) -> str:
    return ", ".join(render(part) for part in parts)


def _text_and_level(expression: Expression) -> tuple[str, int]:
    match expression:
        case Constant(value=value):
            return _constant(value)
        case ListLiteral(items=items):
            return f"[{_arguments(items)}]", _MEMBER
        case This():
            return "this", _MEMBER
        case Me():
            return "me", _MEMBER
        case Role():
            return "me.role", _MEMBER
        case Variable(name=name):
            return name, _MEMBER
        case Access(of=of, name=name) | Many(of=of, name=name):
            return f"{_render(of, _MEMBER)}.{name}", _MEMBER
        case Widen(of=of):
            return _text_and_level(of)
        case _:
            return _operation(expression)


def _operation(
    expression: NullTest
    | Not
    | Negate
    | Logical
    | Comparison
    | Membership
    | Arithmetic
    | Conditional
    | Call
    | Aggregate,
) -> tuple[str, int]:
    match expression:
        case NullTest(of=of, negated=negated):
            return f"{_render(of, _RELATION)} {'!=' if negated else '=='} null", _RELATION
        case Not(of=of):
            return f"!{_render(of, _UNARY)}", _UNARY
        case Negate(of=of):
            return f"-{_render(of, _MEMBER)}", _UNARY
        case Logical(operator=operator, left=left, right=right):
            return _binary(operator, left, right, _OR if operator == "||" else _AND)
        case Comparison(operator=operator, left=left, right=right):
            return _binary(operator, left, right, _RELATION)
        case Membership(item=item, collection=collection):
            return _binary("in", item, collection, _RELATION)
        case Arithmetic(operator=operator, left=left, right=right):
            return _binary(operator, left, right, _SUM if operator in ("+", "-") else _PRODUCT)
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            return f"{_render(condition, _OR)} ? {_render(then, _OR)} : {render(otherwise)}", _TERNARY
        case Call(function=function, arguments=arguments):
            if function in _METHODS:
                return f"{_render(arguments[0], _MEMBER)}.{function}({_arguments(arguments[1:])})", _MEMBER
            return f"{function}({_arguments(arguments)})", _MEMBER
        case Aggregate(kind=kind, source=source, variable=variable, body=body):
            inside = "" if body is None else f"{variable}, {render(body)}"
            return f"{_render(source, _MEMBER)}.{kind}({inside})", _MEMBER
    assert_never(expression)
