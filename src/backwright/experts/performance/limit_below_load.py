"""Limits that refuse the load that is stated."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines
from backwright.experts.requirements import limit, load, stated
from backwright.lowering.limits import limits

__all__ = ["RULE"]

_SECONDS = {"s": 1, "min": 60, "h": 3600}


def _check(case: Case) -> Iterator[Found]:
    found, requirement = load(case.plan), stated(case.plan, "load.rps")
    if not found.users or not found.rps or requirement is None or case.plan.identity is None:
        return
    held = [quota for name, quota in limits(case.plan) if name in ("user", *case.plan.identity.roles)]
    quota, wanted = max(held, key=_minutely), found.rps * 60 / found.users
    if wanted > _minutely(quota):
        given = limit(case.plan, "user")
        yield Found(
            "limits.user",
            given.origin if given else requirement.origin,
            f"{found.rps} requests a second from {found.users} accounts are {wanted:,.0f} a minute of each, but an "
            f"account may {quota}{'' if given else ' unless something else is stated'}: the stated load is answered "
            "with 429",
            "Raise the limit, or state the load that you mean.",
            lines("requirements", "limits", f"user: {ceil(wanted * 2)}/min"),
        )


def _minutely(quota: str) -> float:
    """`120/min` and `2/s` as requests a minute."""
    requests, _, unit = quota.partition("/")
    return int(requests) * 60 / _SECONDS[unit]


_BAD = """entities:
  Topic:
    fields: {text: string}
    allow: {read: me != null, create: me != null}
requirements:
  load: {users: 20, rps: 100, p95: 300ms}
  limits: {user: 120/min}
"""

RULE = Rule(
    name="performance/limit-below-load",
    severity="warning",
    summary="The stated load, spread over the stated accounts, exceeds the limit of each.",
    explanation="Load and limits contradict each other: even if everybody does the same share, each account is "
    "refused. Real callers are less even than that.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("users: 20,", "users: 2000,")),
)
