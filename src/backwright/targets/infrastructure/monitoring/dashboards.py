"""What is drawn: one dashboard for each question that somebody comes with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from backwright.plan.model import Plan
from backwright.plan.objectives import objectives
from backwright.targets.infrastructure.monitoring.burning import ratio
from backwright.targets.infrastructure.monitoring.queries import Queries

__all__ = ["SOURCE", "dashboards"]

SOURCE = "prometheus"
_WIDTH, _HEIGHT, _COLUMNS = 12, 8, 2


@dataclass(frozen=True, slots=True)
class _Panel:
    """A graph of queries by their legends; `unit` is Grafana's name for it."""

    title: str
    unit: str
    queries: tuple[tuple[str, str], ...]


def dashboards(plan: Plan, queries: Queries) -> Iterator[tuple[str, str]]:
    """Name and JSON model of each."""
    drawn = (
        ("responses", "Responses", (*_responses(queries), *_objective(plan, queries))),
        ("resources", "Resources", tuple(_resources(queries))),
        ("errors", "Errors", tuple(_errors(queries))),
        ("api", "API", tuple(_api(queries))),
        ("database", "Database", (*_database(queries), *_background(queries))),
        ("security", "Security", tuple(_security(queries))),
    )
    for name, title, panels in drawn:
        yield name, json.dumps(_dashboard(queries.job, name, title, panels), indent=2) + "\n"


def _dashboard(job: str, name: str, title: str, panels: tuple[_Panel, ...]) -> dict[str, object]:
    return {
        "uid": f"{job}-{name}"[:40],
        "title": f"{job}: {title}",
        "tags": [job],
        "editable": False,
        "refresh": "30s",
        "schemaVersion": 41,
        "time": {"from": "now-3h", "to": "now"},
        "timezone": "utc",
        "panels": [_drawn(at, each) for at, each in enumerate(panels)],
    }


def _drawn(at: int, panel: _Panel) -> dict[str, object]:
    source = {"type": "prometheus", "uid": SOURCE}
    return {
        "id": at + 1,
        "title": panel.title,
        "type": "timeseries",
        "datasource": source,
        "gridPos": {"x": at % _COLUMNS * _WIDTH, "y": at // _COLUMNS * _HEIGHT, "w": _WIDTH, "h": _HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + number), "datasource": source, "expr": query, "legendFormat": legend}
            for number, (query, legend) in enumerate(panel.queries)
        ],
    }


_WINDOW = "$__rate_interval"
_QUANTILES = (0.5, 0.95, 0.99)


def _legend(label: str) -> str:
    return f"{{{{{label}}}}}"


def _by(queries: Queries, title: str, label: str, statuses: str = "") -> _Panel:
    return _Panel(
        title, "reqps", ((_named(queries, queries.requests(_WINDOW, statuses, by=label), label), _legend(label)),)
    )


def _named(queries: Queries, query: str, label: str) -> str:
    """What was refused before a route was found has none, and is shown as that."""
    route = queries.label("requestDuration", 1)
    return f'label_replace({query}, "{route}", "before a route", "{route}", "")' if label == route else query


def _share(queries: Queries, title: str, statuses: str, legend: str) -> _Panel:
    """Of all requests; zero, not nothing, where there were none of these."""
    part = f"({queries.requests(_WINDOW, statuses)} or vector(0)) / {queries.requests(_WINDOW)}"
    return _Panel(title, "percentunit", ((part, legend),))


def _quantiles(queries: Queries, title: str, key: str) -> _Panel:
    return _Panel(title, "s", tuple((queries.quantile(key, each, _WINDOW), f"p{each * 100:g}") for each in _QUANTILES))


def _responses(queries: Queries) -> Iterator[_Panel]:
    status = queries.label("requestDuration", 2)
    yield _Panel("Requests", "reqps", ((queries.requests(_WINDOW), "all"),))
    yield _quantiles(queries, "Duration", "requestDuration")
    yield _by(queries, "By status", status)
    yield _share(queries, "Failures", "5..", "5xx")


def _objective(plan: Plan, queries: Queries) -> Iterator[_Panel]:
    budget = objectives(plan).budget
    if budget is not None:
        burns = tuple((f"{ratio(queries, each)} / {budget.normalize():f}", each) for each in ("1h", "6h", "3d"))
        yield _Panel("How many times as fast as allowed the budget of failures burns", "none", burns)


