"""A refresh token used twice ends its family."""

from __future__ import annotations

from backwright.diagnostics import Origin
from backwright.gates.arena import Arena
from backwright.gates.crowd import Call
from backwright.gates.wire import Reply

__all__ = ["race_refresh"]

_CALLS = 10
_ROUNDS = 3


def race_refresh(arena: Arena) -> None:
    """In turn, and at once."""
    if arena.plan.identity is None:
        return
    account = arena.accounts.open(arena.plan.identity.roles[0])
    origin = arena.plan.identity.origin
    second = arena.alone(_refresh(account.refresh_token))
    reused = arena.alone(_refresh(account.refresh_token))
    after = arena.alone(_refresh(_token(second)))
    answers = (second.status, reused.status, after.status)
    if answers != (200, 401, 401):
        reason = f"a refresh token, the same again, and its successor answered {answers}, not (200, 401, 401)"
        arena.fail("gate/races-refresh", reason, origin)
    for _ in range(_ROUNDS):
        _at_once(arena, str(arena.accounts.sign_in(account.login).member("refreshToken")), origin)


def _at_once(arena: Arena, token: str, origin: Origin) -> None:
    title = f"{_CALLS} uses of one refresh token"
    replies = arena.race([_refresh(token)] * _CALLS, origin, title)
    won = [reply for reply in replies if reply.status == 200]
    refused = sum(reply.status == 401 for reply in replies)
    if len(won) > 1 or len(won) + refused != _CALLS:
        arena.fail("gate/races-refresh", f"{title}: {len(won)} new pairs, {refused} refused", origin)
    if any(arena.alone(_refresh(_token(reply))).status == 200 for reply in won):
        arena.fail("gate/races-refresh", f"{title}: the family lives on", origin)


def _refresh(token: str) -> Call:
    return Call("POST", "/auth/refresh", {"refreshToken": token})


def _token(reply: Reply) -> str:
    return str(reply.member("refreshToken") or "none")
