"""Availabilities that are none."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines
from backwright.experts.requirements import availability, stated

__all__ = ["RULE"]

_LEAST = 90


def _check(case: Case) -> Iterator[Found]:
    requirement, found = stated(case.plan, "availability"), availability(case.plan)
    if requirement and (found is None or not _LEAST <= found[0] < 100):
        why = (
            "is no share of time"
            if found is None
            else "is a promise that nothing keeps"
            if found[0] >= 100
            else (f"allows {(100 - found[0]) * 24 / 100:.1f} hours a day without an answer")
        )
        yield Found(
            "availability",
            requirement.origin,
            f"an availability of '{requirement.value}' {why}",
            "Write a share of time below 100 %.",
            lines("requirements", "availability: 99.9%"),
        )


_BAD = """entities:
  Topic:
    fields: {text: string}
    allow: {read: me != null, create: me != null}
requirements:
  load: {users: 1000, rps: 50, p95: 300ms}
  availability: high
"""

RULE = Rule(
    name="devops/odd-availability",
    severity="warning",
    summary="The stated availability cannot be measured or kept.",
    explanation="An availability is a share of time in percent, such as 99.9%. From it follow the minutes that a "
    "month has for failures and releases; words and 100 % leave nothing to plan with.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("high", "99.9%")),
)
