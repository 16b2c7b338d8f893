"""The threat model: STRIDE over what the application has (Shostack, Threat Modeling, 2014)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backwright.plan.indexes import called
from backwright.plan.model import Plan

__all__ = ["Threat", "threats"]


@dataclass(frozen=True, slots=True)
class Threat:
    """What somebody may try, what stands against it, and the check of a gate that shows it."""

    kind: str
    what: str
    answer: str
    gate: str
    check: str


def threats(plan: Plan) -> tuple[Threat, ...]:
    """In the order of STRIDE."""
    return tuple(_threats(plan))


def _threats(plan: Plan) -> Iterator[Threat]:
    if plan.identity:
        yield Threat("spoofing", "a forged or stolen token", "signature, session, five seconds", "security", "B4")
        yield Threat("spoofing", "guessed passwords", "argon2id, growing delays, a list", "security", "C9")
    if plan.channels:
        yield Threat(
            "spoofing",
            "a socket of another page",
            "origins, tickets that hold once",
            "realtime",
            "gate/realtime-hostile",
        )
    yield Threat("tampering", "more members than a body may have", "strict schemas, column guards", "security", "A8")
    yield Threat("tampering", "SQL in values", "parameters alone", "security", "D1")
    yield Threat(
        "tampering", "a write of somebody else's row", "row policies in the database", "policy", "gate/policy-write"
    )
    if plan.identity:
        yield Threat("repudiation", "nobody did it", "who, whence, what, in the log", "security", "J4")
    yield Threat(
        "disclosure", "a row of somebody else", "row policies; hidden is not there", "policy", "gate/policy-leak"
    )
    yield Threat("disclosure", "the inside in errors", "problems of fixed words", "security", "J1")
    yield Threat("disclosure", "secrets in files", "environment alone", "security", "J6")
    yield Threat("denial", "bodies, heads and clients without end", "limits of size and time", "security", "F1")
    yield Threat("denial", "too many requests", "limits by caller and operation", "tests", "tests/integration/server")
    if called(plan):
        yield Threat(
            "denial",
            "an outside system that never answers",
            "calls after the commit",
            "faults",
            "gate/faults-background",
        )
    if plan.identity:
        yield Threat(
            "elevation", "a role at registration", "roles are given in the database", "policy", "gate/policy-write"
        )
        yield Threat("elevation", "a role that was taken away", "asked again within five seconds", "security", "A12")
    yield Threat("elevation", "the server's own rights", "no owner, no definitions", "schema", "gate/schema-role")
