"""How operators are checked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from backwright.plan.expressions.assignability import coerce, common_type, is_ordered, unify
from backwright.plan.expressions.context import Context, Reported, nullable_mistake
from backwright.plan.expressions.exact import DIVISION_SCALE, negate
from backwright.plan.expressions.narrowing import known_present, path_key
from backwright.plan.expressions.nodes import (
    Arithmetic,
    ArithmeticOperator,
    Comparison,
    ComparisonOperator,
    Conditional,
    Constant,
    Expression,
    Logical,
    Membership,
    Negate,
    Not,
    NullTest,
    Role,
    Widen,
)
from backwright.plan.expressions.syntax import Binary, Mistake, Name, Node, Scalar, Ternary, Unary
from backwright.plan.expressions.types import (
    BoolType,
    DateType,
    DurationType,
    EnumType,
    ExactType,
    IntType,
    JsonType,
    ListType,
    NullType,
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

__all__ = ["binary", "ternary", "unary", "unify_all"]

_LARGEST_SCALE = 30


def unify_all(parts: tuple[Expression, ...], wanted: ValueType | None) -> tuple[Expression, ...] | None:
    """All parts as one type, as `wanted` where they fit."""
    unified = unify(parts)
    if wanted is None or unified is None:
        return unified
    fitting = tuple(part for part in (coerce(item, wanted) for item in unified) if part is not None)
    return fitting if len(fitting) == len(unified) else unified


def unary(checker: Checker, node: Unary, context: Context) -> Expression:
    """`!x` and `-x`."""
    if node.operator == "!":
        return Not(checker.condition(node.of, context, "What `!` negates"))
    of = checker.value(node.of, context, None, "What `-` negates")
    if not is_number(of.typing.type) and not isinstance(of.typing.type, DurationType):
        raise Mistake(
            "expression/type-mismatch",
            f"`-` needs a number or a duration, this is {describe(of.typing.type)}",
            node.start,
        )
    if isinstance(of, Constant) and isinstance(of.value, Decimal):
        return replace(of, value=negate(of.value))
    if isinstance(of, Constant) and type(of.value) is int:
        return replace(of, value=-of.value)
    return Negate(of, of.typing)


def ternary(checker: Checker, node: Ternary, context: Context, expected: ValueType | None) -> Expression:
    """`condition ? then : otherwise`."""
    condition = checker.condition(node.condition, context, "What stands before `?`")
    then = checker.check(node.then, context.knowing(known_present(condition, True)), expected)
    otherwise = checker.need(node.otherwise, context.knowing(known_present(condition, False)), expected)
    if then is None:
        raise Reported
    unified = unify_all((then, otherwise), expected)
    if unified is None:
        message = f"The two outcomes are {describe(then.typing.type)} and {describe(otherwise.typing.type)}"
        raise Mistake("expression/type-mismatch", message, node.otherwise.start, "Both outcomes have one type.")
    if isinstance(unified[0].typing.type, ListType | RecordType | NullType):
        message = f"`? :` does not choose between {describe(unified[0].typing.type)} and another"
        raise Mistake("expression/type-mismatch", message, node.start, "Choose between single values.")
    nullable = then.typing.nullable or otherwise.typing.nullable
    return Conditional(condition, unified[0], unified[1], Typing(common_type(unified), nullable))


def binary(checker: Checker, node: Binary, context: Context) -> Expression:
    """Any operator between two operands."""
    match node.operator:
        case "&&" | "||":
            return _logical(checker, node, context)
        case "==" | "!=":
            return _equality(checker, node, context)
        case "in":
            return _membership(checker, node, context)
        case "<" | "<=" | ">" | ">=":
            return _order(checker, node, context)
        case _:
            return _arithmetic(checker, node, context)


def _logical(checker: Checker, node: Binary, context: Context) -> Expression:
    both = node.operator == "&&"
    role = f"Each side of `{node.operator}`"
    try:
        left = checker.condition(node.left, context, role)
    except Mistake as mistake:
        checker.mistakes.append(mistake)
        left = None
    except Reported:
        left = None
    if left is None:
        _only_certain(checker, node.right, context)
        raise Reported
    right = checker.condition(node.right, context.knowing(known_present(left, both)), role)
    return Logical("&&" if both else "||", left, right)


def _only_certain(checker: Checker, node: Node, context: Context) -> None:
    """Reports what is wrong with a part whatever the broken part before it would have guarded."""
    before = len(checker.mistakes)
    checker.check(node, context, BoolType())
    found = checker.mistakes[before:]
    checker.mistakes[before:] = [
        mistake for mistake in found if mistake.code not in ("expression/nullable", "expression/both-nullable")
    ]


def _pair(checker: Checker, node: Binary, context: Context) -> tuple[Expression, Expression]:
    """Both operands; a bare word or a text waits for the type of the other side."""
    if _waits(checker, node.left, context) and not _waits(checker, node.right, context):
        other = checker.need(node.right, context)
        return checker.need(node.left, context, other.typing.type), other
    left = checker.check(node.left, context)
    if left is None and _waits(checker, node.right, context):
        raise Reported
    right = checker.check(node.right, context, left.typing.type if left else None)
    if left is None or right is None:
        raise Reported
    return left, right


def _waits(checker: Checker, node: Node, context: Context) -> bool:
    if isinstance(node, Name):
        return not checker.resolves(node.text, context)
    return isinstance(node, Scalar) and isinstance(node.value, str)


def _equality(checker: Checker, node: Binary, context: Context) -> Expression:
    left, right = _pair(checker, node, context)
    negated = node.operator == "!="
    left_null, right_null = isinstance(left.typing.type, NullType), isinstance(right.typing.type, NullType)
    if left_null and right_null:
        raise Mistake(
            "expression/type-mismatch", "null is always null", node.operator_start, "Leave the comparison out."
        )
    if left_null or right_null:
        of, at = (right, node.right.start) if left_null else (left, node.left.start)
        _warn_never_null(checker, of, at, context)
        return NullTest(of, negated)
    left, right = _comparable(left, right, node)
    if isinstance(left.typing.type, JsonType | ListType | RecordType):
        raise Mistake(
            "expression/type-mismatch",
            f"`{node.operator}` does not compare {describe(left.typing.type)}",
            node.operator_start,
        )
    if left.typing.nullable and right.typing.nullable:
        message = "Both sides may be null, and an absent value must never match another absent one"
        help_text = "Guard one of them first: `x != null && …`."
        raise Mistake("expression/both-nullable", message, node.operator_start, help_text)
    return Comparison("!=" if negated else "==", left, right)


def _warn_never_null(checker: Checker, of: Expression, at: int, context: Context) -> None:
    key = path_key(of)
    guarded = key is not None and any(key == known or key.startswith(f"{known}.") for known in context.present)
    if not of.typing.nullable and not guarded and not isinstance(of, Role):
        message = "This is never null, so the test has one outcome"
        checker.warnings.append(
            Mistake("expression/never-null", message, at, "Leave the test out, or make the field optional.")
        )


def _comparable(left: Expression, right: Expression, node: Binary) -> tuple[Expression, Expression]:
    if is_number(left.typing.type) and is_number(right.typing.type):
        return left, right
    unified = unify((left, right))
    if unified is None:
        message = f"`{node.operator}` compares {describe(left.typing.type)} with {describe(right.typing.type)}"
        help_text = _conversion_help(left.typing.type, right.typing.type)
        raise Mistake("expression/type-mismatch", message, node.operator_start, help_text)
    return unified[0], unified[1]


def _conversion_help(left: ValueType, right: ValueType) -> str:
    kinds = {type(left), type(right)}
    if kinds == {DateType, TimestampType}:
        return "Convert one of them: `date(x)` or `timestamp(x)`."
    if TextType in kinds and DateType in kinds:
        return "A date is written `date('2026-01-31')`."
    if TextType in kinds and TimestampType in kinds:
        return "An instant is written `timestamp('2026-01-31T12:00:00Z')`."
    if TextType in kinds and DurationType in kinds:
        return "A duration is written `duration('24h')`."
    return "Both sides must have one type."


def _membership(checker: Checker, node: Binary, context: Context) -> Expression:
    item = checker.check(node.left, context)
    expected = ListType(item.typing.type) if item else None
    collection = checker.value(node.right, context, expected, "The list after `in`")
    if item is None:
        raise Reported
    kind = collection.typing.type
    if not isinstance(kind, ListType):
        help_text = "For text write `text.contains(part)`." if isinstance(kind, TextType) else "Write `x in [a, b]`."
        raise Mistake(
            "expression/type-mismatch", f"`in` needs a list, this is {describe(kind)}", node.right.start, help_text
        )
    if is_number(kind.item) and is_number(item.typing.type):
        return Membership(item, collection)
    fitted = None if isinstance(item.typing.type, NullType) else coerce(item, kind.item)
    if fitted is None or isinstance(kind.item, RecordType | JsonType | ListType):
        message = f"This is {describe(kind)}, which never holds {describe(item.typing.type)}"
        raise Mistake("expression/type-mismatch", message, node.operator_start)
    return Membership(fitted, collection)


def _order(checker: Checker, node: Binary, context: Context) -> Expression:
    left, right = _pair(checker, node, context)
    for part, side in ((left, node.left), (right, node.right)):
        if isinstance(part.typing.type, NullType):
            raise Mistake(
                "expression/type-mismatch", "null has no order", side.start, "Test it with `== null` or `!= null`."
            )
    left, right = _comparable(left, right, node)
    if not is_ordered(left.typing.type):
        kind = "an enumeration" if isinstance(left.typing.type, EnumType) else describe(left.typing.type)
        raise Mistake(
            "expression/type-mismatch", f"`{node.operator}` needs an order, and {kind} has none", node.operator_start
        )
    _refuse_null(node, left, right)
    return Comparison(cast("ComparisonOperator", node.operator), left, right)


def _refuse_null(node: Binary, left: Expression, right: Expression) -> None:
    for part, side in ((left, node.left), (right, node.right)):
        if part.typing.nullable:
            raise nullable_mistake(f"What `{node.operator}` works on", side.start, part)


def _arithmetic(checker: Checker, node: Binary, context: Context) -> Expression:
    left, right = checker.check(node.left, context), checker.check(node.right, context)
    if left is None or right is None:
        raise Reported
    kind = _result(node.operator, left.typing.type, right.typing.type)
    if kind is None:
        message = f"`{node.operator}` does not work on {describe(left.typing.type)} and {describe(right.typing.type)}"
        help_text = _conversion_help(left.typing.type, right.typing.type)
        raise Mistake("expression/type-mismatch", message, node.operator_start, help_text)
    _refuse_null(node, left, right)
    if isinstance(kind, ExactType) and kind.scale > _LARGEST_SCALE:
        message = f"The result has {kind.scale} decimals, more than {_LARGEST_SCALE}"
        raise Mistake("expression/number", message, node.operator_start, "Round in between: `round(x, 6)`.")
    may_fail = node.operator in ("/", "%") and not _nonzero(right)
    return Arithmetic(cast("ArithmeticOperator", node.operator), left, right, Typing(kind, may_fail))


def _nonzero(expression: Expression) -> bool:
    if isinstance(expression, Widen | Negate):
        return _nonzero(expression.of)
    return isinstance(expression, Constant) and bool(expression.value)


def _result(operator: str, left: ValueType, right: ValueType) -> ValueType | None:
    if is_number(left) and is_number(right):
        wide = any(isinstance(kind, IntType) and kind.wide for kind in (left, right))
        return _number(operator, _scale(left), _scale(right), wide)
    match operator, left, right:
        case "+", TextType(), TextType():
            return TextType()
        case "+" | "-", TimestampType(), DurationType():
            return TimestampType()
        case "+", DurationType(), TimestampType():
            return TimestampType()
        case "-", TimestampType(), TimestampType():
            return DurationType()
        case "-", DateType(), DateType():
            return DurationType()
        case "+" | "-", DurationType(), DurationType():
            return DurationType()
        case "/", DurationType(), DurationType():
            return ExactType(DIVISION_SCALE)
        case _:
            return None


def _scale(kind: ValueType) -> int | None:
    return kind.scale if isinstance(kind, ExactType) else None


def _number(operator: str, left: int | None, right: int | None, wide: bool) -> ValueType | None:
    if operator == "%":
        return IntType(wide) if left is None and right is None else None
    if operator == "/":
        return ExactType(max(DIVISION_SCALE, left or 0, right or 0))
    if left is None and right is None:
        return IntType(wide)
    scales = (left or 0, right or 0)
    return ExactType(sum(scales) if operator == "*" else max(scales))
