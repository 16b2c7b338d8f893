import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI, Request, Response
from starlette.types import Receive, Scope, Send

from api.dispatch import Dispatch, is_simple
from api.routing import StrictRoute, strict_router

router = strict_router(prefix="")


class OddError(Exception):
    pass


async def _word(request: Request) -> str:
    return request.url.path


async def _opened() -> AsyncIterator[str]:
    yield "opened"


Word = Annotated[str, Depends(_word)]


# Declared before the path that it also matches, so it wins.
@router.get("/things/{id}")
async def show(id: str, request: Request) -> Response:
    return Response(f"thing {id} {request.url.path}")


@router.get("/things/newest")
async def newest() -> Response:
    return Response("never")


@router.get("/things/{id}/parts/{part}")
async def part(word: Word, part: str, id: str) -> Response:
    return Response(f"{id} {part} {word}")


@router.get("/asked")
async def asked(word: str) -> Response:
    return Response(word)


@router.get("/opened")
async def opened(word: Annotated[str, Depends(_opened)]) -> Response:
    return Response(word)


@router.get("/plain")
def plain() -> dict[str, str]:
    return {"kind": "plain"}


@router.get("/odd")
async def odd() -> Response:
    raise OddError


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.router.routes.extend(router.routes)
    app.add_middleware(Dispatch, routes=app.router.routes)

    @app.exception_handler(OddError)
    def refuse(_request: Request, _error: Exception) -> Response:
        return Response("odd", 418)

    return app


def answered(app: FastAPI, path: str, method: str = "GET") -> tuple[int, str]:
    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        # As the server does: the path as it was sent.
        await app({**scope, "path": scope["raw_path"].decode(), "state": {}}, receive, send)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://x") as client:
            return await client.request(method, path)

    answer = asyncio.run(ask())
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/things/7", (200, "thing 7 /things/7")),
        ("/things/newest", (200, "thing newest /things/newest")),
        ("/things/7/parts/a%2Fb", (200, "7 a/b /things/7/parts/a%2Fb")),
        ("/things/", (404, '{"detail":"Not Found"}')),
        ("/asked?word=yes", (200, "yes")),
        ("/opened", (200, "opened")),
        ("/plain", (200, '{"kind":"plain"}')),
        ("/odd", (418, "odd")),
    ],
)
def test_a_path_is_answered_as_its_route_declares(app: FastAPI, path: str, expected: tuple[int, str]) -> None:
    assert answered(app, path) == expected


def test_another_method_is_left_to_the_framework(app: FastAPI) -> None:
    assert answered(app, "/things/7", "POST")[0] == 405
    assert answered(app, "/things/7", "HEAD")[0] == 200


def test_only_what_it_can_solve_is_called_the_short_way() -> None:
    short = {route.path for route in router.routes if isinstance(route, StrictRoute) and is_simple(route)}
    assert short == {"/things/{id}", "/things/newest", "/things/{id}/parts/{part}", "/odd"}
