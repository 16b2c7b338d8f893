"""What callers may ask: said or not."""

from __future__ import annotations

from backwright.lowering.limits import has_own_limit, limits
from backwright.lowering.wire.routes import routes
from backwright.plan.build import compile_blueprint
from backwright.plan.model import Plan

HEAD = "backwright: 1\napp: {name: T}\n"
THING = "entities:\n  Thing: {fields: {a: int}, allow: {read: true}}\n"
ACCOUNTS = (
    "identity: {entity: User, login: [email, password], roles: [user, admin]}\n"
    "entities:\n  User: {fields: {email: email unique}, allow: {read: true}}\n"
    "  Thing: {fields: {a: int}, allow: {read: true}}\n"
)


def operation(name: str) -> str:
    steps = "[{create: Thing, set: {a: '1'}}]"
    return f"  {name}: {{route: POST /{name}, allow: true, steps: {steps}}}\n"


def plan(text: str) -> Plan:
    found, problems = compile_blueprint(HEAD + text, "t.yaml")
    assert found is not None, problems
    return found


def test_what_is_not_said_has_defaults() -> None:
    assert limits(plan(THING)) == (("anonymous", "300/min"),)
    assert dict(limits(plan(f"{ACCOUNTS}operations:\n{operation('add')}"))) == {
        "anonymous": "300/min",
        "user": "1200/min",
        "login": "30/min",
        "register": "60/min",
        "add": "60/min",
    }


def test_what_is_said_holds() -> None:
    said = "requirements:\n  limits: {login: 5/min, anonymous: 2 / s, admin: 9000/h, add: 1/min}\n"
    found = dict(limits(plan(f"{ACCOUNTS}operations:\n{operation('add')}{said}")))
    assert found == {
        "anonymous": "2/s",
        "user": "1200/min",
        "login": "5/min",
        "register": "60/min",
        "add": "1/min",
        "admin": "9000/h",
    }


def test_an_operation_called_like_a_caller_has_none_of_its_own() -> None:
    found = plan(f"{ACCOUNTS}operations:\n{operation('admin')}{operation('add')}")
    assert [has_own_limit(found, name) for name in ("admin", "add")] == [False, True]
    assert {route.limit for route in routes(found)} == {None, "add"}
    assert "admin" not in dict(limits(found))


def test_every_route_can_be_too_much() -> None:
    assert all(429 in route.errors for route in routes(plan(f"{ACCOUNTS}operations:\n{operation('add')}")))
