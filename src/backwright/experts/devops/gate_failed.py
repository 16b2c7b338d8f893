"""Gates that are red."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.diagnostics import Diagnostic, Origin
from backwright.diagnostics.evidence import GateResult
from backwright.experts.model import Case, Evidence, Example, Found, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for gate in case.evidence.gates if case.evidence and case.evidence.is_current else ():
        if gate.status == "failed":
            first = gate.failures[0] if gate.failures else None
            more = f"; {len(gate.failures) - 1} more" if len(gate.failures) > 1 else ""
            said = f"{first.code}: {first.message.partition(chr(10))[0]}{more}" if first else gate.reason
            yield Found(
                gate.name,
                first.origin if first and first.origin.line else case.top,
                f"the gate {gate.name} failed: {said}",
                f"See verification.html, mend it, and run `backwright verify --gate {gate.name}`.",
            )


_TOPIC = "entities:\n  Topic:\n    fields: {text: string}\n    allow: {read: me != null, create: me != null}\n"
_LEAK = Diagnostic("gate/policy-leak", "member reads a row of somebody else", Origin("blueprint.yaml", 7, 5))

RULE = Rule(
    name="devops/gate-failed",
    severity="error",
    summary="A gate has found that the project does not do what it says.",
    explanation="A red gate is a defect that was seen on the running project, not an opinion about the blueprint. "
    "Nothing else in a review matters more.",
    check=_check,
    bad=Example(_TOPIC, Evidence((GateResult("policy", "failed", 300, "cells", (_LEAK,)),))),
    good=Example(_TOPIC, Evidence((GateResult("policy", "passed", 300, "cells"),))),
)
