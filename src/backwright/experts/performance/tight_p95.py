"""Times that signing in alone takes."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines
from backwright.experts.requirements import load, stated

__all__ = ["RULE"]

_LEAST = 0.02


def _check(case: Case) -> Iterator[Found]:
    p95, requirement = load(case.plan).p95, stated(case.plan, "load.p95")
    if p95 is not None and requirement and p95 < _LEAST:
        yield Found(
            "load.p95",
            requirement.origin,
            f"{p95 * 1000:g} ms is less than one round trip to a database in another building with a commit in it",
            f"State {_LEAST * 1000:g} ms or more, or say where it is measured and accept this finding.",
            lines("requirements", "load", "p95: 50ms"),
        )


_BAD = """entities:
  Topic:
    fields: {text: string}
    allow: {read: me != null, create: me != null}
requirements:
  load: {users: 1000, rps: 50, p95: 5ms}
"""

RULE = Rule(
    name="performance/tight-p95",
    severity="note",
    summary=f"The stated p95 is below {_LEAST * 1000:g} ms.",
    explanation="A write waits for its commit to reach a disk, and every request for at least one round trip to the "
    "database. Below this bound the network between them decides, not the program, and the gate `load`, which has all "
    "of it on one machine, would promise what production cannot keep.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("5ms", "50ms")),
)
