"""The routes of a backend, in the order they are matched: their names, who may call them, what they answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from backwright.lowering.limits import has_own_limit
from backwright.lowering.operations import Routine, collection, routines
from backwright.lowering.wire.shapes import patched_fields
from backwright.plan.expressions.tree import Access, Variable
from backwright.plan.expressions.types import RowType
from backwright.plan.model import (
    CreateStep,
    Entity,
    Input,
    LetStep,
    Operation,
    Plan,
    Retirement,
    Rule,
    UpdateStep,
)
from backwright.plan.naming import transition_path

__all__ = [
    "BASE",
    "PRECONDITION",
    "READS",
    "Answer",
    "Route",
    "RouteKind",
    "answered",
    "body_inputs",
    "identity_routes",
    "path_inputs",
    "returned_entity",
    "routes",
    "routes_of",
]

BASE = "/v1"

_VERBS = ("list", "create", "read", "update", "delete")

RouteKind = Literal[
    "list",
    "read",
    "create",
    "update",
    "delete",
    "me",
    "transition",
    "operation",
    "register",
    "requestVerification",
    "verify",
    "forgotPassword",
    "resetPassword",
    "login",
    "refresh",
    "logout",
    "changePassword",
    "listMySessions",
    "endMySession",
    "endMySessions",
    "createMyKey",
    "listMyKeys",
    "deleteMyKey",
    "createSocketTicket",
]


# Routes that take `If-None-Match`, and those that take `If-Match`.
READS: tuple[RouteKind, ...] = ("list", "read", "me")
PRECONDITION: tuple[RouteKind, ...] = ("update", "delete", "transition")


@dataclass(frozen=True, slots=True)
class Route:
    """One method on one path. `roles` are those that may call it; None is everyone, also without an account.

    `limit` is the name under which its calls are counted besides all others.
    """

    kind: RouteKind
    operation_id: str
    method: str
    path: str
    entity: Entity | None
    roles: tuple[str, ...] | None
    success: int
    errors: tuple[int, ...]
    routine: str | None = None
    idempotent: bool = False
    answer: Entity | None = None
    limit: str | None = None
    retirement: Retirement | None = None


def _roles(rule: Rule) -> tuple[str, ...] | None:
    return None if rule.anonymous else rule.roles


def routes(plan: Plan) -> tuple[Route, ...]:
    """All of them, identity first."""
    found = list(identity_routes(plan))
    for entity in plan.entities:
        found += routes_of(plan, entity)
    found += [_operation(plan, name) for name in (op.name for op in plan.operations) if _home(plan, name) is None]
    return tuple(found)


def identity_routes(plan: Plan) -> tuple[Route, ...]:
    """Registration, proofs of an address, login, sessions, keys. An API key reaches none of them: 403."""
    if plan.identity is None:
        return ()
    users = plan.entity(plan.identity.entity)
    roles = plan.identity.roles
    read, sent = (400, 401, 403, 429, 503), (400, 401, 403, 413, 415, 429, 503)

    def public(kind: RouteKind, path: str, success: int) -> Route:
        return Route(kind, kind, "POST", f"/auth{path}", users, None, success, _with(sent, 422))

    def own(kind: RouteKind, call: str, success: int, *errors: int) -> Route:
        method, path = call.split()
        return Route(kind, kind, method, path, None, roles, success, _with(read if method == "GET" else sent, *errors))

    return (
        public("register", "/register", 202),
        public("requestVerification", "/verification", 202),
        public("verify", "/verify", 204),
        public("forgotPassword", "/password/forgot", 202),
        public("resetPassword", "/password/reset", 204),
        public("login", "/login", 200),
        public("refresh", "/refresh", 200),
        own("logout", "POST /auth/logout", 204),
        own("changePassword", "POST /auth/password", 204, 422),
        own("listMySessions", "GET /auth/sessions", 200),
        own("endMySessions", "DELETE /auth/sessions", 204),
        own("endMySession", "DELETE /auth/sessions/{id}", 204, 404, 422),
        own("listMyKeys", "GET /auth/keys", 200),
        own("createMyKey", "POST /auth/keys", 201, 422),
        own("deleteMyKey", "DELETE /auth/keys/{id}", 204, 404, 422),
        *((own("createSocketTicket", "POST /auth/socket-ticket", 201),) if plan.channels else ()),
    )


def _with(statuses: tuple[int, ...], *others: int) -> tuple[int, ...]:
    return tuple(sorted((*statuses, *others)))


def routes_of(plan: Plan, entity: Entity) -> list[Route]:
    """The routes that live with an entity: its collection, its transitions, the operations that return it."""
    base = f"/{collection(entity)}"
    one = f"{base}/{{id}}"
    name = entity.name
    found: list[Route] = []
    changing = _writing(404, 409, 412, *((428,) if entity.versioned else ()))
    read, create, update, delete = (entity.rule(action) for action in ("read", "create", "update", "delete"))
    if read and not entity.whole:
        found.append(
            Route("list", f"list{_plural(entity)}", "GET", base, entity, _roles(read), 200, _reading(read, 422))
        )
    if create:
        found.append(Route("create", f"create{name}", "POST", base, entity, _roles(create), 201, _writing(409)))
    found += [_operation(plan, op.name) for op in plan.operations if _home(plan, op.name) is entity]
    if read and plan.identity and plan.identity.entity == entity.name:
        refused = (400, 401, 404, 422, 429, 503)
        found.append(Route("me", "readMe", "GET", "/me", entity, plan.identity.roles, 200, refused))
    if read and not entity.whole:
        found.append(Route("read", f"read{name}", "GET", one, entity, _roles(read), 200, _reading(read, 404, 422)))
    if update and patched_fields(plan, entity):
        found.append(Route("update", f"update{name}", "PATCH", one, entity, _roles(update), 200, changing))
    if delete:
        found.append(Route("delete", f"delete{name}", "DELETE", one, entity, _roles(delete), 204, changing))
    for routine in routines(plan):
        if routine.subject is entity and routine.transition:
            move = routine.transition
            identifier = f"{move.name}{name}{'Move' if move.name in _VERBS else ''}"
            found.append(
                Route(
                    "transition",
                    identifier,
                    "POST",
                    transition_path(entity, move),
                    entity,
                    _roles(routine.rule),
                    200,
                    changing,
                    routine.name,
                )
            )
    return [
        route if route.kind in ("operation", "me") else replace(route, retirement=entity.retirement) for route in found
    ]


def _reading(rule: Rule, *own: int) -> tuple[int, ...]:
    return tuple(sorted((400, 401, *(() if rule.anonymous else (403,)), *own, 429, 503)))


def _writing(*own: int) -> tuple[int, ...]:
    return tuple(sorted((400, 401, 403, 413, 415, 422, *own, 429, 503)))


def _plural(entity: Entity) -> str:
    return entity.plural[0].upper() + entity.plural[1:]


def _home(plan: Plan, operation: str) -> Entity | None:
    """Where an operation lives: with what it returns, else with the first entity it writes that is no part."""
    routine = next(each for each in routines(plan) if each.name == operation)
    assert routine.operation
    returned = returned_entity(plan, routine.operation)
    names = [returned.name] if returned else []
    names += [step.entity for step in routine.steps if isinstance(step, CreateStep | UpdateStep)]
    homes = (entity for name in names for entity in plan.entities if entity.name == name and not entity.whole)
    return next(homes, None)


def _derived_ids(plan: Plan) -> set[str]:
    """The identifiers of routes that nobody declared."""
    found = {"readMe", *(route.operation_id for route in identity_routes(plan))}
    for entity in plan.entities:
        found |= {f"{verb}{entity.name}" for verb in _VERBS}
        found.add(f"list{_plural(entity)}")
        found |= {f"{move.name}{entity.name}" for move in (entity.lifecycle.transitions if entity.lifecycle else ())}
    return found


def _operation(plan: Plan, name: str) -> Route:
    operation = next(each for each in plan.operations if each.name == name)
    errors = _writing(*((404, 409) if path_inputs(operation) else (409,)))
    return Route(
        "operation",
        f"{name}Operation" if name in _derived_ids(plan) else name,
        operation.method,
        operation.path,
        _home(plan, name),
        _roles(operation.rule),
        operation.status,
        errors,
        operation.name,
        operation.idempotent,
        returned_entity(plan, operation),
        name if has_own_limit(plan, name) else None,
        operation.retirement,
    )


def returned_entity(plan: Plan, operation: Operation) -> Entity | None:
    """What kind of row the operation answers with."""
    for step in operation.steps:
        if isinstance(step, CreateStep) and step.name is not None and step.name == operation.returns:
            return plan.entity(step.entity)
        if isinstance(step, LetStep) and step.name == operation.returns:
            assert isinstance(step.expression.typing.type, RowType)
            return plan.entity(step.expression.typing.type.entity)
    return None


@dataclass(frozen=True, slots=True)
class Answer:
    """The row that a routine answers with: where its id comes from, and whether its collection serves it.

    The id of a `kept` row is known to the database alone.
    """

    entity: Entity
    source: Literal["this", "input", "created", "kept"]
    name: str
    by_collection: bool


def answered(plan: Plan, routine: Routine) -> Answer | None:
    """None where the answer has no row."""
    entity = routine.subject or (returned_entity(plan, routine.operation) if routine.operation else None)
    if entity is None:
        return None
    served = not entity.whole and entity.rule("read") is not None
    if routine.subject:
        return Answer(entity, "this", "this", served)
    name = (routine.operation.returns if routine.operation else None) or ""
    kept = next((step.expression for step in routine.steps if isinstance(step, LetStep) and step.name == name), None)
    match kept:
        case None:
            return Answer(entity, "created", name, served)
        case Access(Variable(name="input"), given):
            return Answer(entity, "input", given, served)
        case _:
            return Answer(entity, "kept", name, by_collection=False)


def path_inputs(operation: Operation) -> tuple[Input, ...]:
    """The inputs that the path carries."""
    return tuple(each for each in operation.inputs if f"{{{each.name}}}" in operation.path)


def body_inputs(operation: Operation) -> tuple[Input, ...]:
    """The inputs that the body carries."""
    return tuple(each for each in operation.inputs if each not in path_inputs(operation))
