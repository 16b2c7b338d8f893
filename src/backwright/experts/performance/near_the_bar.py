"""Promises that are kept by a hair."""

from __future__ import annotations

import re
from collections.abc import Iterator

from backwright.diagnostics.evidence import GateResult
from backwright.experts.model import Case, Evidence, Example, Found, Rule
from backwright.experts.requirements import load, stated

__all__ = ["RULE"]

_SHARE = 0.8


def _check(case: Case) -> Iterator[Found]:
    p95, requirement = load(case.plan).p95, stated(case.plan, "load.p95")
    gates = case.evidence.gates if case.evidence and case.evidence.is_current else ()
    for gate in gates:
        measured = (
            re.search(r"\bp95 (\d+) ms\b", gate.reason) if gate.name == "load" and gate.status == "passed" else None
        )
        if measured and p95 and requirement and int(measured[1]) / 1000 > _SHARE * p95:
            yield Found(
                "load.p95",
                requirement.origin,
                f"the gate `load` measured a p95 of {measured[1]} ms where {p95 * 1000:g} ms are stated",
                "A fuller table or a slower disk will break it: run `verify --gate load --full`, or state more.",
            )


_TOPIC = "entities:\n  Topic:\n    fields: {text: string}\n    allow: {read: me != null, create: me != null}\n"


def _measured(milliseconds: int) -> Evidence:
    said = f"50 requests a second were offered and 50 answered: p50 12 ms, p95 {milliseconds} ms, p99 400 ms."
    return Evidence((GateResult("load", "passed", 500, "requests at the stated rate", reason=said),))


RULE = Rule(
    name="performance/near-the-bar",
    severity="warning",
    summary="The measured p95 is close to the one that is stated.",
    explanation=f"More than {_SHARE:.0%} of the stated time was used up on a machine with nothing else to do and "
    "tables as full as the gate makes them.",
    check=_check,
    bad=Example(_TOPIC, _measured(280)),
    good=Example(_TOPIC, _measured(40)),
)
