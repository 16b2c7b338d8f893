"""Rows changed as little as it takes until every condition holds and nothing is there twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain
from typing import cast

from backwright.lowering.specimens.values import Fresh, limits, ordinary, unbounded
from backwright.plan.expressions import Environment, Expression, Row, Rows, Value, evaluate, fields_read
from backwright.plan.expressions.tree import Access, Arithmetic, Call, Comparison, Membership, This, Widen, walk
from backwright.plan.model import Date, Entity, Exact, Field, Integer, Text, Timestamp

__all__ = ["Mender"]

_MOST = 2_000
_ALL = 20_000
_WIDTH = 12
_FRESH = 60
_SIDES = {"<": (-1,), "<=": (0, -1), ">": (1,), ">=": (0, 1), "==": (0,), "!=": (1, -1)}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}

Values = dict[str, Value]
Choices = Mapping[str, Sequence[Value]]


@dataclass(slots=True)
class Mender:
    """Looks for rows of one entity that hold `conditions`; gives up for good after many values that did not help."""

    entity: Entity
    conditions: tuple[Expression, ...]
    rows: Rows
    clashing: Callable[[Values], Sequence[str]] | None = None
    _left: int = _ALL

    def mended(self, row: Values, find_choices: Callable[[], Choices]) -> Values | None:
        """The row itself where it is right already; None where no few changes make it so."""
        misses = self._misses(row)
        if not misses:
            return row
        choices = find_choices()
        level = [row]
        tried = {_key(row)}
        end = self._left - _MOST
        for _ in range(len(self.conditions) + 3):
            found: list[tuple[int, Values]] = []
            for changed in chain.from_iterable(self._changes(values, choices) for values in level):
                if _key(changed) in tried:
                    continue
                if self._left <= max(end, 0):
                    return None
                self._left -= 1
                tried.add(_key(changed))
                misses = self._misses(changed)
                if not misses:
                    return changed
                found.append((len(misses), changed))
            level = [changed for _, changed in sorted(found, key=lambda each: each[0])[:_WIDTH]]
        return None

    def _environment(self, row: Values) -> Environment:
        return Environment(rows=self.rows, this=Row(self.entity.name, row), variables={"now": row["updatedAt"]})

    def _misses(self, row: Values) -> list[Expression | Sequence[str]]:
        """The conditions that do not hold, and the fields that another row has alike."""
        environment = self._environment(row)
        misses: list[Expression | Sequence[str]] = [
            condition for condition in self.conditions if not evaluate(condition, environment)
        ]
        names = self.clashing(row) if self.clashing else ()
        return [*misses, names] if names else misses

    def _changes(self, row: Values, choices: Choices) -> Iterator[Values]:
        """Other values for what the first miss reads."""
        miss = self._misses(row)[0]
        if isinstance(miss, Sequence):
            read = set(miss)
        else:
            read = {name for holder, name in fields_read(miss) if holder == self.entity.name}
        for name in [name for name in choices if name in read]:
            each = self.entity.field(name)
            solved = _others(each) if isinstance(miss, Sequence) else self._solutions(miss, each, row)
            for value in (*solved, *choices[name]):
                if value != row[name]:
                    yield {**row, name: value}

    def _solutions(self, condition: Expression, each: Field, row: Values) -> Iterator[Value]:
        """Values of the field at which a comparison turns true."""
        environment = self._environment(row)
        for side, wanted in chain.from_iterable(_wanted(node, environment) for node in walk(condition)):
            solved = _fitting(each, _solved(side, each, wanted, environment), row[each.name])
            if solved is not None:
                yield solved


def _key(row: Values) -> str:
    return repr(row)


def _others(each: Field) -> Iterator[Value]:
    """Values that no two rows share."""
    fresh = ordinary(each, fresh=True)
    if isinstance(fresh, Fresh):
        fresh = unbounded(each.type, fresh)
        yield from dict.fromkeys(fresh.value(number) for number in range(_FRESH))


def _value(expression: Expression, environment: Environment) -> Value:
    """None too where the value is guarded by a condition that does not hold."""
    try:
        return evaluate(expression, environment)
    except TypeError:
        return None


def _wanted(node: Expression, environment: Environment) -> Iterator[tuple[Expression, Value]]:
    """What a part of a condition wants of an expression inside it."""
    match node:
        case Comparison(operator, left, right):
            yield from ((left, value) for value in _near(_value(right, environment), operator))
            yield from ((right, value) for value in _near(_value(left, environment), _TURNED[operator]))
        case Membership(item, collection):
            values = _value(collection, environment)
            if isinstance(values, Sequence) and not isinstance(values, str):
                yield from ((item, value) for value in values)
        case Call("startsWith" | "endsWith" | "contains", (of, part)):
            text, piece = str(_value(of, environment) or ""), str(_value(part, environment) or "")
            yield from ((of, value) for value in (piece, piece + text, text + piece))
        case _:
            pass


def _near(value: Value, operator: str) -> Iterator[Value]:
    """The value and those beside it, as far as they satisfy the operator."""
    for side in _SIDES[operator]:
        match value:
            case bool():
                yield value if side == 0 else not value
            case int() | Decimal():
                yield value + side
            case datetime() | date():
                yield value + timedelta(days=side)
            case timedelta():
                yield value + timedelta(hours=side)
            case Row() if side == 0:
                yield value.values["id"]
            case str() if side == 0:
                yield value
            case _:
                return


def _solved(side: Expression, each: Field, wanted: Value, environment: Environment) -> Value:
    """The field's value at which the side has the wanted one; None where that is not plain to see."""
    match side:
        case Access(This(), name):
            return wanted if name == each.name else None
        case Widen(of):
            return _solved(of, each, wanted, environment)
        case Call("size", (Access(This(), name),)) if name == each.name and isinstance(wanted, int):
            text = str(_value(side.arguments[0], environment) or "")
            return text[: max(wanted, 0)].ljust(wanted, "x")
        case Arithmetic("+", left, right):
            first = _solved(left, each, _minus(wanted, _value(right, environment)), environment)
            return (
                first
                if first is not None
                else _solved(right, each, _minus(wanted, _value(left, environment)), environment)
            )
        case Arithmetic("-", left, right):
            first = _solved(left, each, _plus(wanted, _value(right, environment)), environment)
            return (
                first
                if first is not None
                else _solved(right, each, _minus(_value(left, environment), wanted), environment)
            )
        case _:
            return None


