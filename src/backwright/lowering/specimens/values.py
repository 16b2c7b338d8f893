"""Values that fit a type: an ordinary one, others worth trying, one that is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import ceil, floor
from typing import Literal, assert_never

from backwright.lowering.relational.names import snake
from backwright.lowering.specimens.patterns import Pick, matching, room, text_of
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
    Type,
    Uuid,
)

__all__ = [
    "NOW",
    "Fresh",
    "Wire",
    "Word",
    "alternatives",
    "another",
    "default",
    "faulty",
    "limits",
    "ordinary",
    "parted",
    "unbounded",
    "wire",
]

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
Wire = str | int | bool | None
_DAY, _INSTANT = date(2026, 3, 2), datetime(2026, 3, 2, 9, tzinfo=UTC)
_EARLY, _LATE = datetime(2001, 1, 1, tzinfo=UTC), datetime(2199, 1, 1, tzinfo=UTC)
_UUID = "0198c0de-0000-7000-8000-00000000beef"
_LOWER = "0123456789abcdefghijklmnopqrstuvwxyz"
_WORD_LENGTH = 16
_MOST = 10**9
_FIRST_DAY = date(1000, 1, 1)
_FEW = 10**7
_CHOICES = 12


@dataclass(frozen=True, slots=True)
class Word:
    """A word that no other row has."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A value that is another one for every row: one of few, a text in pieces, a number within bounds, or a day."""

    pieces: tuple[str | Word | Pick, ...] = ()
    bounds: tuple[int, int] | None = None
    choices: tuple[Value, ...] = ()
    form: Literal["whole", "exact", "day", "instant"] = "whole"

    def value(self, number: int = 0) -> Value:
        """An example."""
        if self.choices:
            return self.choices[number % len(self.choices)]
        if self.bounds is not None:
            whole = min(self.bounds[0] + number, self.bounds[1])
            return Decimal(whole) if self.form == "exact" else whole
        if self.form != "whole":
            day = _DAY - timedelta(days=number)
            return day if self.form == "day" else datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        return "".join(_piece(piece, number) for piece in self.pieces)

    def ends(self) -> tuple[Value, ...]:
        """Examples from both ends."""
        if self.bounds is not None and not self.choices:
            return self.value(), self.value(self.bounds[1] - self.bounds[0])
        if self.form in ("day", "instant") and not self.choices:
            return self.value(), self.value((_DAY - _FIRST_DAY).days)
        return self.choices or (self.value(),)


def _piece(piece: str | Word | Pick, number: int) -> str:
    match piece:
        case str(text):
            return text
        case Word():
            return f"w{number:06}"
        case Pick():
            return text_of((piece,), number)


def ordinary(field: Field, *, fresh: bool | None = None) -> Value | Fresh:
    """What a row has in the field when nothing else matters; another value for every row where the field is unique."""
    if field.unique if fresh is None else fresh:
        found = _fresh(field)
        if found is not None:
            return found
    match field.type:
        case Text():
            return _text(field, field.type, fresh=False)
        case Uuid():
            return _UUID
        case Reference() | Record() | ListOf():
            return None
        case _:
            known = default(field)
            return _typed(field.type) if known is None else known


def _fresh(field: Field) -> Fresh | None:
    """Values that no two rows share; None where a type has no such values."""
    match field.type:
        case Text():
            found = _text(field, field.type, fresh=True)
            few = isinstance(found, Fresh) and room([each for each in found.pieces if isinstance(each, Pick)])
            if not isinstance(found, Fresh) or not few or any(isinstance(each, Word) for each in found.pieces):
                return found if isinstance(found, Fresh) else None
            return found if few > _FEW else Fresh(choices=tuple(found.value(at) for at in range(min(few, _CHOICES))))
        case Integer(minimum, maximum):
            low = max(minimum, 0) if maximum >= 0 else minimum
            return _numbers(low, min(maximum, low + _MOST), "whole")
        case Exact() as kind:
            lowest, highest = limits(kind)
            low = max(ceil(lowest), 0) if highest >= 0 else ceil(lowest)
            return _numbers(low, min(floor(highest), low + _MOST), "exact")
        case Date():
            return Fresh(form="day")
        case Timestamp():
            return Fresh(form="instant")
        case Uuid():
            return Fresh((_UUID[:24], Pick("0123456789abcdef", 12)))
        case Enumeration(values):
            return Fresh(choices=values)
        case Bool():
            return Fresh(choices=(False, True))
        case _:
            return None


