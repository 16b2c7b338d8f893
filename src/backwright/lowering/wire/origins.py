"""What pages of other origins may send and read (Fetch Standard, 3.3)."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.lowering.wire.retiring import notices
from backwright.lowering.wire.routes import PRECONDITION, READS, routes
from backwright.plan.model import Plan

__all__ = ["Sharing", "sharing"]

_EXPOSED = ("ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id")


@dataclass(frozen=True, slots=True)
class Sharing:
    """The values of three headers: methods and headers that a request may have, headers of answers to be read."""

    methods: str
    headers: str
    exposed: str


def sharing(plan: Plan) -> Sharing:
    """Exactly what the routes have a use for."""
    found = routes(plan)
    methods = {"HEAD" if route.kind in READS else route.method for route in found} | {route.method for route in found}
    used = {"Content-Type": any(route.method not in ("GET", "DELETE") for route in found)}
    used["Authorization"] = plan.identity is not None
    used["Idempotency-Key"] = any(route.idempotent for route in found)
    used["If-Match"] = any(route.kind in PRECONDITION for route in found)
    used["If-None-Match"] = any(route.kind in READS for route in found)
    headers = sorted(name for name, wanted in used.items() if wanted)
    said = {name for route in found if route.retirement for name, _ in notices(route.retirement)}
    return Sharing(", ".join(sorted(methods)), ", ".join(headers), ", ".join(sorted({*_EXPOSED, *said})))
