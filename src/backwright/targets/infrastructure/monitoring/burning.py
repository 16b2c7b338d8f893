"""Stated objectives: how fast the budget of failures burns, over two windows at once, and how long requests take.

Windows and factors are those of The Site Reliability Workbook, chapter 5, table 5-8, for an objective over 30 days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from backwright.plan.objectives import Objectives
from backwright.targets.infrastructure.monitoring.alerts import Alert, Group, Recording, Samples
from backwright.targets.infrastructure.monitoring.queries import Queries

__all__ = ["availability", "latency", "ratio"]


@dataclass(frozen=True, slots=True)
class _Burn:
    """`factor` times as fast as the budget allows, over a `long` window and now, which is a `short` one."""

    name: str
    factor: Decimal
    long: str
    short: str
    lasting: str
    severity: Literal["page", "ticket"]
    step: int
    """Minutes from one sample of its test to the next, several in the short window."""


_BURNS = (
    _Burn("BudgetBurnsInTwoDays", Decimal("14.4"), "1h", "5m", "2m", "page", 1),
    _Burn("BudgetBurnsInFiveDays", Decimal(6), "6h", "30m", "15m", "page", 5),
    _Burn("BudgetBurnsInTenDays", Decimal(3), "1d", "2h", "1h", "ticket", 20),
    _Burn("BudgetBurnsInThirtyDays", Decimal(1), "3d", "6h", "3h", "ticket", 60),
)
_WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
_FAILURES = "5.."
_DAYS = 30
_SAMPLES = 100


def ratio(queries: Queries, window: str) -> str:
    """The recorded share of requests that failed, by window."""
    return f'job:http_server_failures:ratio_rate{window}{{job="{queries.job}"}}'


def availability(queries: Queries, stated: Objectives) -> Iterator[Group]:
    """Nothing where no availability is stated."""
    if stated.budget is None:
        return
    recordings = tuple(
        Recording(
            f"job:http_server_failures:ratio_rate{window}",
            f"({queries.requests(window, _FAILURES, by='job')} or 0 * {queries.requests(window, by='job')})"
            f" / {queries.requests(window, by='job')}",
        )
        for window in _WINDOWS
    )
    yield Group("availability", (*recordings, *(_burn(queries, each, stated.budget) for each in _BURNS)))


def _burn(queries: Queries, burn: _Burn, budget: Decimal) -> Alert:
    limit = burn.factor * budget

    def failing(part: Decimal) -> Samples:
        status = queries.label("requestDuration", 2)
        wrong = int(part * 1_000_000)
        return tuple(
            (queries.series("requestDuration", f'{status}="{each}"', part="_count"), f"0+{count}x{_SAMPLES}")
            for each, count in (("500", wrong), ("200", 1_000_000 - wrong))
        )

    windows = " and ".join(f"{ratio(queries, each)} > {limit.normalize():f}" for each in (burn.long, burn.short))
    return Alert(
        burn.name,
        windows,
        burn.lasting,
        burn.severity,
        f"At this rate the failures that are allowed in {_DAYS} days are used up in {round(_DAYS / burn.factor)}.",
        raised=failing(limit * Decimal("1.05")),
        quiet=failing(limit * Decimal("0.95")),
        step=f"{burn.step}m",
        after=f"{_SAMPLES * burn.step}m",
        labels=(("job", queries.job),),
        section="Availability",
    )


def latency(queries: Queries, stated: Objectives) -> Iterator[Group]:
    """Nothing where no duration is stated."""
    if stated.p95 is None:
        return
    bounds = queries.measured["requestDuration"].buckets
    above = min((each for each in bounds if each > stated.p95), default=None)
    if above is None:
        return
    below = max((each for each in bounds if each < above), default=0.0)

    def lasting(slow: float) -> Samples:
        """Of a hundred requests so many end in the bucket that the objective lies in, evenly; the rest at once."""
        counts = ((below, 100 - slow), (above, 100), ("+Inf", 100))
        return tuple(
            (queries.series("requestDuration", f'le="{bound}"', part="_bucket"), f"0+{count:g}x30")
            for bound, count in counts
            if bound
        )

    # What a share of slow requests puts the quantile on the objective, as Prometheus interpolates it.
    exact = 5 / (1 - (stated.p95 - below) / (above - below))
    yield Group(
        "latency",
        (
            Alert(
                "RequestsSlow",
                f"{queries.quantile('requestDuration', 0.95, '10m')} > {stated.p95:g}",
                "10m",
                "ticket",
                "More than one request in twenty takes longer than stated.",
                raised=lasting(min(100.0, exact * 1.1)),
                quiet=lasting(exact * 0.9),
            ),
        ),
    )