def _resources(queries: Queries) -> Iterator[_Panel]:
    yield _Panel("Servers", "none", ((f'sum(up{{job="{queries.job}"}})', "up"),))
    yield _Panel(
        "Delay of the event loop, p99",
        "s",
        ((queries.quantile("eventLoopDelay", 0.99, _WINDOW, by="instance"), _legend("instance")),),
    )
    for title, unit, used in (
        ("Processors in use", "none", f"sum by (instance) (rate({queries.series('processTime')}[{_WINDOW}]))"),
        ("Memory", "bytes", f"sum by (instance) ({queries.series('processMemory')})"),
    ):
        yield _Panel(title, unit, ((used, _legend("instance")),))
    yield _Panel("Requests by server", "reqps", ((queries.requests(_WINDOW, by="instance"), _legend("instance")),))
    for key, title, unit in (("socketCount", "Open sockets", "none"), ("responseCacheBytes", "Kept answers", "bytes")):
        if queries.has(key):
            yield _Panel(title, unit, ((f"sum by (instance) ({queries.series(key)})", _legend("instance")),))
    for key, title, label in (
        ("socketMessages", "Messages", 0),
        ("responseCacheRequests", "Reads of kept answers", 0),
        ("responseCacheDropped", "Kept answers dropped", 0),
    ):
        if queries.has(key):
            name = queries.label(key, label)
            yield _Panel(title, "ops", ((queries.rate(key, _WINDOW, by=name), _legend(name)),))


def _errors(queries: Queries) -> Iterator[_Panel]:
    _, route, status = queries.measured["requestDuration"].labels
    yield _by(queries, "Failures of the server, by status", status, "5..")
    yield _by(queries, "Failures of the server, by route", route, "5..")
    yield _by(queries, "Refusals, by status", status, "4..")
    yield _share(queries, "Clients that left", "499", "499")


def _api(queries: Queries) -> Iterator[_Panel]:
    method, route, _ = queries.measured["requestDuration"].labels
    yield _by(queries, "Requests by route", route)
    yield _by(queries, "Requests by method", method)
    slowest = _named(queries, f"topk(10, {queries.quantile('requestDuration', 0.95, _WINDOW, by=route)})", route)
    yield _Panel("Slowest routes, p95", "s", ((slowest, _legend(route)),))
    refused = _named(queries, queries.share(_WINDOW, "[45]..", by=route), route)
    yield _Panel("Refused or failed, by route", "percentunit", ((refused, _legend(route)),))


def _database(queries: Queries) -> Iterator[_Panel]:
    pool, state = queries.measured["connectionCount"].labels
    legend = f"{_legend(pool)} {_legend(state)}"
    yield _Panel("Connections", "none", ((f"sum by ({pool}, {state}) ({queries.series('connectionCount')})", legend),))
    yield _Panel("Most connections", "none", ((f"sum by ({pool}) ({queries.series('connectionMax')})", _legend(pool)),))
    yield _Panel(
        "Waiting for a connection", "none", ((f"sum by ({pool}) ({queries.series('pendingRequests')})", _legend(pool)),)
    )
    yield _share(queries, "Out of reach or too busy", "503", "503")


def _background(queries: Queries) -> Iterator[_Panel]:
    for key, title in (("outboxLag", "Oldest event not delivered"), ("callsLag", "Call that waits the longest")):
        if queries.has(key):
            yield _Panel(title, "s", ((f"max({queries.series(key)})", "age"),))
    if queries.has("callDuration"):
        call, outcome = queries.measured["callDuration"].labels
        calls = queries.rate("callDuration", _WINDOW, by=f"{call}, {outcome}")
        yield _Panel("Calls of outside systems", "ops", ((calls, f"{_legend(call)} {_legend(outcome)}"),))
    if queries.has("jobRows"):
        job, result = queries.measured["jobRows"].labels
        rows = queries.rate("jobRows", _WINDOW, by=f"{job}, {result}")
        yield _Panel("Rows of jobs", "ops", ((rows, f"{_legend(job)} {_legend(result)}"),))


def _security(queries: Queries) -> Iterator[_Panel]:
    _, route, status = queries.measured["requestDuration"].labels
    if queries.has("logins"):
        result = queries.label("logins", 0)
        yield _Panel("Logins", "ops", ((queries.rate("logins", _WINDOW, by=result), _legend(result)),))
    yield _by(queries, "Refused for who asks or how often", status, "401|403|429")
    yield _by(queries, "Refused for who asks, by route", route, "401|403")
    yield _by(queries, "Too many requests, by route", route, "429")
