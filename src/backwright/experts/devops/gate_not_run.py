"""Gates that have not looked."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.diagnostics.evidence import GateResult
from backwright.experts.facts import listed
from backwright.experts.model import Case, Evidence, Example, Found, Rule

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    if case.evidence is None or not case.evidence.gates or not case.evidence.is_current:
        return
    measured = any(each.path.partition(".")[0] == "load" for each in case.plan.requirements)
    for gate in case.evidence.gates:
        # That no load is stated is a finding of its own.
        if gate.status == "not_run" and (gate.name != "load" or measured):
            yield Found(
                gate.name,
                case.top,
                f"the gate {gate.name} has not run: {gate.reason}",
                "Take away what kept it, or accept this finding with the reason.",
            )
    if case.evidence.absent:
        names = list(case.evidence.absent)
        yield Found(
            "absent",
            case.top,
            f"{listed(names)} {'has' if len(names) == 1 else 'have'} never looked at this project",
            "Run `backwright verify` without --gate: it runs every gate in its short form.",
        )


_TOPIC = "entities:\n  Topic:\n    fields: {text: string}\n    allow: {read: me != null, create: me != null}\n"
_PASSED = GateResult("schema", "passed", 120, "checks")

RULE = Rule(
    name="devops/gate-not-run",
    severity="note",
    summary="A gate did not run, so what it would show is not known.",
    explanation="Not run is not passed. Some gates have nothing to do in some projects and say so; others lack a "
    "program or a stated figure; `new` runs the quick ones only.",
    check=_check,
    bad=Example(_TOPIC, Evidence((_PASSED, GateResult("load", "not_run", 0, "", reason="no program")), ("faults",))),
    good=Example(_TOPIC, Evidence((_PASSED,))),
)
