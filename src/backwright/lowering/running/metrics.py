"""What every server measures: OpenTelemetry's semantic conventions, named as Prometheus names them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from backwright.lowering.caching import cached
from backwright.plan.indexes import called, emits
from backwright.plan.model import Plan
from backwright.plan.objectives import objectives

__all__ = ["METHODS", "Metric", "metrics"]


@dataclass(frozen=True, slots=True)
class Metric:
    """`key` is its name in code; `buckets` are the upper bounds of a histogram, in the unit of the name."""

    key: str
    name: str
    kind: Literal["counter", "gauge", "histogram"]
    labels: tuple[str, ...]
    help: str
    buckets: tuple[float, ...] = ()


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""Those that are told apart; every other one is `_OTHER`, so that nobody makes up labels."""

# Those that the semantic conventions advise for HTTP.
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
_DELAYS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_POOL = "db_client_connection_pool_name"
_ALWAYS = (
    Metric(
        "requestDuration",
        "http_server_request_duration_seconds",
        "histogram",
        ("http_request_method", "http_route", "http_response_status_code"),
        "How long requests take; the route is empty where none was found, the status 499 where the client left.",
        _SECONDS,
    ),
    Metric(
        "eventLoopDelay",
        "event_loop_delay_seconds",
        "histogram",
        (),
        "How much later than due a timer of the event loop runs.",
        _DELAYS,
    ),
    Metric(
        "connectionCount",
        "db_client_connection_count",
        "gauge",
        (_POOL, "db_client_connection_state"),
        "Connections to the database; those that all reads share are always used.",
    ),
    Metric(
        "connectionMax",
        "db_client_connection_max",
        "gauge",
        (_POOL,),
        "How many connections to the database there may be.",
    ),
    Metric(
        "pendingRequests",
        "db_client_connection_pending_requests",
        "gauge",
        (_POOL,),
        "Who waits for a connection to the database.",
    ),
    Metric("processTime", "process_cpu_seconds_total", "counter", (), "Processor time of the server."),
    Metric("processMemory", "process_resident_memory_bytes", "gauge", (), "Memory of the server that is in use."),
)
_IDENTITY = (Metric("logins", "logins_total", "counter", ("result",), "Logins by result: success or failure."),)
_EVENTS = (Metric("outboxLag", "outbox_lag_seconds", "gauge", (), "Age of the oldest event that is not delivered."),)
_CALLS = (
    Metric("callsLag", "calls_lag_seconds", "gauge", (), "How long the call that is due the longest has waited."),
    Metric(
        "callDuration",
        "port_call_duration_seconds",
        "histogram",
        ("call", "outcome"),
        "How long calls of outside systems take, by outcome; failed where there was none.",
        _SECONDS,
    ),
)
_JOBS = (
    Metric(
        "jobRows",
        "job_rows_total",
        "counter",
        ("job", "result"),
        "Rows that jobs have worked on, by result: done or failed.",
    ),
)

_CHANNELS = (
    Metric("socketCount", "socket_count", "gauge", (), "Open sockets."),
    Metric("socketMessages", "socket_messages_total", "counter", ("direction",), "Messages: received or sent."),
)
_CACHES = (
    Metric(
        "responseCacheRequests",
        "response_cache_requests_total",
        "counter",
        ("result",),
        "Reads of what may be kept, by result: hit, joined (it was on its way), or miss (the database is asked).",
    ),
    Metric(
        "responseCacheDropped",
        "response_cache_dropped_total",
        "counter",
        ("reason",),
        "Kept answers that were dropped, by reason: written, expired, evicted, or unheard (no word of writes).",
    ),
    Metric("responseCacheBytes", "response_cache_bytes", "gauge", (), "What kept answers take."),
)


def metrics(plan: Plan) -> tuple[Metric, ...]:
    """What a server of this plan measures."""
    parts = (
        (_IDENTITY, plan.identity),
        (_EVENTS, emits(plan)),
        (_CALLS, called(plan)),
        (_JOBS, plan.jobs),
        (_CHANNELS, plan.channels),
        (_CACHES, cached(plan)),
    )
    found = (*_ALWAYS, *(metric for measured, there in parts if there for metric in measured))
    bounds = _bounds(objectives(plan).p95)
    return tuple(replace(each, buckets=bounds) if each.key == "requestDuration" else each for each in found)


def _bounds(stated: float | None) -> tuple[float, ...]:
    """With one where the objective is: who is slower is counted then, and not estimated."""
    return tuple(sorted({*_SECONDS, *((round(stated, 6),) if stated else ())}))
