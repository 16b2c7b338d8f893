"""Routes and rules as tables show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from backwright.lowering.operations import routines
from backwright.lowering.wire.routes import BASE, Route, routes
from backwright.plan.model import Plan
from backwright.targets.documentation.words import cell, spoken, who

__all__ = ["RouteView", "route_views"]


@dataclass(frozen=True, slots=True)
class RouteView:
    """A line of the routes table."""

    method: str
    path: str
    who: str
    what: str


def route_views(plan: Plan) -> tuple[RouteView, ...]:
    """All of them, in the order of the contract."""
    return tuple(
        RouteView(each.method, f"{BASE}{each.path}", who(each.roles), cell(_what(plan, each) + _notice(each)))
        for each in routes(plan)
    )


def _notice(route: Route) -> str:
    if route.retirement is None:
        return ""
    gone = f", gone from {route.retirement.sunset} on" if route.retirement.sunset else ""
    return f" (deprecated since {route.retirement.deprecated}{gone})"


_IDENTITY: Mapping[str, str] = MappingProxyType(
    {
        "register": "Make an account; the answer is the same whether the address is new or not",
        "requestVerification": "Get another mail that confirms an address; the answer is always the same",
        "verify": "Confirm an address by the token in the mail",
        "forgotPassword": "Get a mail to choose a new password; the answer is always the same",
        "resetPassword": "Set a new password by the token in the mail",
        "login": "Get an access token and a refresh token",
        "refresh": "Exchange a refresh token for the next pair",
        "logout": "End the session",
        "changePassword": "Change the password; the other sessions end",
        "listMySessions": "The caller's sessions",
        "endMySessions": "End all sessions",
        "endMySession": "End one session",
        "listMyKeys": "The caller's API keys",
        "createMyKey": "Make an API key, which is shown once",
        "createSocketTicket": "Make a ticket that opens one socket",
        "deleteMyKey": "Revoke an API key",
    }
)


def _what(plan: Plan, route: Route) -> str:
    thing = spoken(route.entity.name) if route.entity else ""
    things = spoken(route.entity.plural) if route.entity else ""
    match route.kind:
        case "list":
            return f"A page of {things}"
        case "read":
            return f"One {thing}"
        case "create":
            return f"A new {thing}"
        case "update":
            return f"Change fields of one {thing}"
        case "delete":
            return f"Remove one {thing}"
        case "me":
            return "The caller's own account"
        case "transition" | "operation":
            return _routine(plan, route)
        case kind:
            return _IDENTITY[kind]


def _routine(plan: Plan, route: Route) -> str:
    routine = next(each for each in routines(plan) if each.name == route.routine)
    if routine.transition and routine.subject:
        sources = ", ".join(routine.transition.sources)
        return f"{spoken(routine.subject.name).capitalize()}: {sources} to {routine.transition.target}"
    summary = routine.operation.summary if routine.operation else ""
    text = summary or spoken(routine.name).capitalize()
    return f"{text} (needs an Idempotency-Key)" if route.idempotent else text
