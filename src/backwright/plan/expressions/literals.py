"""Values written inside texts: durations, instants, dates."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

__all__ = ["LONGEST_DURATION", "parse_date", "parse_duration", "parse_timestamp"]

LONGEST_DURATION = timedelta(days=36525)
_PART = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)(ms|d|h|m|s)", re.ASCII)
_DURATION = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{1,9})?(?:ms|d|h|m|s))+", re.ASCII)
_MILLISECONDS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def parse_duration(text: str) -> timedelta | None:
    """`1h30m`, `90s`, `250ms`, `7d` (a day is 24 hours); None when it is no duration, too long or too fine."""
    if not _DURATION.fullmatch(text):
        return None
    total = sum((Decimal(amount) * _MILLISECONDS[unit] for amount, unit in _PART.findall(text)), Decimal(0))
    if total != total.to_integral_value() or total > LONGEST_DURATION // timedelta(milliseconds=1):
        return None
    length = timedelta(milliseconds=int(total))
    return -length if text.startswith("-") else length


def parse_timestamp(text: str) -> datetime | None:
    """RFC 3339 with at most milliseconds, seen in UTC; None otherwise."""
    if not _TIMESTAMP.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def parse_date(text: str) -> date | None:
    """`2026-01-31`; None otherwise."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
