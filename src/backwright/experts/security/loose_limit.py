"""Limits of guessing that limit nothing."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines

__all__ = ["RULE"]

_MOST = {"login": (60, "30/min", "sign in"), "register": (300, "60/min", "register")}


def _check(case: Case) -> Iterator[Found]:
    for limit in case.plan.limits:
        most, usual, verb = _MOST.get(limit.name, (0, "", ""))
        rate = limit.requests * 60 / limit.seconds
        if most and rate > most:
            yield Found(
                f"limits.{limit.name}",
                limit.origin,
                f"{rate:g} attempts a minute to {verb} are allowed, {rate * 60:,.0f} an hour; without a word it would "
                f"be {usual}",
                "People need a few. Let programs use API keys, which need no sign-in.",
                lines("requirements", "limits", f"{limit.name}: {usual}"),
            )


_BAD = """entities:
  Topic:
    fields: {text: string}
    allow: {read: me != null, create: me != null}
requirements:
  load: {users: 1000, rps: 50, p95: 300ms}
  limits: {login: 600/min}
"""

RULE = Rule(
    name="security/loose-limit",
    severity="warning",
    summary="The stated limit for signing in or registering is far above what people need.",
    explanation=f"More than {_MOST['login'][0]} attempts a minute to sign in, or {_MOST['register'][0]} to register, "
    "are those of programs that try stolen passwords or make accounts (CWE-307). An account that is tried is slowed "
    "down besides, but a list of many accounts with one password each is stopped by this limit alone.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("600/min", "20/min")),
)
