"""The nodes of the typed tree. Every node has a `typing`; nothing in it is left to resolve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from backwright.plan.expressions.types import BOOL, Typing

__all__ = [
    "Access",
    "Aggregate",
    "AggregateKind",
    "Arithmetic",
    "ArithmeticOperator",
    "Call",
    "Comparison",
    "ComparisonOperator",
    "Conditional",
    "Constant",
    "ConstantValue",
    "Expression",
    "Function",
    "ListLiteral",
    "Logical",
    "Many",
    "Me",
    "Membership",
    "Negate",
    "Not",
    "NullTest",
    "Role",
    "This",
    "Variable",
    "Widen",
]

ConstantValue = bool | int | Decimal | str | date | datetime | timedelta | UUID | None
ComparisonOperator = Literal["==", "!=", "<", "<=", ">", ">="]
ArithmeticOperator = Literal["+", "-", "*", "/", "%"]
AggregateKind = Literal["sum", "avg", "min", "max", "count", "exists", "all", "filter"]
Function = Literal[
    "abs",
    "coalesce",
    "contains",
    "date",
    "endsWith",
    "lower",
    "max",
    "min",
    "round",
    "size",
    "startsWith",
    "timestamp",
    "trim",
    "upper",
]


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written in the expression."""

    value: ConstantValue
    typing: Typing


@dataclass(frozen=True, slots=True)
class ListLiteral:
    """A list written in the expression; never empty, items of one type and never null."""

    items: tuple[Expression, ...]
    typing: Typing


@dataclass(frozen=True, slots=True)
class This:
    """The row the expression speaks of."""

    typing: Typing


@dataclass(frozen=True, slots=True)
class Me:
    """The caller's row; null when anonymous."""

    typing: Typing


@dataclass(frozen=True, slots=True)
class Role:
    """The caller's role; null when anonymous."""

    typing: Typing


@dataclass(frozen=True, slots=True)
class Variable:
    """`input`, `now`, a loop's element, a created row, a let."""

    name: str
    typing: Typing


@dataclass(frozen=True, slots=True)
class Access:
    """A stored field of a row or a member of a record; null where `of` is null."""

    of: Expression
    name: str
    typing: Typing


@dataclass(frozen=True, slots=True)
class Many:
    """The rows of a part; `back` is their reference to `of`. Empty where `of` is null."""

    of: Expression
    name: str
    back: str
    typing: Typing


@dataclass(frozen=True, slots=True)
class NullTest:
    """`of == null`, or `of != null` when negated."""

    of: Expression
    negated: bool
    typing: Typing = BOOL


@dataclass(frozen=True, slots=True)
class Not:
    """Negation of a condition."""

    of: Expression
    typing: Typing = BOOL


@dataclass(frozen=True, slots=True)
class Negate:
    """The number or duration with the other sign."""

    of: Expression
    typing: Typing


@dataclass(frozen=True, slots=True)
class Logical:
    """Two conditions."""

    operator: Literal["&&", "||"]
    left: Expression
    right: Expression
    typing: Typing = BOOL


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values of one type, at most one of them nullable; null equals nothing."""

    operator: ComparisonOperator
    left: Expression
    right: Expression
    typing: Typing = BOOL


@dataclass(frozen=True, slots=True)
class Membership:
    """Whether the list holds the item; null is in no list."""

    item: Expression
    collection: Expression
    typing: Typing = BOOL


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Numbers, instants and durations, or text joined by `+`."""

    operator: ArithmeticOperator
    left: Expression
    right: Expression
    typing: Typing


@dataclass(frozen=True, slots=True)
class Conditional:
    """`condition ? then : otherwise`."""

    condition: Expression
    then: Expression
    otherwise: Expression
    typing: Typing


@dataclass(frozen=True, slots=True)
class Call:
    """A built-in function."""

    function: Function
    arguments: tuple[Expression, ...]
    typing: Typing


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A macro over a list; `variable` stands for the element inside `body`. Only `count` may lack a body."""

    kind: AggregateKind
    source: Expression
    variable: str
    body: Expression | None
    typing: Typing


@dataclass(frozen=True, slots=True)
class Widen:
    """An integer or exact decimal seen as an exact decimal of a larger scale; the value stays."""

    of: Expression
    typing: Typing


Expression = (
    Constant
    | ListLiteral
    | This
    | Me
    | Role
    | Variable
    | Access
    | Many
    | NullTest
    | Not
    | Negate
    | Logical
    | Comparison
    | Membership
    | Arithmetic
    | Conditional
    | Call
    | Aggregate
    | Widen
)
