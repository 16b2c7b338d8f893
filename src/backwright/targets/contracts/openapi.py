"""The OpenAPI 3.1 document of a plan."""

from __future__ import annotations

from backwright.lowering.operations import routines
from backwright.lowering.wire.identity import identity_answer, identity_schema
from backwright.lowering.wire.includes import includes
from backwright.lowering.wire.lists import filters, sorted_fields
from backwright.lowering.wire.retiring import notices
from backwright.lowering.wire.routes import BASE, PRECONDITION, READS, Route, body_inputs, path_inputs, routes
from backwright.lowering.wire.schemas import (
    UUID,
    Schema,
    create_schema,
    input_schema,
    object_schema,
    query_schema,
    row_schema,
    update_schema,
    value_schema,
)
from backwright.plan.model import Entity, Plan
from backwright.plan.visibility import sees_own_writes

__all__ = ["openapi"]

_TITLES = {
    400: "The request cannot be read",
    401: "No valid access token",
    403: "Not allowed",
    404: "Not there, or not visible",
    409: "In conflict with the present state",
    412: "Not the version that is there now",
    413: "Body too large",
    415: "Not application/json in UTF-8",
    422: "Not valid",
    428: "Without If-Match",
    429: "Too many requests",
    503: "Not available right now",
}
_HEADERS = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}
# draft-ietf-httpapi-ratelimit-headers; on every answer to a request that was counted.
_COUNTED = ("RateLimit-Policy", "RateLimit")
_PROBLEM: Schema = object_schema(
    {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "requestId": {"type": "string"},
        "errors": {
            "type": "array",
            "items": object_schema(
                {"pointer": {"type": "string"}, "parameter": {"type": "string"}, "message": {"type": "string"}},
                ["message"],
            ),
        },
    },
    ["type", "title", "status", "code", "detail", "requestId"],
)
_TAG: dict[str, object] = {"schema": {"type": "string"}, "description": "A strong validator (RFC 9110, 8.8.3)"}
_READ: dict[str, object] = {
    "ETag": _TAG | {"required": True},
    "Cache-Control": {"required": True, "schema": {"enum": ["private, no-cache", "public, no-cache"]}},
    "Vary": {"required": True, "schema": {"type": "string"}},
}
_TOKENS: Schema = object_schema(
    {
        "accessToken": {"type": "string"},
        "tokenType": {"const": "Bearer"},
        "expiresIn": {"type": "integer"},
        "refreshToken": {"type": "string"},
    },
    ["accessToken", "tokenType", "expiresIn", "refreshToken"],
)


def openapi(plan: Plan) -> dict[str, object]:
    """The document as plain data, in a stable order."""
    paths: dict[str, dict[str, object]] = {}
    for route in routes(plan):
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(plan, route)
    schemas: dict[str, Schema] = {"Problem": _PROBLEM}
    if plan.identity:
        schemas["Tokens"] = _TOKENS
    for entity in plan.entities:
        if not entity.whole and entity.rule("read"):
            schemas[entity.name] = row_schema(plan, entity)
    document: dict[str, object] = {
        "openapi": "3.1.0",
        "info": {
            "title": plan.name,
            "version": "1.0.0",
            "summary": plan.summary or f"The API of {plan.name}",
            "license": {"name": "Proprietary", "identifier": "LicenseRef-Proprietary"},
        },
        "servers": [{"url": BASE}],
        "tags": [{"name": name} for name in dict.fromkeys(_tag(route) for route in routes(plan))],
        "paths": paths,
        "components": {"schemas": schemas, "headers": _headers(), "responses": _responses(plan)},
    }
    if plan.identity:
        components = document["components"]
        assert isinstance(components, dict)
        components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    return document


def _headers() -> dict[str, object]:
    named = ("Location", *dict.fromkeys(name for names in _HEADERS.values() for name in names), *_COUNTED)
    return {name: {"schema": {"type": "string"}} for name in named}


def _said(*names: str) -> dict[str, object]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _responses(plan: Plan) -> dict[str, object]:
    versioned = any(entity.versioned for entity in plan.entities)
    headers = _READ | _said(*_COUNTED)
    found: dict[str, object] = {"NotModified": {"description": "What the caller has is current", "headers": headers}}
    return found | {f"Problem{status}": _problem(status) for status in _TITLES if status != 428 or versioned}


