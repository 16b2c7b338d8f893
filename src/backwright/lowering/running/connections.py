"""Connections to PostgreSQL that a server opens."""

from __future__ import annotations

from collections.abc import Mapping

from backwright.lowering.caching import cached
from backwright.plan.indexes import called, emits
from backwright.plan.model import Plan

__all__ = ["CONNECTIONS", "RESERVED", "listening", "most_connections"]

CONNECTIONS, RESERVED = 100, 3
"""PostgreSQL's defaults of `max_connections` and `superuser_reserved_connections`."""


def listening(plan: Plan) -> int:
    """Those that only listen: for events, for calls, for sockets, for what an answer that is kept is made of."""
    return sum(map(bool, (emits(plan), called(plan), plan.channels, cached(plan))))


def most_connections(plan: Plan, defaults: Mapping[str, str]) -> int:
    """Of one server at once, with the variables as they are unless set."""
    return int(defaults["DATABASE_POOL_SIZE"]) + int(defaults["DATABASE_READERS"]) + listening(plan)
