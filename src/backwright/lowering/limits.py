"""How many requests callers may make, whether or not the blueprint says it (`docs/designs/0006-limits.md`)."""

from __future__ import annotations

from backwright.plan.model import Plan

__all__ = ["has_own_limit", "limits"]

_UNITS = {1: "s", 60: "min", 3600: "h"}
_OPERATION = "60/min"


def limits(plan: Plan) -> tuple[tuple[str, str], ...]:
    """By name, what holds unless the environment says otherwise; a role only where it has a limit of its own."""
    found = {"anonymous": "300/min"}
    if plan.identity:
        found |= {"user": "1200/min", "login": "30/min", "register": "60/min"}
    found |= {operation.name: _OPERATION for operation in plan.operations if has_own_limit(plan, operation.name)}
    found |= {limit.name: f"{limit.requests}/{_UNITS[limit.seconds]}" for limit in plan.limits}
    return tuple(found.items())


def has_own_limit(plan: Plan, operation: str) -> bool:
    """Whether an operation's name is not that of a kind of caller or of a way to sign in."""
    accounts = ("user", "login", "register", *plan.identity.roles) if plan.identity else ()
    return operation not in ("anonymous", *accounts)
