"""How calls and macros are checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, get_args

from backwright.plan.expressions.assignability import common_type, is_ordered, unify
from backwright.plan.expressions.context import Context, Reported, suggestion
from backwright.plan.expressions.exact import DIVISION_SCALE
from backwright.plan.expressions.literals import parse_date, parse_duration, parse_timestamp
from backwright.plan.expressions.narrowing import path_key
from backwright.plan.expressions.nodes import (
    Aggregate,
    AggregateKind,
    Call,
    Constant,
    ConstantValue,
    Expression,
    Function,
)
from backwright.plan.expressions.syntax import Invocation, Mistake, Name, Node, Scalar
from backwright.plan.expressions.types import (
    BOOL,
    BoolType,
    DateType,
    DurationType,
    EnumType,
    ExactType,
    IntType,
    JsonType,
    ListType,
    RecordType,
    TextType,
    TimestampType,
    Typing,
    ValueType,
    describe,
    is_number,
)

if TYPE_CHECKING:
    from backwright.plan.expressions.check import Checker

__all__ = ["invocation"]

_AGGREGATES: tuple[str, ...] = get_args(AggregateKind)
_FUNCTIONS: tuple[str, ...] = (*get_args(Function), "duration")
_MOST_PLACES = 12
_ARITY = {
    "abs": (1, 1),
    "coalesce": (2, 20),
    "contains": (2, 2),
    "date": (1, 1),
    "duration": (1, 1),
    "endsWith": (2, 2),
    "lower": (1, 1),
    "max": (2, 20),
    "min": (2, 20),
    "round": (1, 2),
    "size": (1, 1),
    "startsWith": (2, 2),
    "timestamp": (1, 1),
    "trim": (1, 1),
    "upper": (1, 1),
}


def invocation(checker: Checker, node: Invocation, context: Context, expected: ValueType | None) -> Expression:
    """A call with or without a receiver."""
    if node.receiver is not None and node.name in _AGGREGATES:
        return _aggregate(checker, node, context)
    if node.name not in _FUNCTIONS:
        raise _unknown(checker, node)
    parts = (*((node.receiver,) if node.receiver is not None else ()), *node.arguments)
    fewest, most = _ARITY[node.name]
    if not fewest <= len(parts) <= most:
        wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
        raise Mistake(
            "expression/arguments", f"`{node.name}` takes {wanted} values, here are {len(parts)}", node.name_start
        )
    match node.name:
        case "duration" | "date" | "timestamp":
            return _time(checker, node.name, parts[0], context)
        case "coalesce":
            return _coalesce(checker, parts, context, expected)
        case "min" | "max":
            return _extreme(checker, node, parts, context)
        case "round":
            return _round(checker, parts, context)
        case "abs":
            of = checker.value(parts[0], context, None, "What `abs` takes")
            _require(is_number(of.typing.type), "`abs` needs a number", of, parts[0])
            return Call("abs", (of,), of.typing)
        case "size":
            of = checker.value(parts[0], context, None, "What `size` measures")
            _require(isinstance(of.typing.type, TextType | ListType), "`size` needs a text or a list", of, parts[0])
            return Call("size", (of,), Typing(IntType()))
        case _:
            return _textual(checker, node, parts, context)


def _unknown(checker: Checker, node: Invocation) -> Mistake:
    if node.receiver is None and node.name in _AGGREGATES:
        first = node.arguments[0] if node.arguments else None
        if isinstance(first, Name) and first.text in checker.scope.shapes:
            message = f"`{node.name}` over all rows of an entity is not part of this language yet"
            return Mistake("expression/not-supported", message, node.name_start, "Start from the parts of a row.")
        return Mistake(
            "expression/unknown-function",
            f"`{node.name}` is called on a list",
            node.name_start,
            f"Write `lines.{node.name}(x, …)`.",
        )
    known = [*_FUNCTIONS, *_AGGREGATES]
    if node.name == "matches":
        message = "Regular expressions are not part of this language"
        return Mistake(
            "expression/not-supported",
            message,
            node.name_start,
            "Use contains, startsWith, endsWith, or a field's pattern.",
        )
    return Mistake(
        "expression/unknown-function",
        f"There is no function `{node.name}`",
        node.name_start,
        suggestion(node.name, known),
    )


def _require(fine: bool, message: str, of: Expression, node: Node, help_text: str = "") -> None:
    if not fine:
        raise Mistake(
            "expression/type-mismatch", f"{message}, this is {describe(of.typing.type)}", node.start, help_text
        )


def _textual(checker: Checker, node: Invocation, parts: tuple[Node, ...], context: Context) -> Expression:
    function = cast("Function", node.name)
    found: list[Expression] = []
    for part in parts:
        of = checker.value(part, context, TextType(), f"What `{function}` takes")
        help_text = ""
        if isinstance(of.typing.type, ListType):
            help_text = "For lists write `x in list`."
        if isinstance(of.typing.type, EnumType):
            help_text = "Compare an enumeration with `==` or `in`."
        _require(isinstance(of.typing.type, TextType), f"`{function}` needs a text", of, part, help_text)
        found.append(of)
    is_test = function in ("contains", "startsWith", "endsWith")
    return Call(function, tuple(found), BOOL if is_test else Typing(TextType()))


def _coalesce(checker: Checker, parts: tuple[Node, ...], context: Context, expected: ValueType | None) -> Expression:
    first = checker.check(parts[0], context, expected)
    hint = first.typing.type if first else expected
    rest = [checker.check(part, context, hint) for part in parts[1:]]
    found = tuple(part for part in (first, *rest) if part is not None)
    if len(found) < len(parts):
        raise Reported
    unified = unify(found)
    if unified is None:
        kinds = " and ".join(dict.fromkeys(describe(part.typing.type) for part in found))
        raise Mistake(
            "expression/type-mismatch", f"`coalesce` mixes {kinds}", parts[-1].start, "All its values have one type."
        )
    for part, node in zip(unified[:-1], parts[:-1], strict=True):
        if not part.typing.nullable and path_key(part) not in context.present:
            message = "This is never null, so what follows it is never used"
            checker.warnings.append(Mistake("expression/never-null", message, node.start, "Leave the `coalesce` out."))
    if isinstance(unified[0].typing.type, ListType | RecordType | JsonType):
        message = f"`coalesce` does not take {describe(unified[0].typing.type)}"
        raise Mistake("expression/type-mismatch", message, parts[0].start, "Test it with `!= null` instead.")
    nullable = all(part.typing.nullable for part in unified)
    return Call("coalesce", unified, Typing(common_type(unified), nullable))


def _extreme(checker: Checker, node: Invocation, parts: tuple[Node, ...], context: Context) -> Expression:
    found = tuple(checker.value(part, context, None, f"What `{node.name}` takes") for part in parts)
    unified = unify(found)
    if unified is None or not is_ordered(unified[0].typing.type):
        kinds = " and ".join(dict.fromkeys(describe(part.typing.type) for part in found))
        raise Mistake(
            "expression/type-mismatch",
            f"`{node.name}` needs values of one type with an order, these are {kinds}",
            node.name_start,
        )
    return Call("min" if node.name == "min" else "max", unified, Typing(common_type(unified)))


def _round(checker: Checker, parts: tuple[Node, ...], context: Context) -> Expression:
    of = checker.value(parts[0], context, None, "What `round` takes")
    _require(is_number(of.typing.type), "`round` needs a number", of, parts[0])
    if len(parts) == 1:
        return Call("round", (of,), Typing(IntType()))
    places = checker.need(parts[1], context)
    if not isinstance(places, Constant) or type(places.value) is not int or not 0 <= places.value <= _MOST_PLACES:
        raise Mistake(
            "expression/arguments",
            f"The decimals of `round` are written as a number from 0 to {_MOST_PLACES}",
            parts[1].start,
        )
    return Call("round", (of, places), Typing(ExactType(places.value)))


def _time(checker: Checker, name: str, part: Node, context: Context) -> Expression:
    if isinstance(part, Scalar) and isinstance(part.value, str):
        value: ConstantValue
        kind: ValueType
        if name == "duration":
            value, kind, example = (
                parse_duration(part.value),
                DurationType(),
                "duration('1h30m'), up to 100 years of 365.25 days",
            )
        elif name == "date":
            value, kind, example = parse_date(part.value), DateType(), "date('2026-01-31')"
        else:
            value, kind = parse_timestamp(part.value), TimestampType()
            example = "timestamp('2026-01-31T12:00:00Z'), at most with milliseconds"
        if value is None:
            raise Mistake("expression/time", f"'{part.value}' is not a {name}", part.start, f"Write {example}.")
        return Constant(value, Typing(kind))
    of = checker.value(part, context, None, f"What `{name}` takes")
    if name == "date" and isinstance(of.typing.type, TimestampType):
        return Call("date", (of,), Typing(DateType()))
    if name == "timestamp" and isinstance(of.typing.type, DateType):
        return Call("timestamp", (of,), Typing(TimestampType()))
    raise Mistake(
        "expression/time", f"`{name}` takes a written text here, this is {describe(of.typing.type)}", part.start
    )


def _aggregate(checker: Checker, node: Invocation, context: Context) -> Expression:
    assert node.receiver is not None
    kind = cast("AggregateKind", node.name)
    source = checker.value(node.receiver, context, None, f"The list of `{kind}`")
    if not isinstance(source.typing.type, ListType):
        help_text = f"Write `{kind}(a, b)` for two values." if kind in ("min", "max") else ""
        raise Mistake(
            "expression/type-mismatch",
            f"`{kind}` needs a list, this is {describe(source.typing.type)}",
            node.name_start,
            help_text,
        )
    if kind == "count" and not node.arguments:
        return Aggregate(kind, source, "_", None, Typing(IntType()))
    if len(node.arguments) != 2:
        raise Mistake(
            "expression/arguments",
            f"`{kind}` takes a name for the element and an expression",
            node.name_start,
            f"Write `.{kind}(x, …)`.",
        )
    variable = _variable(node.arguments[0], context)
    inside = context.binding(variable, Typing(source.typing.type.item))
    body_node = node.arguments[1]
    if kind in ("exists", "all", "filter", "count"):
        body = checker.condition(body_node, inside, f"What `{kind}` asks")
    else:
        body = checker.value(body_node, inside, None, f"What `{kind}` takes")
    return Aggregate(kind, source, variable, body, _outcome(kind, body, body_node, source))


def _variable(node: Node, context: Context) -> str:
    if not isinstance(node, Name):
        raise Mistake(
            "expression/arguments", "A name for the element must stand here", node.start, "Write `.sum(x, x.price)`."
        )
    if node.text in context.variables or node.text in ("this", "me", "owner"):
        raise Mistake(
            "expression/arguments", f"`{node.text}` already has a meaning here", node.start, "Choose another name."
        )
    return node.text


def _outcome(kind: AggregateKind, body: Expression, node: Node, source: Expression) -> Typing:
    inner = body.typing.type
    match kind:
        case "exists" | "all":
            return Typing(BoolType())
        case "filter":
            return source.typing
        case "count":
            return Typing(IntType())
        case "sum":
            _require(is_number(inner), "`sum` needs a number", body, node)
            return Typing(inner)
        case "avg":
            _require(is_number(inner), "`avg` needs a number", body, node)
            return Typing(ExactType(max(DIVISION_SCALE, inner.scale if isinstance(inner, ExactType) else 0)), True)
        case "min" | "max":
            _require(is_ordered(inner), f"`{kind}` needs values with an order", body, node)
            return Typing(inner, True)
