"""Valid values of the plan's types, each text with a canary that says which row it came from."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import assert_never
from uuid import UUID

from backwright.gates.patterns import matching
from backwright.plan.expressions import Value
from backwright.plan.model import (
    Bool,
    Date,
    Enumeration,
    Exact,
    Integer,
    Json,
    ListOf,
    Record,
    Reference,
    Text,
    Timestamp,
    Type,
    Uuid,
)

__all__ = ["CANARY", "Values"]

CANARY = re.compile(r"c[0-9]{6}q")
_CANARY_LENGTH = 8
_HEADROOM = 500
_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Values:
    """A source of values; no two texts, numbers aside, are alike."""

    def __init__(self, first: int = 1) -> None:
        self._numbers: Iterator[int] = itertools.count(first)

    def of(self, kind: Type, *, small: bool = False) -> Value:
        """A value inside the type's range; `small` numbers lie near its lower end, others have room on both sides."""
        match kind:
            case Text():
                return self._text(kind)
            case Integer(minimum, maximum):
                return minimum + min((maximum - minimum) // 2, 0 if small else _HEADROOM)
            case Exact():
                return _exact(kind)
            case Bool():
                return False
            case Date():
                return date(2026, 3, 1) + timedelta(days=next(self._numbers) % 300)
            case Timestamp():
                return datetime(2030, 3, 1, tzinfo=UTC) + timedelta(hours=next(self._numbers))
            case Uuid() | Reference():
                return UUID(int=(7 << 76) | (2 << 62) | next(self._numbers))
            case Json():
                return self._canary()
            case Enumeration(values):
                return values[0]
            case Record(inputs):
                return {each.name: self.of(each.type, small=small) for each in inputs}
            case ListOf(item, smallest, largest):
                return [self.of(item, small=small) for _ in range(min(max(smallest, 1), largest))]
            case _:
                assert_never(kind)

    def fresh(self, kind: Type) -> Value:
        """As `of`; numbers and days, too, are others each time, as far as the type has room for them."""
        match kind:
            case Integer(minimum, maximum):
                return minimum + next(self._numbers) % (maximum - minimum + 1)
            case Exact(scale=scale):
                low, high = _bounds(kind)
                step = Decimal(1).scaleb(-scale)
                room = int(((high if high is not None else Decimal(10) ** 6) - (low or 0)) / step) + 1
                return ((low or Decimal(0)) + next(self._numbers) % max(room, 1) * step).quantize(step)
            case Date():
                return date(2027, 1, 1) + timedelta(days=next(self._numbers) % 20_000)
            case Bool():
                return next(self._numbers) % 2 == 0
            case Enumeration(values):
                return values[next(self._numbers) % len(values)]
            case _:
                return self.of(kind)

    def _canary(self) -> str:
        return f"c{next(self._numbers):06d}q"

    def _text(self, kind: Text) -> str:
        match kind.format:
            case "email":
                return f"{self._canary()}@example.com"
            case "url":
                return f"https://example.com/{self._canary()}"
            case "phone":
                return f"+1555{next(self._numbers):07d}"
            case "slug" | "plain":
                if kind.pattern is not None:
                    return matching(kind.pattern, kind.min_length, kind.max_length, next(self._numbers))
                text = self._canary() if kind.max_length >= _CANARY_LENGTH else _short(next(self._numbers), kind)
                return text.ljust(kind.min_length, "x")
            case _:
                assert_never(kind.format)


def _short(number: int, kind: Text) -> str:
    digits = ""
    while number and len(digits) < kind.max_length:
        number, digit = divmod(number, len(_LETTERS))
        digits = _LETTERS[digit] + digits
    return digits


def _bounds(kind: Exact) -> tuple[Decimal | None, Decimal | None]:
    """The smallest and the largest value."""
    step = Decimal(1).scaleb(-kind.scale)
    low = kind.minimum if kind.minimum is not None else (kind.above + step if kind.above is not None else None)
    high = kind.maximum if kind.maximum is not None else (kind.below - step if kind.below is not None else None)
    return low, high


def _exact(kind: Exact) -> Decimal:
    low, high = _bounds(kind)
    wanted = (low if low is not None else Decimal(0)) + 1
    if high is not None and wanted > high:
        wanted = high
    return wanted.quantize(Decimal(1).scaleb(-kind.scale))
