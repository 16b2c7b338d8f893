"""What every server writes into its log: JSON lines on standard output."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from backwright.lowering.caching import cached
from backwright.plan.indexes import called, emits
from backwright.plan.model import Plan

__all__ = ["COMMON", "Event", "events", "fields"]


@dataclass(frozen=True, slots=True)
class Event:
    """`fields` are in every line of it, `optional` ones only where they are known; those of `COMMON` come on top."""

    name: str
    level: Literal["fatal", "error", "warn", "info"]
    when: str
    fields: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


COMMON = ("level", "time", "service", "event")
_FIELDS = {
    "level": "`fatal`, `error`, `warn` or `info`",
    "time": "RFC 3339 in UTC",
    "service": "the application",
    "event": "one of the names above",
    "action": "the operation of the contract, or `access`",
    "address": "of the client, where it can be known",
    "attempts": "how often it has been tried",
    "call": "of an outside system, `PORT.name`",
    "code": "with which the socket was closed (RFC 6455, 7.4)",
    "count": "how many",
    "err": "`name`, `message`, `stack` and, where there is one, `code` and `cause`; never the values of a row",
    "failed": "how many of them did not go well",
    "host": "the address that is listened on",
    "id": "of the event or the call, the same in every attempt",
    "job": "its name in the blueprint",
    "mailId": "the row of the mail",
    "message": "what went wrong, in words",
    "method": "of the request",
    "milliseconds": "from the arrival of the head to the end of the answer",
    "name": "of the event",
    "operation": "that the call follows from",
    "outcome": "of the call",
    "path": "of the request, without its query string",
    "port": "the port that is listened on",
    "reason": "what was wrong, in a few words",
    "requestId": "the `X-Request-Id` of the answer",
    "row": "its id",
    "signal": "its name, such as `SIGTERM`",
    "status": "of the answer; 499 where the client left before",
    "subject": "what the event is about; null where it has no order",
    "traceId": "of the request's trace (W3C Trace Context), while traces are sent",
    "userId": "the account of a caller with a valid token",
}
_EVENTS = (
    Event("server.started", "info", "The server takes requests", ("host", "port")),
    Event("server.stopping", "info", "It was told to stop: nothing new is taken, readiness is 503", ("signal",)),
    Event("server.stopped", "info", "Everything under way has ended"),
    Event("server.failed", "fatal", "It cannot start; the process ends with 1", ("message",)),
    Event("metrics.started", "info", "Metrics are served", ("host", "port")),
    Event(
        "request",
        "info",
        "A request has ended, however it did",
        ("requestId", "method", "path", "address", "status", "milliseconds"),
        ("userId", "traceId"),
    ),
    Event(
        "security.refused",
        "warn",
        "A change of how somebody signs in failed, or a request was refused with 401, 403 or 429",
        ("requestId", "action", "address", "status"),
        ("reason", "userId", "traceId"),
    ),
    Event("request.failed", "error", "A request was answered with 5xx", ("requestId", "err"), ("traceId",)),
    Event("traces.dropped", "warn", "Spans were lost: no collector took them in time", ("count", "reason")),
    Event("limits.unavailable", "error", "Requests cannot be counted; each server counts for itself", ("err",)),
    Event(
        "request.unreadable",
        "info",
        "What arrived was no HTTP, too large a head, or too slow",
        ("requestId", "status", "reason"),
    ),
)
_OF_ACCOUNTS = ("userId",)
_WITH_ACCOUNTS = (
    Event(
        "security.succeeded",
        "info",
        "Somebody signed in, proved an address, or changed how they sign in",
        ("requestId", "action", "address"),
        ("userId", "traceId"),
    ),
    Event("mail.failed", "warn", "A mail could not be sent; it is tried again", ("mailId", "attempts", "reason")),
    Event("mails.failed", "error", "The mails cannot be read or written; it is tried again", ("err",)),
    Event(
        "cleaning.failed", "error", "What is old could not be deleted; ten minutes later it is tried again", ("err",)
    ),
)
_ABOUT = ("id", "name", "subject", "attempts")
_EMITTING = (
    Event("event.published", "info", "Every subscriber has taken an event", _ABOUT),
    Event("event.failed", "warn", "A subscriber failed; the event is delivered again", (*_ABOUT, "err")),
    Event("event.dead", "error", "An event failed too often and is given up", _ABOUT),
    Event("outbox.failed", "error", "The outbox cannot be read or written; it is tried again", ("err",)),
)
_OF_CALLS = ("id", "call", "operation", "attempts")
_CALLING = (
    Event("call.done", "info", "What follows from the outcome of a call is committed", (*_OF_CALLS, "outcome")),
    Event("call.failed", "warn", "A call failed, or what follows from it; it is made again", (*_OF_CALLS, "err")),
    Event(
        "call.refused",
        "error",
        "The steps of the outcome refused, and nothing of it happened; somebody must look",
        (*_OF_CALLS, "outcome", "reason"),
    ),
    Event("call.dead", "error", "A call failed too often and is given up", _OF_CALLS),
    Event("calls.failed", "error", "The calls cannot be read or written; it is tried again", ("err",)),
)
_WORKING = (
    Event("job.done", "info", "A run of a job has come to its end", ("job", "count", "failed")),
    Event("job.failed", "error", "A row of a run failed; the next run meets it again", ("job", "row", "err")),
    Event("jobs.failed", "error", "A run was left; it goes on from the row that it had reached", ("err",)),
)

_LISTENING = (
    Event(
        "socket.closed",
        "info",
        "A socket that was open has ended; `requestId` is that of its handshake",
        ("requestId", "userId", "code", "milliseconds"),
    ),
    Event("channels.failed", "error", "Events for sockets or permissions cannot be read; it is tried again", ("err",)),
)
_KEEPING = (
    Event(
        "changes.failed",
        "warn",
        "The database does not say what is written; until it does again, no answer is kept",
        ("err",),
    ),
)


def events(plan: Plan) -> tuple[Event, ...]:
    """Every event that a server of this plan may log."""
    found = _EVENTS + (_EMITTING if emits(plan) else ())
    found += (_CALLING if called(plan) else ()) + (_LISTENING if plan.channels else ())
    found += (_WORKING if plan.jobs else ()) + (_KEEPING if cached(plan) else ())
    if plan.identity:
        return found + _WITH_ACCOUNTS
    return tuple(
        replace(each, optional=tuple(name for name in each.optional if name not in _OF_ACCOUNTS)) for each in found
    )


def fields(plan: Plan) -> dict[str, str]:
    """What each field means."""
    used = {*COMMON, *(name for each in events(plan) for name in (*each.fields, *each.optional))}
    return {name: meaning for name, meaning in _FIELDS.items() if name in used}