def _plus(left: Value, right: Value) -> Value:
    return _numbers(left, right, 1)


def _minus(left: Value, right: Value) -> Value:
    return _numbers(left, right, -1)


def _numbers(left: Value, right: Value, sign: int) -> Value:
    match left, right:
        case ((int() | Decimal()), (int() | Decimal())):
            return Decimal(left) + sign * Decimal(right)
        case ((datetime() | date() | timedelta()), timedelta()):
            return cast("Value", left + sign * right)
        case timedelta(), (datetime() | date()) if sign > 0:
            return right + left
        case (datetime(), datetime()) | (date(), date()) if sign < 0:
            return left - right
        case _:
            return None


def _fitting(each: Field, value: Value, now: Value) -> Value:
    """The value in the field's type; None where it does not fit, or is what the field has already."""
    found: Value = None
    match each.type, value:
        case Integer(minimum, maximum), (int() | Decimal()) if minimum <= value <= maximum and value == int(value):
            found = int(value)
        case Exact() as kind, (int() | Decimal()):
            low, high = limits(kind)
            exact = Decimal(value).quantize(Decimal(1).scaleb(-kind.scale))
            found = exact if low <= exact <= high else None
        case Text() as kind, str():
            found = value if _is_text(kind, value) else None
        case Timestamp(), datetime():
            found = value
        case Date(), date() if not isinstance(value, datetime):
            found = value
        case ((Integer() | Exact() | Text() | Timestamp() | Date()), _):
            found = None
        case _:
            found = value
    return None if found == now else found


def _is_text(kind: Text, value: str) -> bool:
    """Of the formats only plain texts: what else an address may look like is not known here."""
    matches = kind.pattern is None or re.search(kind.pattern, value) is not None
    return kind.format == "plain" and kind.min_length <= len(value) <= kind.max_length and matches