def _numbers(low: int, high: int, form: Literal["whole", "exact"]) -> Fresh | None:
    if low > high:
        return None
    every = Fresh(bounds=(low, high), form=form)
    if high - low >= _FEW:
        return every
    return Fresh(choices=tuple(every.value(at) for at in range(min(high - low + 1, _CHOICES))))


def unbounded(kind: Type, fresh: Fresh) -> Fresh:
    """Numbers from the whole of a type's range, also where there are few of them."""
    if not fresh.choices or not isinstance(kind, Integer):
        return fresh
    return Fresh(bounds=(kind.minimum, min(kind.maximum, kind.minimum + _MOST)))


def parted(fresh: Fresh) -> tuple[Fresh, ...]:
    """The same with only its large values, or only its small ones; of a few values each alone."""
    if fresh.choices:
        return tuple(replace(fresh, choices=(value,)) for value in fresh.choices)
    if fresh.bounds is None:
        return ()
    low, high = fresh.bounds
    middle = low + (high - low) // 2
    return replace(fresh, bounds=(middle, high)), replace(fresh, bounds=(low, middle))


def default(field: Field) -> Value:
    """The declared default as a value, or None."""
    match field.type, field.default:
        case Exact(), str(text):
            return Decimal(text)
        case Date(), str(text):
            return date.fromisoformat(text)
        case Timestamp(), str(text):
            return datetime.fromisoformat(text)
        case _:
            return field.default


def _typed(kind: Bool | Integer | Exact | Date | Timestamp | Enumeration | Json) -> Value:
    match kind:
        case Bool():
            return False
        case Integer(minimum, maximum):
            return min(max(10, minimum), maximum)
        case Exact():
            return _between(kind, Decimal("12.50"))
        case Date():
            return _DAY
        case Timestamp():
            return _INSTANT
        case Enumeration(values):
            return values[0]
        case Json():
            return "{}"
        case _:
            assert_never(kind)


def limits(kind: Exact) -> tuple[Decimal, Decimal]:
    """The smallest and the largest value."""
    step = Decimal(1).scaleb(-kind.scale)
    top = Decimal(10) ** (kind.precision - kind.scale) - step
    lows = [kind.minimum, kind.above + step if kind.above is not None else None, -top]
    highs = [kind.maximum, kind.below - step if kind.below is not None else None, top]
    return max(each for each in lows if each is not None), min(each for each in highs if each is not None)


def _between(kind: Exact, wanted: Decimal) -> Decimal:
    low, high = limits(kind)
    return min(max(wanted, low), high).quantize(Decimal(1).scaleb(-kind.scale))


def _text(field: Field, kind: Text, *, fresh: bool) -> str | Fresh:
    if kind.pattern:
        picks = matching(kind.pattern, kind.min_length, kind.max_length)
        if picks is None:
            return "x" * kind.min_length
        return Fresh(picks) if fresh else text_of(picks, 0)
    match kind.format:
        case "email":
            return Fresh((Word(), "@example.com")) if fresh else "somebody@example.com"
        case "url":
            return Fresh(("https://example.com/", Word())) if fresh else "https://example.com/page"
        case "phone":
            return Fresh(("+49", Pick("123456789", 1), Pick("0123456789", 9))) if fresh else "+491701234567"
        case "slug" | "plain":
            return _plain(field, kind, fresh)
        case _:
            assert_never(kind.format)


