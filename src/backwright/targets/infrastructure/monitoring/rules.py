"""What somebody is told about, and when: rules over what the servers of a plan measure."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.plan.model import Plan
from backwright.plan.objectives import objectives
from backwright.targets.infrastructure.monitoring.alerts import Alert, Group, Samples
from backwright.targets.infrastructure.monitoring.background import background
from backwright.targets.infrastructure.monitoring.burning import availability, latency
from backwright.targets.infrastructure.monitoring.queries import Queries

__all__ = ["groups"]


def groups(plan: Plan, queries: Queries) -> tuple[Group, ...]:
    """Those that this plan has something to say in; an objective only where one is stated."""
    stated = objectives(plan)
    found = [
        *availability(queries, stated),
        *latency(queries, stated),
        Group("servers", tuple(_servers(queries))),
        Group("saturation", tuple(_saturation(queries))),
        Group("errors", tuple(_errors(queries))),
        Group("access", tuple(_access(queries))),
        Group("background", tuple(background(queries))),
    ]
    return tuple(each for each in found if each.rules)


_INSTANCE = (("instance", "a"),)


def _servers(queries: Queries) -> Iterator[Alert]:
    up = f'up{{job="{queries.job}", instance="a"}}'
    yield Alert(
        "ServerDown",
        f'up{{job="{queries.job}"}} == 0',
        "2m",
        "page",
        "A server does not answer Prometheus.",
        raised=((up, "0x30"),),
        quiet=((up, "1x30"),),
        labels=(("instance", "a"), ("job", queries.job)),
    )
    yield Alert(
        "NoServers",
        f'absent(up{{job="{queries.job}"}} == 1)',
        "2m",
        "page",
        "No server answers Prometheus at all.",
        raised=((up, "0x30"),),
        quiet=((up, "1x30"),),
    )


def _saturation(queries: Queries) -> Iterator[Alert]:
    pool = queries.label("connectionMax", 0)
    taken = f'{queries.label("connectionCount", 1)}="used"'
    writers = f'{pool}="writers"'

    def used(count: int) -> Samples:
        return (
            (queries.series("connectionCount", writers, taken, 'instance="a"'), f"{count}x30"),
            (queries.series("connectionMax", writers, 'instance="a"'), "10x30"),
        )

    yield Alert(
        "DatabaseConnectionsNearlyExhausted",
        f"sum by (instance) ({queries.series('connectionCount', writers, taken)})"
        f" / sum by (instance) ({queries.series('connectionMax', writers)}) > 0.9",
        "5m",
        "ticket",
        "Nearly all connections for writes are in use.",
        raised=used(10),
        quiet=used(9),
        labels=_INSTANCE,
    )
    waiting = queries.series("pendingRequests", writers, 'instance="a"')
    yield Alert(
        "DatabaseConnectionsAwaited",
        f"min by (instance) (min_over_time({queries.series('pendingRequests', writers)}[5m])) > 0",
        "5m",
        "page",
        "Requests wait for a connection to the database without a pause.",
        raised=((waiting, "1x30"),),
        quiet=((waiting, "1 1 0 1 1 1 0 1 1 1 0 1 1 1 0 1 1 1 0 1 1 1 0 1 1 1 0 1 1 1 0"),),
        labels=_INSTANCE,
    )
    bounds = queries.measured["eventLoopDelay"].buckets
    below, above = max(each for each in bounds if each <= _DELAY), min(each for each in bounds if each > _DELAY)

    def delays(bound: float) -> Samples:
        """All of them between the bound below and this one."""
        return tuple(
            (queries.series("eventLoopDelay", f'le="{each}"', 'instance="a"', part="_bucket"), f"0+{count}x30")
            for each, count in ((below, 0 if bound == above else 100), (above, 100), ("+Inf", 100))
        )

    yield Alert(
        "EventLoopDelayed",
        f"{queries.quantile('eventLoopDelay', 0.99, '5m', by='instance')} > {_DELAY}",
        "5m",
        "ticket",
        "Work on one request keeps all others of its server waiting.",
        raised=delays(above),
        quiet=delays(below),
        labels=_INSTANCE,
    )


_DELAY = 0.1


def _errors(queries: Queries) -> Iterator[Alert]:
    yield _status_alert(
        queries,
        ("ServerFaults", "page", "More than one request in a hundred ends with 500: the server itself is at fault."),
        "500",
        0.01,
    )
    yield _status_alert(
        queries,
        (
            "DatabaseUnavailable",
            "page",
            "More than one request in twenty ends with 503: the database is out of reach or too busy.",
        ),
        "503",
        0.05,
    )
    yield _status_alert(
        queries,
        ("ClientsLeave", "ticket", "More than one client in ten leaves before the answer."),
        "499",
        0.1,
    )


def _access(queries: Queries) -> Iterator[Alert]:
    yield _status_alert(
        queries,
        ("AccessRefused", "ticket", "More than a third of the requests are refused for who asks."),
        "401|403",
        0.3,
    )
    yield _status_alert(
        queries,
        ("RateLimited", "ticket", "More than one request in ten is refused because there were too many."),
        "429",
        0.1,
    )
    if not queries.has("logins"):
        return
    result = queries.label("logins", 0)
    failed, succeeded = f'{result}="failure"', f'{result}="success"'

    def tries(failures: int) -> Samples:
        return (
            (queries.series("logins", failed, 'instance="a"'), f"0+{failures}x30"),
            (queries.series("logins", succeeded, 'instance="a"'), "0+10x30"),
        )

    yield Alert(
        "LoginsFail",
        f"{queries.rate('logins', '10m', failed)} > 0.5"
        f" and {queries.rate('logins', '10m', failed)} > 2 * ({queries.rate('logins', '10m', succeeded)} or vector(0))",
        "5m",
        "ticket",
        "Far more passwords are wrong than right: somebody may be guessing.",
        raised=tries(33),
        quiet=tries(27),
    )


def _status_alert(queries: Queries, said: tuple[str, str, str], statuses: str, share: float) -> Alert:
    """About the share of some statuses, a tenth above it and a tenth below."""
    name, severity, summary = said
    status = queries.label("requestDuration", 2)

    def seen(part: float) -> Samples:
        wrong = round(1000 * part)
        return tuple(
            (queries.series("requestDuration", f'{status}="{each}"', part="_count"), f"0+{count}x30")
            for each, count in ((statuses.partition("|")[0], wrong), ("200", 1000 - wrong))
        )

    return Alert(
        name,
        f"{queries.share('5m', statuses)} > {share:g}",
        "5m",
        "page" if severity == "page" else "ticket",
        summary,
        raised=seen(share * 1.1),
        quiet=seen(share * 0.9),
    )
