"""Promises that one database cannot keep."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines
from backwright.experts.requirements import availability

__all__ = ["RULE"]

_MOST = Decimal("99.95")
_MONTH = 30 * 24 * 60


def _check(case: Case) -> Iterator[Found]:
    found = availability(case.plan)
    if found and _MOST < found[0] < 100:
        share, requirement = found
        minutes = (100 - share) / 100 * _MONTH
        yield Found(
            "availability",
            requirement.origin,
            f"{share} % leaves {minutes:.1f} minutes a month, for restarts and updates of one PostgreSQL, a failover "
            "and every migration together",
            "State what your database's provider promises, less your own releases; or say how it fails over and "
            "accept this finding.",
            lines("requirements", "availability: 99.9%"),
        )


_BAD = """entities:
  Topic:
    fields: {text: string}
    allow: {read: me != null, create: me != null}
requirements:
  load: {users: 1000, rps: 50, p95: 300ms}
  availability: 99.99%
"""

RULE = Rule(
    name="devops/beyond-one-database",
    severity="warning",
    summary=f"The stated availability is above {_MOST} %.",
    explanation="Any number of servers may run, but all of them need the one database. Its own updates and failovers, "
    "a minute or two each, are most of what is left at 99.95 % (22 minutes a month).",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("99.99%", "99.9%")),
)
