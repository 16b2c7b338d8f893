from collections.abc import Collection
from typing import Any

from fastapi import Depends, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from config.limits import QUOTAS, Quota
from services.business.problem import Problem, rate_limited
from services.external.log import described, log
from services.security.address import network
from services.security.limits import Verdict, take, when_store_fails

PROBING = ("GET", "HEAD", "OPTIONS")

when_store_fails(lambda error: log.error("limits.unavailable", err=described(error)))


def is_probe(scope: Scope, probes: Collection[str]) -> bool:
    """Whether it is answered whoever asks, and never counted."""
    return scope["path"] in probes and scope["method"] in PROBING


class Limits:
    """Counts a request on its account, or else on its address. Whom no 401 can meet is refused at once, others by their
    route.
    """

    def __init__(self, app: ASGIApp, probes: Collection[str]) -> None:
        self._app = app
        self._probes = probes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        excess = None if is_probe(scope, self._probes) else await charge(scope)
        if excess:
            if scope["state"].get("caller") or scope["method"] == "OPTIONS":
                raise excess
            scope["state"]["excess"] = excess
        await self._app(scope, receive, send)


async def charge(scope: Scope) -> Problem | None:
    """Counts and says what is left; returns the refusal of a request too many."""
    if QUOTAS is None:
        return None
    caller = scope["state"].get("caller")
    quota = (QUOTAS.get(caller.role) or QUOTAS["user"]) if caller else QUOTAS["anonymous"]
    return _judged(scope, "default", quota, await take(_caller_key(scope), quota))


def limited(operation: str) -> Any:
    """Counts a call of one operation on its caller as well."""

    async def counted(request: Request) -> None:
        quota = QUOTAS.get(operation) if QUOTAS is not None else None
        if quota is None:
            return
        verdict = await take(f"{operation} {_caller_key(request.scope)}", quota)
        excess = _judged(request.scope, operation, quota, verdict)
        if excess:
            raise excess

    return Depends(counted)


def refuse_excess(scope: Scope) -> None:
    if "excess" in scope["state"]:
        raise scope["state"]["excess"]


def _caller_key(scope: Scope) -> str:
    caller = scope["state"].get("caller")
    return f"user {caller.user_id}" if caller else f"address {network(scope['state']['address'])}"


def _judged(scope: Scope, policy: str, quota: Quota, verdict: Verdict) -> Problem | None:
    """draft-ietf-httpapi-ratelimit-headers: an item for each policy."""
    state = scope["state"]
    state.setdefault("policies", []).append(f'"{policy}";q={quota.requests};w={quota.seconds}')
    state.setdefault("left", []).append(f'"{policy}";r={verdict.remaining};t={verdict.seconds}')
    return None if verdict.admitted else rate_limited(verdict.seconds)