def _plain(field: Field, kind: Text, fresh: bool) -> str | Fresh:
    if fresh and kind.max_length < _WORD_LENGTH:
        return Fresh((Pick(_LOWER, kind.max_length),))
    if fresh and kind.min_length > _WORD_LENGTH:
        return Fresh((Word(), Pick(_LOWER, kind.min_length)))
    if fresh:
        return Fresh((Word(),))
    words = snake(field.name).replace("_", " ")
    text = f"some-{words.replace(' ', '-')}" if kind.format == "slug" else f"Some {words}"
    return text[: kind.max_length].strip(" -").ljust(kind.min_length, "x")


def another(field: Field, usual: Value | Fresh = None) -> Value | Fresh:
    """A value that differs from the usual one; the same where the type has only one."""
    if isinstance(usual, Fresh):
        return usual
    usual = ordinary(field, fresh=False) if usual is None else usual
    match field.type:
        case Text():
            return _other_text(field.type, usual)
        case Date():
            return date(2026, 4, 7)
        case Timestamp():
            return datetime(2026, 4, 7, 15, 30, tzinfo=UTC)
        case Uuid():
            return _UUID.replace("beef", "cafe")
        case Json():
            return '{"changed": true}'
        case _:
            return next((each for each in alternatives(field.type) if each != usual), usual)


def _other_text(kind: Text, usual: Value | Fresh) -> Value | Fresh:
    if kind.pattern:
        picks = matching(kind.pattern, kind.min_length, kind.max_length)
        return text_of(picks, 1) if picks else usual
    match kind.format:
        case "email":
            return "other@example.com"
        case "url":
            return "https://example.com/other"
        case "phone":
            return "+491707654321"
        case _:
            text = str(usual)
            changed = text.replace("ome", "ther", 1).replace("S", "O", 1) if "ome" in text else text[::-1]
            if kind.format == "slug":
                changed = "other" if kind.max_length >= 5 else "b"
            return changed[: kind.max_length].ljust(kind.min_length, "y")


def alternatives(kind: Type) -> tuple[Value, ...]:
    """Values on both sides of what conditions usually ask."""
    match kind:
        case Bool():
            return (True, False)
        case Enumeration(values):
            return values
        case Integer(minimum, maximum):
            inside = [each for each in (10, 100, 1, 0) if minimum <= each <= maximum]
            return tuple(dict.fromkeys((*inside, minimum, maximum)))
        case Exact():
            low, high = limits(kind)
            near = [_between(kind, Decimal(each)) for each in (10, 100, 1, 0)]
            return tuple(dict.fromkeys((*near, low, high)))
        case Date():
            return (_DAY, _EARLY.date(), _LATE.date())
        case Timestamp():
            return (_INSTANT, _EARLY, _LATE)
        case _:
            return ()


def faulty(kind: Type) -> object:
    """Something that no such field holds, as it would be sent."""
    match kind:
        case Text(_, maximum, "plain", None) if maximum <= 500:
            return "x" * (maximum + 1) if maximum < 60 else 1
        case Text():
            return 1
        case Integer(_, maximum, wide):
            return "many" if wide or maximum >= 2**53 - 1 else maximum + 1
        case Exact():
            return "1.5e3"
        case Bool():
            return "yes"
        case Date():
            return "2026-02-30"
        case Timestamp():
            return "yesterday"
        case Enumeration():
            return "no-such-value"
        case Uuid() | Reference():
            return "not-an-id"
        case Record() | ListOf():
            return {}
        case Json():
            return None
        case _:
            assert_never(kind)


def wire(kind: Type, value: Value) -> Wire:
    """The value as JSON carries it."""
    match value:
        case None | bool():
            return value
        case Decimal():
            scaled = value.quantize(Decimal(1).scaleb(-kind.scale)) if isinstance(kind, Exact) else value
            return format(scaled, "f")
        case int() if isinstance(kind, Exact):
            return format(Decimal(value).quantize(Decimal(1).scaleb(-kind.scale)), "f")
        case datetime():
            return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case int():
            return str(value) if isinstance(kind, Integer) and kind.wide else value
        case _:
            return str(value)
