"""The bodies of the routes below `/auth`."""

from __future__ import annotations

from backwright.lowering.wire.routes import Route
from backwright.lowering.wire.schemas import Schema, object_schema, registration_schema, value_schema
from backwright.lowering.wire.shapes import PASSWORD
from backwright.plan.model import Plan, Text, Type

__all__ = ["identity_members", "identity_schema"]

_TOKEN = Text(1, 200)
# Whatever was taken once must be taken again.
_GIVEN_PASSWORD = Text(1, 128)
_PASSWORDS = ("password",)


def identity_members(plan: Plan, route: Route) -> tuple[tuple[str, Type], ...]:
    """The members of a body, all of them required; those of a registration depend on the model."""
    assert plan.identity
    login = ("email", plan.entity(plan.identity.entity).field(plan.identity.login).type)
    match route.kind:
        case "requestVerification" | "forgotPassword":
            return (login,)
        case "verify":
            return (("token", _TOKEN),)
        case "resetPassword":
            return (("token", _TOKEN), ("password", PASSWORD))
        case "login":
            return (login, ("password", _GIVEN_PASSWORD))
        case "refresh":
            return (("refreshToken", _TOKEN),)
        case _:
            return ()


def identity_schema(plan: Plan, route: Route) -> Schema | None:
    """None where there is no body."""
    if route.kind == "register":
        assert route.entity
        return registration_schema(plan, route.entity)
    if not route.path.startswith("/auth/"):
        return None
    members = identity_members(plan, route)
    properties = {
        name: value_schema(kind) | ({"format": "password"} if name in _PASSWORDS else {}) for name, kind in members
    }
    return object_schema(properties, list(properties)) if properties else None
