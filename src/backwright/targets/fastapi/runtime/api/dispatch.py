import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from fastapi import Request, Response, params
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from api.routing import StrictRoute, decoded


@dataclass(frozen=True, slots=True)
class _Call:
    """Solves the parameters of an endpoint in FastAPI's order, and calls it."""

    route: StrictRoute
    endpoint: Callable[..., Awaitable[Response]]
    dependant: Dependant
    # The segments of the path that are parameters.
    places: dict[str, int]

    async def __call__(self, request: Request, segments: list[str]) -> Response:
        state = request.scope["state"]
        request.scope["route"] = self.route
        request.scope["path_params"] = given = {name: decoded(segments[place]) for name, place in self.places.items()}
        values: dict[str, Any] = {}
        faults: list[Any] = []
        for each in self.dependant.dependencies:
            values[str(each.name)] = await each.call(request)  # type: ignore[misc]
        for part in self.dependant.path_params:
            values[part.name], errors = part.validate(given[part.alias], loc=("path", part.alias))
            faults += errors
        for body in self.dependant.body_params:
            missing = None, [{"type": "missing", "loc": ("body",)}]
            values[body.name], errors = body.validate(state["body"], loc=("body",)) if "body" in state else missing
            faults += errors
        if faults:
            raise RequestValidationError(faults)
        if self.dependant.request_param_name:
            values[self.dependant.request_param_name] = request
        return await self.endpoint(**values)


@dataclass(slots=True)
class _Node:
    """What may come next in a path."""

    literal: "dict[str, _Node]" = field(default_factory=dict)
    parameter: "_Node | None" = None
    # By method, each with its place in the order of matching; None is left to FastAPI.
    calls: dict[str, tuple[int, _Call | None]] = field(default_factory=dict)

    def add(self, route: StrictRoute, place: int) -> None:
        node, segments = self, route.path.split("/")
        for segment in segments:
            if segment.startswith("{"):
                node.parameter = node = node.parameter or _Node()
            else:
                node = node.literal.setdefault(segment, _Node())
        places = {segment[1:-1]: at for at, segment in enumerate(segments) if segment.startswith("{")}
        call = _Call(route, route.endpoint, route.dependant, places) if is_simple(route) else None
        for method in route.methods or ():
            node.calls.setdefault(method, (place, call))

    def find(self, segments: list[str], method: str) -> _Call | None:
        nodes = [self]
        for segment in segments:
            following = [(node.literal.get(segment), node.parameter if segment else None) for node in nodes]
            nodes = [node for pair in following for node in pair if node]
        found = [node.calls[method] for node in nodes if method in node.calls]
        return min(found, key=itemgetter(0))[1] if found else None


class Dispatch:
    """The short way to what a route declares: found by the segments of its path, and called without what FastAPI does for
    parameters that it does not have. Everything else goes FastAPI's own way.
    """

    def __init__(self, app: ASGIApp, routes: list[BaseRoute]) -> None:
        self._app = app
        self._root = _Node()
        for place, route in enumerate(routes):
            if not isinstance(route, StrictRoute) or ":" in route.path:
                # It may match in a way of its own, and then comes before those that follow.
                break
            self._root.add(route, place)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        segments = scope["path"].split("/")
        call = self._root.find(segments, scope["method"])
        if call is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            response = await call(request, segments)
        except Exception as error:
            await ExceptionMiddleware(_raising(error), scope["app"].exception_handlers)(scope, receive, send)
        else:
            await response(scope, receive, send)


def _raising(error: Exception) -> ASGIApp:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise error

    return app


def is_simple(route: StrictRoute) -> bool:
    """Whether it takes nothing but what guards see in the request, the path and one body, and answers with a response."""
    dependant, answer = route.dependant, inspect.signature(route.endpoint).return_annotation
    return (
        inspect.isclass(answer)
        and issubclass(answer, Response)
        and not route.dependencies
        and route.dependency_overrides_provider is None
        and not _takes_more(dependant)
        and all(_looks_at_request(each) for each in dependant.dependencies)
        and [type(body.field_info) for body in dependant.body_params] in ([], [params.Body])
        and all(_is_model(body.field_info.annotation) for body in dependant.body_params)
    )


def _is_model(annotation: Any) -> bool:
    return inspect.isclass(annotation) and issubclass(annotation, BaseModel)


def _looks_at_request(dependency: Dependant) -> bool:
    nested = dependency.dependencies or dependency.path_params or dependency.body_params
    return bool(dependency.name and dependency.request_param_name) and not nested and not _takes_more(dependency)


def _takes_more(dependant: Dependant) -> bool:
    return not inspect.iscoroutinefunction(dependant.call) or any(
        (
            dependant.query_params,
            dependant.header_params,
            dependant.cookie_params,
            dependant.http_connection_param_name,
            dependant.response_param_name,
            dependant.background_tasks_param_name,
            dependant.security_scopes_param_name,
            dependant.concurrency,
        )
    )
