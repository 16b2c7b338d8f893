"""The bodies of the routes below `/auth`."""

from __future__ import annotations

from backwright.lowering.wire.routes import Route
from backwright.lowering.wire.schemas import Schema, object_schema, registration_schema, value_schema
from backwright.lowering.wire.shapes import PASSWORD
from backwright.plan.model import Plan, Text, Timestamp, Type

__all__ = ["OPTIONAL", "identity_answer", "identity_members", "identity_schema"]

# Members that may be left out.
OPTIONAL = ("expiresAt",)

_TOKEN = Text(1, 200)
# Whatever was taken once must be taken again.
_GIVEN_PASSWORD = Text(1, 128)
_PASSWORDS = ("password", "currentPassword", "newPassword")
_KEY_NAME = Text(1, 100)


def identity_members(plan: Plan, route: Route) -> tuple[tuple[str, Type], ...]:
    """The members of a body; those of a registration depend on the model."""
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
        case "changePassword":
            return (("currentPassword", _GIVEN_PASSWORD), ("newPassword", PASSWORD))
        case "createMyKey":
            return (("name", _KEY_NAME), ("expiresAt", Timestamp()))
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
    return object_schema(properties, [name for name in properties if name not in OPTIONAL]) if properties else None


def identity_answer(route: Route) -> Schema | None:
    """What sessions and keys look like; None for other routes."""
    time: Schema = {"type": "string", "format": "date-time"}
    known: dict[str, Schema] = {"id": {"type": "string", "format": "uuid"}}
    session = known | {"createdAt": time, "expiresAt": time, "lastSeenAt": time, "current": {"type": "boolean"}}
    key = known | {"name": {"type": "string"}, "createdAt": time, "expiresAt": time | {"type": ["string", "null"]}}
    match route.kind:
        case "listMySessions":
            return _listed(session)
        case "listMyKeys":
            return _listed(key)
        case "createMyKey":
            return _closed(key | {"key": {"type": "string", "description": "Shown here alone."}})
        case "createSocketTicket":
            return _closed({"ticket": {"type": "string"}, "expiresIn": {"type": "integer"}})
        case _:
            return None


def _closed(properties: dict[str, Schema]) -> Schema:
    return object_schema(properties, list(properties))


def _listed(properties: dict[str, Schema]) -> Schema:
    return _closed({"items": {"type": "array", "items": _closed(properties)}})
