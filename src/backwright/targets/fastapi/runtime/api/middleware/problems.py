import json
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from services.business.problem import Problem
from services.data.failures import translated
from services.external.log import described, log

TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}


class Problems:
    """The one place where errors become answers (RFC 9457)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            if "status" in scope["state"]:
                raise
            request_id = scope["state"]["request_id"]
            problem = _as_problem(translated(error))
            scope["state"]["refusal"] = problem.aside
            if problem.status >= 500:
                log.error("request.failed", requestId=request_id, **scope["state"]["traced"], err=described(error))
            await _answer(problem, request_id, send)


async def _answer(problem: Problem, request_id: str, send: Send) -> None:
    body = problem_json(problem, request_id)
    headers = [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    headers += [(b"content-type", b"application/problem+json; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def problem_json(problem: Problem, request_id: str) -> bytes:
    document: dict[str, object] = {
        "type": f"/problems/{problem.code}",
        "title": TITLES.get(problem.status) or HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        "requestId": request_id,
    }
    if problem.faults:
        document["errors"] = problem.faults
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _as_problem(error: Exception) -> Problem:
    return error if isinstance(error, Problem) else Problem(500, "internal_error", "Something went wrong on our side.")
