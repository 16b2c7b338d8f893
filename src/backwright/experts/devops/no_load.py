"""Backends that promise nothing about speed."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    if not any(each.path.partition(".")[0] == "load" for each in case.plan.requirements):
        yield Found(
            "",
            case.top,
            "no load is stated, so the gate `load` measures nothing, and nobody can say how many servers are needed",
            "State what you expect at the busiest time; a guess is better than nothing.",
            lines("requirements", "load: {users: 1000, rps: 20, p95: 300ms}"),
        )


_TOPIC = "entities:\n  Topic:\n    fields: {text: string}\n    allow: {read: me != null, create: me != null}\n"

RULE = Rule(
    name="devops/no-load",
    severity="note",
    summary="The blueprint states no load.",
    explanation="Rate, accounts and p95 are what the gate `load` holds the server to, over tables filled for that "
    "many accounts. Without them a change that makes every list ten times slower passes all gates.",
    check=_check,
    bad=Example("requirements: none\n" + _TOPIC),
    good=Example(_TOPIC + "requirements:\n  load: {users: 1000, rps: 20, p95: 300ms}\n"),
)
