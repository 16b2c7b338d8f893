"""Loads that nobody can measure."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import listed
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines
from backwright.experts.requirements import load

__all__ = ["RULE"]

_USUAL = {"users": "1000", "rps": "20", "p95": "300ms"}


def _check(case: Case) -> Iterator[Found]:
    stated = [each for each in case.plan.requirements if each.path.partition(".")[0] == "load"]
    found = load(case.plan)
    missing = [
        name for name, value in (("users", found.users), ("rps", found.rps), ("p95", found.p95)) if value is None
    ]
    if stated and missing:
        yield Found(
            "load",
            stated[0].origin,
            f"the stated load has no number for {listed(missing)}, so the gate `load` cannot hold the server to it",
            "Complete it: accounts, requests a second, and the time in which 95 % are answered.",
            lines("requirements", "load", "\n".join(f"{name}: {_USUAL[name]}" for name in missing)),
        )


_BAD = """entities:
  Topic:
    fields: {text: string}
    allow: {read: me != null, create: me != null}
requirements:
  load: {users: 1000, rps: many}
"""

RULE = Rule(
    name="devops/unmeasurable-load",
    severity="warning",
    summary="The stated load lacks a figure.",
    explanation="`load` is three numbers: `users`, `rps`, and `p95` as `300ms` or `0.3s`. With one missing, or in "
    "words, the gate does not run and says so, and the promise is one on paper.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("rps: many", "rps: 20, p95: 300ms")),
)
