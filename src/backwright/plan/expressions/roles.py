"""Who could ever satisfy a condition, by evaluating it with nothing known but the caller's role."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.plan.expressions.nodes import (
    Access,
    Call,
    Comparison,
    Conditional,
    Constant,
    ConstantValue,
    Expression,
    ListLiteral,
    Logical,
    Me,
    Membership,
    Not,
    NullTest,
    Role,
    Widen,
)
from backwright.plan.expressions.reading import children

__all__ = ["role_only", "roles_that_always_may", "roles_that_may"]


@dataclass(frozen=True, slots=True)
class _Known:
    value: ConstantValue


@dataclass(frozen=True, slots=True)
class _Present:
    """Something that is not null."""


@dataclass(frozen=True, slots=True)
class _Unknown:
    """Anything."""


_Outcome = _Known | _Present | _Unknown
_NULL, _TRUE, _FALSE = _Known(None), _Known(True), _Known(False)


def roles_that_may(expression: Expression, roles: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """The roles, and whether the anonymous caller, that could satisfy a condition for some row; never too few."""
    able = tuple(role for role in roles if _outcome(expression, role) != _FALSE)
    return able, _outcome(expression, None) != _FALSE


def roles_that_always_may(expression: Expression, roles: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """The roles, and whether the anonymous caller, that satisfy a condition for every row; never too many."""
    able = tuple(role for role in roles if _outcome(expression, role) == _TRUE)
    return able, _outcome(expression, None) == _TRUE


def role_only(expression: Expression) -> bool:
    """Whether a condition depends on nothing but the caller's role and on whether there is a caller."""
    match expression:
        case Role() | Constant():
            return True
        case NullTest(of=Me()):
            return True
        case (
            NullTest()
            | Not()
            | Logical()
            | Comparison()
            | Membership()
            | Conditional()
            | ListLiteral()
            | Widen()
            | Call()
        ):
            return all(role_only(child) for child in children(expression))
        case _:
            return False


def _outcome(expression: Expression, role: str | None) -> _Outcome:
    match expression:
        case Constant(value=value):
            return _Known(value)
        case Role():
            return _Known(role)
        case Me():
            return _NULL if role is None else _Present()
        case Widen(of=of):
            return _outcome(of, role)
        case Access(of=of, typing=typing):
            if _outcome(of, role) == _NULL:
                return _NULL
            return _Unknown() if typing.nullable else _Present()
        case NullTest(of=of, negated=negated):
            return _null_test(_outcome(of, role), negated)
        case Not(of=of):
            inner = _outcome(of, role)
            return _Known(not inner.value) if isinstance(inner, _Known) else inner
        case Logical(operator=operator, left=left, right=right):
            return _logical(operator == "&&", _outcome(left, role), _outcome(right, role))
        case Conditional():
            return _conditional(expression, role)
        case Comparison(operator=operator, left=left, right=right):
            return _comparison(operator, _outcome(left, role), _outcome(right, role))
        case Membership(item=item, collection=collection):
            return _membership(_outcome(item, role), collection, role)
        case Call(function="coalesce", arguments=arguments):
            return _coalesce(arguments, role)
        case _:
            return _Unknown() if expression.typing.nullable else _Present()


def _null_test(of: _Outcome, negated: bool) -> _Outcome:
    match of:
        case _Known(value):
            return _Known((value is None) != negated)
        case _Present():
            return _Known(negated)
        case _Unknown():
            return _Unknown()


def _logical(both: bool, left: _Outcome, right: _Outcome) -> _Outcome:
    decisive = _Known(not both)
    if decisive in (left, right):
        return decisive
    return right if left == _Known(both) else left if right == _Known(both) else _Unknown()


def _conditional(expression: Conditional, role: str | None) -> _Outcome:
    condition = _outcome(expression.condition, role)
    then, otherwise = _outcome(expression.then, role), _outcome(expression.otherwise, role)
    if isinstance(condition, _Known):
        return then if condition.value else otherwise
    return then if then == otherwise else _Unknown()


def _comparison(operator: str, left: _Outcome, right: _Outcome) -> _Outcome:
    if operator not in ("==", "!="):
        return _Unknown()
    if _NULL in (left, right):
        return _Known(operator == "!=")
    if isinstance(left, _Known) and isinstance(right, _Known):
        return _Known((left.value == right.value) == (operator == "=="))
    return _Unknown()


def _membership(item: _Outcome, collection: Expression, role: str | None) -> _Outcome:
    if item == _NULL:
        return _FALSE
    if not isinstance(collection, ListLiteral):
        return _Unknown()
    candidates = [_comparison("==", item, _outcome(candidate, role)) for candidate in collection.items]
    if _TRUE in candidates:
        return _TRUE
    return _FALSE if all(candidate == _FALSE for candidate in candidates) else _Unknown()


def _coalesce(arguments: tuple[Expression, ...], role: str | None) -> _Outcome:
    for argument in arguments:
        found = _outcome(argument, role)
        if found != _NULL:
            return found if isinstance(found, _Known) else _Unknown()
    return _NULL