def _problem(status: int) -> dict[str, object]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    response: dict[str, object] = {"description": _TITLES[status], "content": content}
    return response | {"headers": _said(*_HEADERS.get(status, ()), *_COUNTED)}


def _tag(route: Route) -> str:
    if route.path.startswith("/auth/"):
        return "identity"
    return route.entity.plural if route.entity else "operations"


def _operation(plan: Plan, route: Route) -> dict[str, object]:
    operation: dict[str, object] = {
        "operationId": route.operation_id,
        "summary": _summary(plan, route),
        "tags": [_tag(route)],
        "deprecated": route.retirement is not None,
        "parameters": _parameters(plan, route),
        "responses": {str(route.success): _success(plan, route)}
        | ({"304": {"$ref": "#/components/responses/NotModified"}} if route.kind in READS else {})
        | {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in route.errors},
    }
    body = _body(plan, route)
    if body:
        # The input of an operation may be left out where it has nothing to say.
        needed = {} if route.kind == "operation" and "required" not in body else {"required": True}
        operation["requestBody"] = {**needed, "content": {"application/json": {"schema": body}}}
    if plan.identity:
        operation["security"] = [{"bearer": []}] if route.roles is not None else [{}, {"bearer": []}]
    return {key: value for key, value in operation.items() if value != [] and value is not False}


_SUMMARIES = {
    "list": "A page of {plural} that the caller may see",
    "read": "One of the {plural}",
    "create": "Adds one of the {plural}",
    "update": "Changes some fields of one of the {plural}",
    "delete": "Removes one of the {plural}",
    "me": "The caller's own row",
    "register": "Opens an account; answers alike whether or not it was there",
    "requestVerification": "Sends another link that confirms an address; answers alike whether or not one is needed",
    "verify": "Confirms an address by the token that was sent to it",
    "forgotPassword": "Sends a link to choose a new password; answers alike whether or not there is an account",
    "resetPassword": "Sets a new password by the token that was sent, and ends all sessions",
    "login": "Exchanges login and password for tokens",
    "refresh": "Exchanges a refresh token for new tokens",
    "logout": "Ends the caller's session",
    "changePassword": "Changes the caller's password, and ends the other sessions",
    "listMySessions": "The caller's sessions, newest first",
    "endMySessions": "Ends all of the caller's sessions",
    "endMySession": "Ends one of the caller's sessions",
    "listMyKeys": "The caller's API keys, newest first",
    "createMyKey": "Makes an API key, which is shown once and acts as the caller",
    "createSocketTicket": "Makes a ticket that opens one socket within the next seconds",
    "deleteMyKey": "Revokes one of the caller's API keys",
}


def _summary(plan: Plan, route: Route) -> str:
    if route.kind in _SUMMARIES:
        return _SUMMARIES[route.kind].format(plural=route.entity.plural if route.entity else "")
    if route.kind == "transition" and route.entity:
        routine = next(each for each in routines(plan) if each.name == route.routine)
        assert routine.transition
        return f"Moves one of the {route.entity.plural} to {routine.transition.target}"
    operation = next(each for each in plan.operations if each.name == route.routine)
    return operation.name


def _parameters(plan: Plan, route: Route) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    if "{id}" in route.path:
        found.append(
            {
                "name": "id",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "format": "uuid", "pattern": UUID},
            }
        )
    if route.kind == "operation":
        operation = next(each for each in plan.operations if each.name == route.routine)
        found += [
            {"name": each.name, "in": "path", "required": True, "schema": value_schema(each.type)}
            for each in path_inputs(operation)
        ]
    if route.idempotent:
        schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[\x21-\x7e]+$"}
        found.append({"name": "Idempotency-Key", "in": "header", "required": True, "schema": schema})
    if route.kind == "list" and route.entity:
        found += _list_parameters(route.entity)
    if route.kind in READS and route.entity:
        found += _include_parameter(plan, route.entity)
        found.append(_condition("If-None-Match", "Tags of what the caller has already"))
    if route.kind in PRECONDITION and route.entity:
        described = "Tags of the versions that are meant, or `*`"
        found.append(_condition("If-Match", described, required=route.entity.versioned))
    return found


