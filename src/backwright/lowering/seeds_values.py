"""Numbers, days and instants by the name of their field."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import assert_never

from backwright.lowering.seeds_texts import Draw, text
from backwright.lowering.seeds_words import TAGS
from backwright.lowering.specimens.values import limits
from backwright.plan.expressions import Value
from backwright.plan.model import (
    Bool,
    Date,
    Enumeration,
    Exact,
    Field,
    Integer,
    Json,
    ListOf,
    Record,
    Reference,
    Text,
    Timestamp,
    Uuid,
)
from backwright.plan.naming import snake

__all__ = ["value"]

_BORN = frozenset("born birth birthday birthdate".split())
_LATER = frozenset(
    "due end ends ending until expires expiry expiration deadline finish return arrival checkout".split()
)
_EARLIER = frozenset("since joined founded published hired issued manufactured".split())
_SEEN = frozenset("active published available open enabled confirmed public approved".split())
_ENDINGS = (Decimal("0.99"), Decimal("0.50"), Decimal("0.00"), Decimal("0.95"), Decimal("0.90"))
_SUMS = (
    (frozenset("salary income wage".split()), 28_000, 85_000),
    (frozenset("budget revenue credit limit loan".split()), 1_000, 60_000),
    (frozenset("balance total amount deposit".split()), 20, 2_500),
    (frozenset("fee tax discount tip shipping".split()), 2, 40),
)
_COUNTS = (
    (frozenset("rating stars score grade".split()), 1, 5),
    (frozenset("age".split()), 18, 80),
    (frozenset("year".split()), 1995, 2025),
    (frozenset("percent percentage rate".split()), 0, 100),
    (frozenset("quantity qty nights guests people persons amount".split()), 1, 4),
    (frozenset("duration minutes".split()), 15, 120),
    (frozenset("hours".split()), 1, 12),
    (frozenset("capacity seats places".split()), 10, 60),
    (frozenset("floor level position rank".split()), 1, 9),
    (frozenset("pages".split()), 80, 640),
)


def value(draw: Draw, field: Field, created: datetime) -> Value:
    """A value of the field's type, near what its name says."""
    words = frozenset(snake(field.name).split("_"))
    match field.type:
        case Text() as kind:
            return text(draw, field, kind)
        case Integer() as kind:
            return _count(draw, kind, words, field.unique)
        case Exact() as kind:
            return _sum(draw, kind, words)
        case Bool():
            return draw.number % 4 == 0 if field.default is False else draw.number % 4 != 0
        case Date():
            return _instant(draw, words, created).date()
        case Timestamp():
            return _instant(draw, words, created)
        case Enumeration(values):
            return _word(draw, values)
        case Uuid():
            return f"{draw.number:012x}"[:8] + "-0000-4000-8000-" + f"{draw.index:012x}"
        case Json():
            first = draw.number % len(TAGS)
            return [TAGS[first], TAGS[(first + 1 + draw.number // 9 % (len(TAGS) - 1)) % len(TAGS)]]
        case Reference() | Record() | ListOf():
            return None
        case _:
            assert_never(field.type)


def _word(draw: Draw, values: tuple[str, ...]) -> str:
    """Each word three times, then mostly the one that is seen."""
    if draw.index >= 3 * len(values) and draw.number % 3:
        return next((word for word in values if word.lower() in _SEEN), values[draw.number // 3 % len(values)])
    return values[draw.index % len(values)]


def _count(draw: Draw, kind: Integer, words: frozenset[str], unique: bool) -> int:
    low, high = next(((low, high) for names, low, high in _COUNTS if words & names), (0, 120))
    low, high = max(low, kind.minimum), min(high, kind.maximum)
    if low > high:
        low, high = kind.minimum, min(kind.maximum, kind.minimum + 120)
    if unique:
        return min(low + draw.index, kind.maximum)
    return low + draw.number % (high - low + 1)


def _sum(draw: Draw, kind: Exact, words: frozenset[str]) -> Decimal:
    smallest, largest = limits(kind)
    low, high = next(((low, high) for names, low, high in _SUMS if words & names), (4, 180))
    if not kind.money and not words & frozenset("price cost fee budget amount".split()):
        low, high = 1, 60
    spread = high - low + 1
    whole = Decimal(low + (draw.number % spread) * (draw.number // 13 % 100) // 100)
    if high >= 1000:
        whole = (whole / 50).to_integral_value() * 50
    elif kind.scale >= 2 and (kind.money or "price" in words):
        whole += draw.of(_ENDINGS, 17)
    elif kind.scale:
        whole += Decimal(draw.number // 7 % 10) / 10
    return min(max(whole, smallest), largest).quantize(Decimal(1).scaleb(-kind.scale))


def _instant(draw: Draw, words: frozenset[str], created: datetime) -> datetime:
    """Whole quarters of an hour, in the daytime."""
    day = created.replace(hour=8 + draw.number % 10, minute=15 * (draw.number // 11 % 4), second=0, microsecond=0)
    if words & _BORN:
        years = 18 + draw.number % 50 if draw.person else 1 + draw.number % 12
        return day - timedelta(days=365 * years + draw.number % 364)
    if words & _LATER:
        return day + timedelta(days=7 + draw.number % 30)
    if words & _EARLIER:
        return day - timedelta(days=30 + draw.number % 2_000)
    return day + timedelta(days=1 + draw.number % 14)
