"""Rules about what servers do by themselves: events, calls, jobs, kept answers."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.targets.infrastructure.monitoring.alerts import Alert
from backwright.targets.infrastructure.monitoring.queries import Queries

__all__ = ["background"]

_LATE = 60
"""Seconds; deliveries are tried again after one second, two, four."""


def background(queries: Queries) -> Iterator[Alert]:
    """About those that this plan has."""
    for key, name, summary in (
        (
            "outboxLag",
            "EventsLate",
            "The oldest event has not been delivered for more than a minute, or nobody delivers any.",
        ),
        (
            "callsLag",
            "CallsLate",
            "A call of an outside system has been due for more than a minute, or nobody makes any.",
        ),
    ):
        if queries.has(key):
            yield _late(queries, key, name, summary)
    if queries.has("callDuration"):
        yield _failing(
            queries,
            ("CallsFail", "callDuration", queries.label("callDuration", 1), "failed"),
            "Calls of an outside system fail.",
        )
    if queries.has("jobRows"):
        yield _failing(
            queries,
            ("JobRowsFail", "jobRows", queries.label("jobRows", 1), "failed"),
            "Rows of a job fail; every run meets them again.",
        )
    if queries.has("responseCacheDropped"):
        yield _failing(
            queries,
            ("ChangesUnheard", "responseCacheDropped", queries.label("responseCacheDropped", 0), "unheard"),
            "The database does not say what is written, so no answers are kept.",
        )


def _late(queries: Queries, key: str, name: str, summary: str) -> Alert:
    lag = queries.series(key, 'instance="a"')
    return Alert(
        name,
        # Where no server works on them, none measures it.
        f"max({queries.series(key)}) > {_LATE} or absent({queries.series(key)})",
        "5m",
        "page",
        summary,
        raised=((lag, f"{_LATE + 1}x30"),),
        quiet=((lag, f"{_LATE}x30"),),
    )


def _failing(queries: Queries, what: tuple[str, str, str, str], summary: str) -> Alert:
    """More than one a minute for a quarter of an hour."""
    name, key, label, value = what
    part = "_count" if queries.measured[key].kind == "histogram" else ""
    chosen = f'{label}="{value}"'
    series = queries.series(key, chosen, 'instance="a"', part=part)
    return Alert(
        name,
        f"{queries.rate(key, '15m', chosen)} > 1 / 60",
        "5m",
        "ticket",
        summary,
        raised=((series, "0+1.1x30"),),
        quiet=((series, "0+0.9x30"),),
    )
