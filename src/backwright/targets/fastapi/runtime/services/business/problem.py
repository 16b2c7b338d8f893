from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypedDict


class Fault(TypedDict, total=False):
    """What is wrong with one value: `pointer` (RFC 6901) into the body, or the name of a path or query parameter."""

    pointer: str
    parameter: str
    message: str


class Aside(NamedTuple):
    """What the log is told and the caller is not."""

    reason: str
    user_id: str | None = None


class Problem(Exception):
    """A refusal with its HTTP status and stable word; becomes a problem document (RFC 9457)."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        aside: Aside | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.faults = faults
        self.headers = headers or {}
        self.aside = aside or Aside(code)


def bad_request(code: str, detail: str) -> Problem:
    return Problem(400, code, detail)


def unauthenticated(detail: str = "A valid access token is needed.", aside: Aside | None = None) -> Problem:
    return Problem(401, "unauthenticated", detail, headers={"WWW-Authenticate": "Bearer"}, aside=aside)


def invalid_token() -> Problem:
    headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    aside = Aside("token_invalid")
    return Problem(401, "unauthenticated", "The access token is not valid.", headers=headers, aside=aside)


def forbidden() -> Problem:
    return Problem(403, "forbidden", "You may not do this.")


def not_found() -> Problem:
    return Problem(404, "not_found", "There is nothing here that you can see.")


def invalid(faults: Sequence[Fault]) -> Problem:
    return Problem(422, "invalid", "The request is not valid.", faults=faults)


def token_invalid() -> Problem:
    return Problem(422, "token_invalid", "The token is not valid, has been used, or has expired.")


def conflict(code: str, detail: str, faults: Sequence[Fault] = ()) -> Problem:
    return Problem(409, code, detail, faults=faults)


def precondition_failed() -> Problem:
    return Problem(412, "precondition_failed", "This is not the version that is there now.")


def precondition_required() -> Problem:
    return Problem(428, "precondition_required", "Send If-Match with the ETag of the version that you mean.")


def rate_limited(seconds: int) -> Problem:
    return Problem(429, "rate_limited", "There were too many requests.", headers={"Retry-After": str(seconds)})


def unavailable() -> Problem:
    return Problem(503, "unavailable", "The service cannot answer right now.", headers={"Retry-After": "1"})
