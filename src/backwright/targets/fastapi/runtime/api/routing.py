from collections.abc import Callable, Coroutine
from typing import Any, NoReturn
from urllib.parse import unquote_to_bytes

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from api.middleware.limits import refuse_excess
from api.middleware.validation import body_faults, parameter_faults
from services.business.problem import Problem, bad_request, invalid

JSON = "application/json; charset=utf-8"


class StrictRequest(Request):
    """A request whose body was read and parsed before anything looked at it."""

    async def json(self) -> Any:
        return self.scope["state"]["body"]


class StrictRoute(APIRoute):
    """A route that matches the path as it was sent, so that an encoded slash stays inside its segment."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        if "GET" in (self.methods or ()):
            self.methods = {*(self.methods or ()), "HEAD"}

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if not scope["path"].startswith(self.path.partition("{")[0]):
            return Match.NONE, {}
        match, found = super().matches(scope)
        for name, value in found.get("path_params", {}).items():
            found["path_params"][name] = decoded(value)
        return match, found

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await handler(StrictRequest(request.scope, request.receive))

        return handle


def decoded(segment: str) -> str:
    if "%" not in segment:
        return segment
    plain = unquote_to_bytes(segment)
    if b"%" in plain and "%25" not in segment:
        raise bad_request("malformed_path", "The path is not valid.")
    try:
        return plain.decode()
    except UnicodeDecodeError:
        raise bad_request("malformed_path", "The path is not valid.") from None


def strict_router(prefix: str = "/v1") -> APIRouter:
    return APIRouter(prefix=prefix, route_class=StrictRoute, redirect_slashes=False)


async def refuse_invalid(_request: Request, error: Exception) -> NoReturn:
    assert isinstance(error, RequestValidationError)
    errors = [{**each, "loc": each["loc"][1:]} for each in error.errors()]
    parts = [each["loc"][0] for each in error.errors()]
    body = [each for each, part in zip(errors, parts, strict=True) if part == "body"]
    parameters = [each for each, part in zip(errors, parts, strict=True) if part != "body"]
    raise invalid([*parameter_faults(parameters), *body_faults(body)])


async def refuse_unknown(request: Request, error: Exception) -> Response:
    """405 with `Allow` where the path exists under another method (RFC 9110, 15.5.6), else 404."""
    assert isinstance(error, HTTPException)
    refuse_excess(request.scope)
    request.scope.pop("route", None)
    methods: set[str] = set()
    for route in request.app.routes:
        if isinstance(route, StrictRoute) and route.matches({**request.scope, "path_params": {}})[0] is not Match.NONE:
            methods |= route.methods or set()
    if not methods:
        raise Problem(404, "not_found", "There is nothing at this path.")
    allow = ", ".join(sorted(methods))
    if request.method == "OPTIONS":
        return Response(allow, headers={"Allow": allow, "Content-Type": "text/plain"})
    raise Problem(405, "method_not_allowed", f"This path allows {allow}.", headers={"Allow": allow})
