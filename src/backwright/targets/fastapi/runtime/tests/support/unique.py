import datetime
import itertools
import random
import time
from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_started = f"{time.time_ns() // 1_000_000:x}"
_count = itertools.count()
_days = itertools.count(time.time_ns() // 10_000_000 % 365_000)
_turns: Counter[str] = Counter()


def unique() -> str:
    """A word that no other row has: small letters and digits."""
    return f"{_started}{pick(DIGITS, 3)}{next(_count):x}"


def pick(alphabet: str, length: int) -> str:
    """So many characters of an alphabet."""
    return "".join(random.choices(alphabet, k=length))


def some_number(low: int, high: int) -> int:
    return random.randint(low, high)


def some_day() -> str:
    """A day after the year 1000 and before today, another one every time."""
    return (datetime.date(1000, 1, 1) + datetime.timedelta(days=next(_days) % 365_000)).isoformat()


def in_turn(column: str, values: Sequence[T]) -> T:
    """One after the other of the few values that a column has."""
    _turns[column] += 1
    return values[(_turns[column] - 1) % len(values)]
