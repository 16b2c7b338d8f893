"""How an answer says that its route is deprecated, and when it goes (RFC 9745, RFC 8594)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.utils import format_datetime

from backwright.plan.model import Retirement

__all__ = ["notices"]


def notices(retirement: Retirement) -> tuple[tuple[str, str], ...]:
    """The headers: a day begins at midnight in UTC."""
    found = [("Deprecation", f"@{int(_midnight(retirement.deprecated).timestamp())}")]
    if retirement.sunset:
        found.append(("Sunset", format_datetime(_midnight(retirement.sunset), usegmt=True)))
    return tuple(found)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