def _condition(name: str, description: str, *, required: bool = False) -> dict[str, object]:
    content = {"name": name, "in": "header", "required": required, "description": description}
    return content | {"schema": {"type": "string"}}


def _list_parameters(entity: Entity) -> list[dict[str, object]]:
    names = ["createdAt", *(field.name for field in sorted_fields(entity))]
    sorts = [word for name in names for word in (f"-{name}", name)]
    found = [
        _query("limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}),
        _query("cursor", {"type": "string", "maxLength": 1000}) | {"description": "`nextCursor` of the page before"},
        _query("sort", {"type": "string", "enum": sorts, "default": "-createdAt"}),
    ]
    for each in filters(entity):
        query = _query(each.parameter, query_schema(each.field.type))
        searched = {"description": 'Words of the text; `"…"`, `or` and `-` as in a web search'}
        found.append(query | searched if each.comparison == "@@" else query)
    return found


def _include_parameter(plan: Plan, entity: Entity) -> list[dict[str, object]]:
    names = [each.name for each in includes(plan, entity)]
    if not names:
        return []
    distinct: Schema = {"type": "array", "items": {"type": "string", "enum": names}, "minItems": 1, "uniqueItems": True}
    described = {"style": "form", "explode": False, "description": "References whose rows are shown beside their ids"}
    return [_query("include", distinct) | described]


def _query(name: str, schema: Schema) -> dict[str, object]:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _body(plan: Plan, route: Route) -> Schema | None:
    match route.kind:
        case "create":
            assert route.entity
            return create_schema(plan, route.entity)
        case "update":
            assert route.entity
            return update_schema(plan, route.entity)
        case "operation":
            inputs = body_inputs(next(each for each in plan.operations if each.name == route.routine))
            return input_schema(inputs) if inputs else None
        case _:
            return identity_schema(plan, route)


def _success(plan: Plan, route: Route) -> dict[str, object]:
    schema = _success_schema(plan, route)
    response: dict[str, object] = {"description": _described(route)}
    if schema:
        response["content"] = {"application/json": {"schema": schema}}
    said = notices(route.retirement) if route.retirement else ()
    headers: dict[str, object] = {name: {"required": True, "schema": {"const": value}} for name, value in said}
    if route.kind == "create":
        headers |= _said("Location")
    if route.kind in READS:
        headers |= _READ
    elif schema and _shows_row(route):
        headers["ETag"] = _TAG
    return response | {"headers": headers | _said(*_COUNTED)}


def _shows_row(route: Route) -> bool:
    return route.kind in ("create", "update", "transition") or (route.kind == "operation" and route.answer is not None)


def _described(route: Route) -> str:
    return {201: "Created", 202: "Accepted", 204: "Done"}.get(route.success, "The answer")


def _success_schema(plan: Plan, route: Route) -> Schema | None:
    match route.kind:
        case "list":
            assert route.entity
            row: Schema = {"$ref": f"#/components/schemas/{route.entity.name}"}
            return object_schema(
                {"items": {"type": "array", "items": row}, "nextCursor": {"type": ["string", "null"]}},
                ["items", "nextCursor"],
            )
        case "login" | "refresh":
            return {"$ref": "#/components/schemas/Tokens"}
        case "operation":
            return _answer(plan, route.answer, route.roles) if route.success != 204 else None
        case _ if route.success == 202:
            return object_schema({"status": {"const": "accepted"}}, ["status"])
        case _ if route.success == 204:
            return None
        case "listMySessions" | "listMyKeys" | "createMyKey" | "createSocketTicket":
            return identity_answer(route)
        case "create" | "transition":
            return _answer(plan, route.entity, route.roles)
        case _:
            assert route.entity
            return {"$ref": f"#/components/schemas/{route.entity.name}"}


def _answer(plan: Plan, entity: Entity | None, roles: tuple[str, ...] | None) -> Schema:
    """The row that was written, or null where the caller cannot read it."""
    if entity is None or (not entity.whole and not entity.rule("read")):
        return {"type": "null"}
    if entity.whole:
        return row_schema(plan, entity)
    row: Schema = {"$ref": f"#/components/schemas/{entity.name}"}
    return row if sees_own_writes(plan, entity, roles) else {"oneOf": [row, {"type": "null"}]}
