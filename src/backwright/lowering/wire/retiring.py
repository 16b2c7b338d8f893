"""How an answer says that its route is deprecated, and when it goes (RFC 9745, RFC 8594)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from email.utils import format_datetime

from backwright.lowering.wire.routes import Route
from backwright.plan.model import Retirement

__all__ = ["notices", "retirements"]


def notices(retirement: Retirement) -> tuple[tuple[str, str], ...]:
    """The headers: a day begins at midnight in UTC."""
    found = [("Deprecation", f"@{int(_midnight(retirement.deprecated).timestamp())}")]
    if retirement.sunset:
        found.append(("Sunset", format_datetime(_midnight(retirement.sunset), usegmt=True)))
    return tuple(found)


def retirements(found: Iterable[Route]) -> dict[Retirement, str]:
    """The different ones among some routes, each with a name: `retired`, or `retired1`, `retired2`, …"""
    different = list(dict.fromkeys(route.retirement for route in found if route.retirement))
    return {each: f"retired{at if len(different) > 1 else ''}" for at, each in enumerate(different, 1)}


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
