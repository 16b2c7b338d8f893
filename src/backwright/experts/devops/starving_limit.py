"""Limits that refuse people."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines

__all__ = ["RULE"]

_LEAST = 30


def _check(case: Case) -> Iterator[Found]:
    roles = case.plan.identity.roles if case.plan.identity else ()
    for limit in case.plan.limits:
        rate = limit.requests * 60 / limit.seconds
        if limit.name in ("anonymous", "user", *roles) and rate < _LEAST:
            whom = "an address, which may be a whole office," if limit.name == "anonymous" else "a person"
            yield Found(
                f"limits.{limit.name}",
                limit.origin,
                f"{whom} may ask {rate:g} times a minute for everything together: one page with a list and ten rows "
                "is eleven",
                "Limit the operations that are dear by their own names, and leave room for reading.",
                lines("requirements", "limits", f"{limit.name}: 120/min"),
            )


_BAD = """entities:
  Topic:
    fields: {text: string}
    allow: {read: me != null, create: me != null}
requirements:
  load: {users: 1000, rps: 10, p95: 300ms}
  limits: {anonymous: 10/min}
"""

RULE = Rule(
    name="devops/starving-limit",
    severity="warning",
    summary=f"A kind of caller may do less than {_LEAST} requests a minute in all.",
    explanation="The limits of `anonymous`, `user` and roles count every request, the cheap ones too. Addresses are "
    "shared by offices and mobile networks. Below half a request a second people meet 429 when they click twice.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("10/min", "120/min")),
)
