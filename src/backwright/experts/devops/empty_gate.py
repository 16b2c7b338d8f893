"""Gates that passed without doing anything."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.diagnostics.evidence import GateResult
from backwright.experts.model import Case, Evidence, Example, Found, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for gate in case.evidence.gates if case.evidence and case.evidence.is_current else ():
        if gate.status == "passed" and gate.count == 0:
            yield Found(
                gate.name,
                case.top,
                f"verification.json says that {gate.name} passed with 0 {gate.unit or 'checks'}, which no gate does",
                "The file was written by something else: run `backwright verify` again.",
            )


_TOPIC = "entities:\n  Topic:\n    fields: {text: string}\n    allow: {read: me != null, create: me != null}\n"

RULE = Rule(
    name="devops/empty-gate",
    severity="error",
    summary="The report says that a gate passed which did nothing.",
    explanation="A gate that counts nothing is red, so this line cannot come from one. Evidence that was edited is "
    "worth less than none.",
    check=_check,
    bad=Example(_TOPIC, Evidence((GateResult("races", "passed", 0, "requests"),))),
    good=Example(_TOPIC, Evidence((GateResult("races", "passed", 700, "requests"),))),
)
