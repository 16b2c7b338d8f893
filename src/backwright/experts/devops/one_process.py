"""Loads that need more than one server."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.requirements import load, stated

__all__ = ["RULE"]

_MOST = 1_000


def _check(case: Case) -> Iterator[Found]:
    rps, requirement = load(case.plan).rps or 0, stated(case.plan, "load.rps")
    if rps > _MOST and requirement:
        yield Found(
            "load.rps",
            requirement.origin,
            f"{rps:,} requests a second are more than one server process does: plan for {-(-rps // _MOST) + 1}, one "
            f"of them to spare; with the default pools they open {14 * (-(-rps // _MOST) + 1)} connections",
            "Run several behind a balancer, and set max_connections, DATABASE_POOL_SIZE and DATABASE_READERS for all "
            "of them; the gate `load` offers 500 a second at most. Accept this finding once that is done.",
        )


_BAD = """entities:
  Topic:
    fields: {text: string}
    allow: {read: me != null, create: me != null}
requirements:
  load: {users: 100000, rps: 3000, p95: 300ms}
"""

RULE = Rule(
    name="devops/one-process",
    severity="note",
    summary=f"More than {_MOST:,} requests a second are stated.",
    explanation="A process uses one core. A read takes it a quarter to half a millisecond, a write or a page of rows "
    "one to one and a half (`docs/performance.md`), so a mix of them comes to about a thousand a second.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("3000", "300")),
)
