"""Values for the plan's types: those that fit, at their edges too, and those that may look as if they did."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import assert_never

from backwright.gates.patterns import matching
from backwright.plan.model import (
    Bool,
    Date,
    Enumeration,
    Exact,
    Input,
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
from tests.parity.steps import ABSENT, Node, Ref

__all__ = ["STRANGERS", "Values", "travelling"]

_LETTERS = (
    "abc xyz",
    "é",
    "ß",
    "İ",
    "ﬁ",
    "日本",
    "😀",
    "e\u0301",
    "\u200d",
    "\n",
    "\t",
    '"',
    "\\",
    "/",
    "<b>",
    "'",
    "$1",
    "%",
    "\u2028",
    "\x7f",
)
_ZONES = ("Z", "z", "+00:00", "-00:00", "+05:30", "-11:59", "+23:59")
_INSTANTS = (
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2001, 2, 28, 23, 59, 59, tzinfo=UTC),
    datetime(2035, 7, 1, tzinfo=UTC),
    datetime(2040, 1, 31, tzinfo=UTC),
)
_DAYS = (date(1999, 12, 31), date(2024, 2, 29), date(2031, 5, 17))
# Names that mean something to the language or the database below.
STRANGERS = (
    "extra",
    "__proto__",
    "constructor",
    "toString",
    "id",
    "createdAt",
    "role",
    "",
    "a/b~c",
    "self",
    "json",
    "model_config",
    "é",
)
_ANYTHING: tuple[Node, ...] = (
    None, True, False, 0, -1, 1.5, 1e300, 2**53, 2**63, -(2**63) - 1, "", " ", "x", "null", "0", "1", "-1", "1.0",
    "true", "\0", "a\0b", "x" * 5001, "😀" * 41, [], {}, [None], [[]], {"a": 1}, ["x"], ABSENT, ABSENT.upper(),
    ABSENT.replace("-", ""), "{" + ABSENT + "}",
)  # fmt: skip
_WHOLE: tuple[Node, ...] = (
    1.0,
    5.0,
    -0.0,
    0.1,
    1e3,
    1e16,
    1e21,
    9007199254740993,
    "5",
    "05",
    "+5",
    " 5",
    "5 ",
    "0x5",
    "5e0",
    "٥",
    True,
    "",
    "1_0",
)
_EXACT: tuple[Node, ...] = (
    "1e2",
    "+1.00",
    "1.",
    ".5",
    "-0",
    "-0.00",
    "00.10",
    "1.000",
    "1,5",
    "NaN",
    "Infinity",
    " 1",
    "1 ",
    "1\n",
    "٣.٥",
    "0",
    "0.00",
    1,
    1.5,
    "9" * 40,
)
_DATES: tuple[Node, ...] = (
    "2024-02-30",
    "2023-02-29",
    "2024-1-1",
    "24-01-01",
    "0000-01-01",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "2024-01-01T00:00:00Z",
    "2024-01-01\n",
    "٢٠٢٤-01-01",
    "-2024-01-01",
)
_TIMES: tuple[Node, ...] = (
    "2035-01-01T00:00:00", "2035-01-01 00:00:00Z", "2035-01-01t00:00:00z", "2035-01-01T24:00:00Z",
    "2035-01-01T23:59:60Z", "2035-01-01T00:00Z", "2035-01-01T00:00:00.Z", "2035-01-01T00:00:00.1234567891Z",
    "2035-01-01T00:00:00,5Z", "2035-02-29T00:00:00Z", "2035-01-01T00:00:00+24:00", "2035-01-01T00:00:00+0530",
    "2035-01-01T00:00:00+05", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-01:00", "+010000-01-01T00:00:00Z", "2035-01-01", 1,
    "2035-01-01T00:00:00Z\n", "2035-01-01T00:00:00.0005Z",
)  # fmt: skip
_UUIDS: tuple[Node, ...] = (
    ABSENT.upper(),
    ABSENT.replace("-", ""),
    "{" + ABSENT + "}",
    "urn:uuid:" + ABSENT,
    ABSENT[:-1],
    ABSENT + "0",
    ABSENT + "\n",
    "g" + ABSENT[1:],
    "",
)
_TEXTS: dict[str, tuple[Node, ...]] = {
    "email": (
        "a@b", "a@b.c", "@b.c", "a@", "a b@c.de", "Ä@b.de", "a@b.de\n", "A@EXAMPLE.COM", "a" * 65 + "@b.de", "a@-b.de",
        '"a"@b.de', "a@b..de", "İ@b.de", "K@b.de",
    ),
    "url": (
        "http://", "http://x", "HTTP://x", "ftp://x", "http://a b", "http://x\n", "https://\u00a0", "https://x\u0085y", "https://\x1cx",
        "//x", "javascript:1",
    ),
    "slug": ("A", "a-", "-a", "a--b", "a_b", "ä", "a-b-1", "a\n", "１"),
    "phone": (
        "+1", "+0123456789", "0049123456", "+49 123 4567", "+491234567", "+4912345678901234",
        "+٤٩12345678", "+491234567\n",
    ),
    "plain": (
        "\ud7ff", "\uffff", "\u0000", "a\u0000", " ", "\r\n", "é", "a\n", "a\xa05",
        "a 5", "a ٥", "a\ufeff5", "a\x1c5", "a\r ", "a\u2028-", "a- ", "a-\x85", "a-\u3000", "٥",
    ),
}  # fmt: skip


def travelling(member: Input) -> str:
    """The name of an input in a body."""
    return f"{member.name}Id" if isinstance(member.type, Reference) else member.name


class Values:
    """A source of values; the same numbers give the same values."""

    def __init__(self, numbers: random.Random) -> None:
        self._numbers = numbers

    def fitting(self, kind: Type, *, common: bool = False) -> Node:
        """A value of the type; a common one is drawn from few, so that unique ones meet."""
        numbers = self._numbers
        match kind:
            case Text():
                return self._text(kind, common)
            case Integer(minimum, maximum, wide):
                near = min(maximum, minimum + 3 if common else minimum + 500)
                number = numbers.choice(
                    (minimum, maximum, numbers.randint(minimum, near), numbers.randint(minimum, near))
                )
                return str(number) if wide else number
            case Exact():
                return self._exact(kind)
            case Bool():
                return numbers.random() < 0.5
            case Date():
                return (numbers.choice(_DAYS) + timedelta(days=numbers.randint(0, 3 if common else 300))).isoformat()
            case Timestamp():
                return self._instant()
            case Uuid():
                return str(ABSENT)
            case Reference(entity):
                return self.row(entity)
            case Json():
                return self._json(3)
            case Enumeration(values):
                return numbers.choice(values)
            case Record(inputs):
                return {
                    travelling(each): self.fitting(each.type, common=common)
                    for each in inputs
                    if not each.optional or numbers.random() < 0.5
                }
            case ListOf(item, smallest, largest):
                count = numbers.randint(smallest, min(largest, smallest + 3))
                return [self.fitting(item, common=common) for _ in range(count)]
            case _:
                assert_never(kind)

    def row(self, entity: str) -> Ref:
        """One of the entity's rows, new ones more often."""
        pick = self._numbers.choice((-1, -1, -2, -3, self._numbers.randint(0, 60)))
        return Ref(f"row {entity}", pick, self._numbers.random() < 0.03)

    def odd(self, kind: Type) -> Node:
        """What somebody might send where the type is expected; some of it fits."""
        numbers = self._numbers
        if numbers.random() < 0.4:
            return numbers.choice(_ANYTHING)
        match kind:
            case Text(minimum, maximum, form):
                edges: tuple[Node, ...] = (
                    "x" * max(minimum - 1, 0),
                    "x" * (maximum + 1),
                    "😀" * min(maximum, 300),
                    "é" * min(maximum + 1, 5001),
                )
                return numbers.choice(_TEXTS[form] + edges)
            case Integer(minimum, maximum, wide):
                bounds: tuple[Node, ...] = (minimum - 1, maximum + 1, str(minimum - 1), str(maximum + 1), str(2**63))
                return numbers.choice(_WHOLE + bounds + ((str(minimum), "-0", "007") if wide else ()))
            case Exact():
                return numbers.choice(_EXACT + self._edges(kind))
            case Date():
                return numbers.choice(_DATES)
            case Timestamp():
                return numbers.choice(_TIMES)
            case Uuid() | Reference():
                return numbers.choice(_UUIDS)
            case Record(inputs):
                found = self.fitting(kind)
                assert isinstance(found, dict)
                each = numbers.choice(inputs)
                name = travelling(each)
                found[numbers.choice((name, name, name, *STRANGERS))] = self.odd(each.type)
                return found
            case ListOf(item, smallest, largest):
                whole = numbers.choice((max(smallest - 1, 0), smallest, largest + 1)) if largest < 200 else smallest
                items: list[Node] = [self.fitting(item) for _ in range(whole)]
                return [*items, self.odd(item)] if numbers.random() < 0.6 else items
            case Enumeration(values):
                words: tuple[Node, ...] = (values[0].upper(), f" {values[0]}", values[0] + "\n", [values[0]], "")
                return numbers.choice(words)
            case Bool() | Json():
                return numbers.choice(_ANYTHING)
            case _:
                assert_never(kind)

    def _text(self, kind: Text, common: bool) -> str:
        numbers = self._numbers
        salt = numbers.randint(0, 5) if common else numbers.randint(0, 10**9)
        match kind.format:
            case "email":
                return numbers.choice((f"p{salt}@example.com", f"P{salt}@Example.COM", f"p{salt}+x@sub.example.org"))
            case "url":
                return f"https://example.com/{salt}?q=é#f"
            case "phone":
                return f"+1555{salt % 10**7:07d}"
            case "slug":
                return f"s-{salt}".ljust(kind.min_length, "x")[: kind.max_length].rstrip("-")
            case "plain":
                if kind.pattern is not None:
                    return matching(kind.pattern, kind.min_length, kind.max_length, salt)
            case _:
                assert_never(kind.format)
        if common:
            return f"w{salt}".ljust(kind.min_length, "x")[: kind.max_length]
        if numbers.random() < 0.1:
            return "m" * (kind.max_length if kind.max_length <= 5000 else 5000)
        words = "".join(numbers.choice(_LETTERS) for _ in range(numbers.randint(0, 6)))
        return (f"w{salt}{words}" if numbers.random() < 0.9 else words).ljust(kind.min_length, "x")[: kind.max_length]

    def _edges(self, kind: Exact) -> tuple[Node, ...]:
        step = Decimal(1).scaleb(-kind.scale)
        bounds = [each for each in (kind.minimum, kind.maximum, kind.above, kind.below) if each is not None]
        widest = "9" * (kind.precision - kind.scale)
        return (
            widest,
            f"{widest}9",
            f"0.{'1' * (kind.scale + 1)}",
            *(str(each + by) for each in bounds for by in (-step, 0, step)),
        )

    def _exact(self, kind: Exact) -> str:
        step = Decimal(1).scaleb(-kind.scale)
        low = (
            kind.minimum if kind.minimum is not None else kind.above + step if kind.above is not None else Decimal(-50)
        )
        high = kind.maximum if kind.maximum is not None else kind.below - step if kind.below is not None else None
        widest = Decimal(10) ** (kind.precision - kind.scale) - step
        top = min(high if high is not None else widest, widest)
        near = min(top, low + 1000)
        steps = int((near - low) / step)
        drawn = low + self._numbers.randint(0, max(steps, 0)) * step
        number = self._numbers.choice((drawn, drawn, drawn, low, top)).quantize(step)
        written = str(number)
        return written.rstrip("0").rstrip(".") if "." in written and self._numbers.random() < 0.3 else written

    def _instant(self) -> str:
        numbers = self._numbers
        instant = numbers.choice(_INSTANTS) + timedelta(minutes=numbers.randint(0, 10**5))
        fraction = numbers.choice(("", ".5", ".123", ".123456", ".9999", ".000"))
        return f"{instant:%Y-%m-%dT%H:%M:%S}{fraction}{numbers.choice(_ZONES[:1] + _ZONES[2:])}"

    def _json(self, depth: int) -> Node:
        numbers = self._numbers
        if depth == 0 or numbers.random() < 0.5:
            return numbers.choice(
                (*_ANYTHING[:10], 0.1, -0.0, 1e-7, 1e21, 123456789012345680000, 1.0, "é😀\n", "\x7f\u2028")
            )
        if numbers.random() < 0.5:
            return [self._json(depth - 1) for _ in range(numbers.randint(0, 3))]
        return {numbers.choice(("a", "b", *STRANGERS)): self._json(depth - 1) for _ in range(numbers.randint(0, 3))}
