"""The routers: one decorated function a route."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from keyword import iskeyword

from backwright.lowering.operations import routines
from backwright.lowering.routine_sources import wire_name
from backwright.lowering.wire.includes import includes
from backwright.lowering.wire.retiring import notices, retirements
from backwright.lowering.wire.routes import Route, path_inputs, routes, routes_of
from backwright.plan.model import Entity, Plan, Retirement
from backwright.plan.naming import snake
from backwright.targets.fastapi.names import function_name, list_name, pascal
from backwright.targets.fastapi.text import imports, literal, string
from backwright.targets.fastapi.views import pascal_function

__all__ = ["RoutesView", "routes_view"]

_REQUEST = ("request: Request",)
_ROW = ("row_id: RowId", *_REQUEST)


@dataclass(frozen=True, slots=True)
class RouteView:
    """One route."""

    method: str
    path: str
    function: str
    parameters: tuple[str, ...]
    call: str


@dataclass(frozen=True, slots=True)
class RoutesView:
    """`api/routes`: the routes of one entity, or of the operations that belong to none."""

    imports: str
    retired: tuple[str, ...]
    routes: tuple[RouteView, ...]


def routes_view(plan: Plan, entity: Entity | None) -> RoutesView | None:
    """None where nothing is served."""
    found = (
        routes_of(plan, entity)
        if entity
        else [route for route in routes(plan) if route.kind == "operation" and route.entity is None]
    )
    if not found:
        return None
    modules: dict[str, tuple[str, ...]] = {
        "typing": ("Annotated",),
        "fastapi": ("Request", "Response"),
        "api.controllers": ("kept", "operation", "resource"),
        "api.controllers.operation": ("IdempotencyKey", "input_of"),
        "api.controllers.resource": ("RowId",),
        "api.middleware.access": ("Everyone",),
        "api.middleware.limits": ("limited",),
        "api.middleware.retiring": ("retiring",),
        "api.routing": ("strict_router",),
    }
    if plan.identity:
        modules |= {"api.middleware.authentication": ("only",), "services.security.caller": ("Caller",)}
    if entity:
        modules[f"database.models.{list_name(entity)}"] = (f"{entity.name}Create", f"{entity.name}Update")
        modules["database.queries"] = ("includes",)
        modules[f"database.queries.{list_name(entity)}"] = (list_name(entity),)
    for route in found:
        if route.routine:
            function = _function(plan, route)
            modules[f"services.business.{function}"] = (function, pascal_function(function))
    names = retirements(found)
    retired = tuple(_retired(name, each) for each, name in names.items())
    return RoutesView(imports(modules), retired, tuple(_route(plan, route, names) for route in found))


def _function(plan: Plan, route: Route) -> str:
    return function_name(plan, next(each for each in routines(plan) if each.name == route.routine))


def _route(plan: Plan, route: Route, retired: Mapping[Retirement, str]) -> RouteView:
    roles = ", ".join(literal(role) for role in route.roles or ())
    guard = "Everyone" if route.roles is None else f"Annotated[Caller, only({roles})]"
    function, parameters, call = _routine(plan, route) if route.routine else _action(plan, route)
    notice = (f"_retired: {pascal(retired[route.retirement])}",) if route.retirement else ()
    limit = (f"_: Annotated[None, limited({literal(route.limit)})]",) if route.limit else ()
    given = (*notice, f"caller: {guard}", *limit, *parameters)
    return RouteView(route.method.lower(), string(route.path), function, given, call)


def _retired(name: str, retirement: Retirement) -> str:
    said = ", ".join(f"(b{literal(header.lower())}, b{literal(value)})" for header, value in notices(retirement))
    return f"{pascal(name)} = Annotated[None, retiring({said})]"


def _action(plan: Plan, route: Route) -> tuple[str, tuple[str, ...], str]:
    entity = route.entity
    assert entity
    name, rows = snake(entity.name), list_name(entity)
    request = f"request, includes.{rows.upper()}" if includes(plan, entity) else "request"
    match route.kind:
        case "list" if entity.cached:
            return f"list_{rows}", _REQUEST, f"kept.kept_list({rows}, {entity.cached}, caller, {request})"
        case "read" if entity.cached:
            return f"show_{name}", _ROW, f"kept.kept_row({rows}, {entity.cached}, caller, row_id, {request})"
        case "list":
            return f"list_{rows}", _REQUEST, f"resource.list_rows({rows}, caller, {request})"
        case "read":
            return f"show_{name}", _ROW, f"resource.show({rows}, caller, row_id, {request})"
        case "me":
            return "show_me", _REQUEST, f"resource.show({rows}, caller, caller.user_id, {request})"
        case "create":
            body = (f"body: {entity.name}Create", "request: Request")
            return f"create_{name}", body, f"resource.create({rows}, caller, body, request)"
        case "update":
            changed = ("row_id: RowId", f"body: {entity.name}Update", "request: Request")
            return f"update_{name}", changed, f"resource.update({rows}, caller, row_id, body, request)"
        case _:
            return f"delete_{name}", _ROW, f"resource.remove({rows}, caller, row_id, request)"


def _member(parameter: str, member: str) -> str:
    """An argument, also where its name is a word of the language."""
    return f', **{{"{parameter}": "{member}"}}' if iskeyword(parameter) else f', {parameter}="{member}"'


def _routine(plan: Plan, route: Route) -> tuple[str, tuple[str, ...], str]:
    function = _function(plan, route)
    name = literal(route.routine)
    declared = next((each for each in plan.operations if each.name == route.routine), None)
    if declared is None:
        assert route.entity
        call = f"operation.transition({name}, caller, {function}, {list_name(route.entity)}, row_id, request)"
        return f"post_{function}", _ROW, call
    schema = pascal_function(function)
    members = "".join(_member(each.name, wire_name(each)) for each in path_inputs(declared))
    given = f"given: Annotated[{schema}, input_of({schema}{members})]"
    endpoint = f"{route.method.lower()}_{function}"
    if route.idempotent:
        call = f"operation.idempotent({name}, caller, {function}, given, key, {route.success})"
        return endpoint, ("key: IdempotencyKey", given), call
    return endpoint, (given,), f"operation.run({name}, caller, {function}, given, {route.success})"
