"""Other values of a field: at its limits, near what a condition compares it with, and ones that no row has yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal

from backwright.gates.consistency import IDS, PLANTED, Bond
from backwright.gates.steps import fits
from backwright.gates.values import Values
from backwright.plan.expressions import Environment, Expression, Row, Value, evaluate, walk
from backwright.plan.expressions.tree import Comparison, Constant
from backwright.plan.model import Bool, Date, Enumeration, Exact, Field, Integer, Reference, Text, Timestamp, Type

__all__ = ["alternatives", "balances", "legal"]

_FRESH = 12
_EVERY = 300
_DAY = Decimal(86_400_000)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def alternatives(field: Field, values: Values, conditions: Sequence[Bond]) -> Iterator[Value]:
    """Legal values of the field, those first that one of the conditions may ask for."""
    constants = [
        node.value
        for bond in conditions
        if bond.check
        for node in walk(bond.check.expression)
        if isinstance(node, Constant)
    ]
    if field.optional:
        yield None
    match field.type:
        case Enumeration(words):
            yield from words
        case Bool():
            yield from (False, True)
        case Integer() | Exact():
            yield from _numbers(field.type, constants)
        case Text():
            yield from _texts(field.type, values, constants)
        case Date():
            days = [each for each in constants if isinstance(each, date) and not isinstance(each, datetime)]
            yield from (day + timedelta(days=by) for day in days for by in (-1, 0, 1))
        case Timestamp():
            times = [each for each in constants if isinstance(each, datetime)]
            yield from (time + timedelta(hours=by) for time in times for by in (-1, 0, 1))
        case _:
            pass
    yield from (values.fresh(field.type) for _ in range(_FRESH))
    if isinstance(field.type, Integer) and field.type.maximum - field.type.minimum < _EVERY:
        yield from range(field.type.minimum, field.type.maximum + 1)


def _numbers(kind: Integer | Exact, constants: Sequence[Value]) -> Iterator[Value]:
    step = _step(kind)
    known = [Decimal(each) for each in constants if isinstance(each, int | Decimal) and not isinstance(each, bool)]
    near = [each + by for each in known for by in (Decimal(0), step, -step)]
    ends = [each for each in (kind.minimum, kind.maximum) if each is not None]
    for each in (*near, *map(Decimal, ends)):
        found = _value(kind, each)
        if legal(kind, found):
            yield found


def _texts(kind: Text, values: Values, constants: Sequence[Value]) -> Iterator[Value]:
    """Words of a condition, alone, before and after a text of its own; texts of the lengths that it names."""
    candidates: list[str] = []
    for each in constants:
        own = str(values.of(kind))
        if isinstance(each, str):
            candidates += [each, (each + own)[: kind.max_length], (own + each)[-kind.max_length :]]
        elif isinstance(each, int) and not isinstance(each, bool):
            candidates += [own.ljust(length, "x")[:length] for length in (each, each - 1, each + 1) if length >= 0]
    own = str(values.of(kind))
    yield from (text for text in (*candidates, own.upper(), own.lower()) if legal(kind, text))


def balances(field: Field, assigned: Mapping[str, Value], condition: Expression, start: Value) -> Iterator[Value]:
    """Values of the field that make both sides of a comparison alike, and their neighbours.

    Both sides are taken for linear in the field, so two probes tell where they meet; what is not linear is missed.
    """
    probe = _Probe(field, assigned)
    for node in walk(condition):
        if isinstance(node, Comparison):
            for at in probe.meets(node, start):
                yield from probe.around(at)


class _Probe:
    def __init__(self, field: Field, assigned: Mapping[str, Value]) -> None:
        self._field = field
        self._assigned = assigned

    def meets(self, node: Comparison, start: Value) -> Iterator[Decimal]:
        one = _amount(start)
        other = None if one is None else one + _unit(self._field.type)
        if one is None or other is None:
            return
        first, second = self._gap(node, one), self._gap(node, other)
        if first is not None and second is not None and first != second:
            yield one - first * (other - one) / (second - first)

    def _gap(self, node: Comparison, amount: Decimal) -> Decimal | None:
        """How much the left side is more than the right one."""
        values = {**self._assigned, self._field.name: _value(self._field.type, amount)}
        row = Row("", {"createdAt": PLANTED, "updatedAt": PLANTED, **values})
        environment = Environment(IDS, row)
        try:
            left, right = _amount(evaluate(node.left, environment)), _amount(evaluate(node.right, environment))
        except (KeyError, TypeError, ArithmeticError):
            return None
        return None if left is None or right is None else left - right

    def around(self, at: Decimal) -> Iterator[Value]:
        unit = _unit(self._field.type)
        low = (at / unit).to_integral_value(ROUND_FLOOR) * unit
        for amount in (low, low + unit, low - unit):
            found = _value(self._field.type, amount)
            if legal(self._field.type, found):
                yield found


def _unit(kind: Type) -> Decimal:
    match kind:
        case Integer() | Exact():
            return _step(kind)
        case Date():
            return _DAY
        case _:
            return Decimal(1)


def _step(kind: Integer | Exact) -> Decimal:
    return Decimal(1).scaleb(-kind.scale) if isinstance(kind, Exact) else Decimal(1)


def _amount(value: Value) -> Decimal | None:
    """Numbers as they are; times and spans in milliseconds."""
    match value:
        case bool():
            return None
        case int() | Decimal():
            return Decimal(value)
        case datetime():
            return Decimal((value - _EPOCH) // _MILLISECOND)
        case date():
            return value.toordinal() * _DAY
        case timedelta():
            return Decimal(value // _MILLISECOND)
        case _:
            return None


def _value(kind: Type, amount: Decimal) -> Value:
    try:
        match kind:
            case Integer():
                return int(amount)
            case Exact():
                return amount.quantize(_step(kind))
            case Date():
                return date.fromordinal(int(amount / _DAY))
            case Timestamp():
                return _EPOCH + int(amount) * _MILLISECOND
            case _:
                return None
    except (ArithmeticError, ValueError):
        return None


def legal(kind: Type, value: Value) -> bool:
    """Whether the value is one that the type allows, as far as this module makes such values."""
    match kind:
        case Text() if isinstance(value, str):
            return kind.min_length <= len(value) <= kind.max_length and (
                kind.format == "plain" and (kind.pattern is None or re.search(kind.pattern, value) is not None)
            )
        case Exact(precision=precision, scale=scale) if isinstance(value, Decimal):
            return fits(kind, value) and abs(value) < Decimal(10) ** (precision - scale)
        case Enumeration(words):
            return value in words
        case Reference():
            return True
        case _:
            return value is not None and fits(kind, value)
