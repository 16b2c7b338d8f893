"""Which requests are security events (ASVS 5.0, 16.3), besides every one that is refused for who asks."""

from __future__ import annotations

from backwright.lowering.wire.routes import BASE, routes
from backwright.plan.model import Plan

__all__ = ["security_actions"]


def security_actions(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Method and path as the router has it, and the operation's name: what changes how somebody signs in."""
    return tuple(
        (f"{route.method} {BASE}{route.path}", route.operation_id)
        for route in routes(plan)
        if route.path.startswith("/auth/") and route.method != "GET"
    )
