"""Projects that were never run."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Evidence, Example, Found, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    if case.evidence is not None and not case.evidence.gates:
        yield Found(
            "",
            case.top,
            "no gate has looked at this project: there is no verification.json that says anything",
            "Run `backwright verify` on it.",
        )


_TOPIC = "entities:\n  Topic:\n    fields: {text: string}\n    allow: {read: me != null, create: me != null}\n"

RULE = Rule(
    name="devops/never-verified",
    severity="warning",
    summary="A project has no evidence.",
    explanation="What was written is a claim until it was run. `verify` starts it on a database of its own, tries to "
    "break it, and leaves what it found in `verification.json`.",
    check=_check,
    bad=Example(_TOPIC, Evidence()),
    good=Example(_TOPIC),
)
