"""Evidence about another blueprint."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.diagnostics.evidence import GateResult
from backwright.experts.model import Case, Evidence, Example, Found, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    if case.evidence and case.evidence.gates and not case.evidence.is_current:
        yield Found(
            "",
            case.top,
            "verification.json is about another state of this project: what it says may no longer hold",
            "Run `backwright verify` again; a changed blueprint wants to be generated before.",
        )


_TOPIC = "entities:\n  Topic:\n    fields: {text: string}\n    allow: {read: me != null, create: me != null}\n"
_PASSED = (GateResult("schema", "passed", 120, "checks"),)

RULE = Rule(
    name="devops/stale-evidence",
    severity="warning",
    summary="The evidence is older than the blueprint or the files.",
    explanation="The report carries digests of the blueprint and of all files. They are no longer the same, so no "
    "gate has looked at what is there now. The other rules about evidence say nothing until it is renewed.",
    check=_check,
    bad=Example(_TOPIC, Evidence(_PASSED, is_current=False)),
    good=Example(_TOPIC, Evidence(_PASSED)),
)
