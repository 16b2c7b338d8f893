"""Operations that write everything."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import listed
from backwright.experts.model import Case, Example, Found, Rule
from backwright.lowering.operations import writes

__all__ = ["RULE"]

_MOST = 5


def _check(case: Case) -> Iterator[Found]:
    for operation in case.plan.operations:
        written = dict.fromkeys(each.entity.name for each in writes(case.plan) if each.routine.operation is operation)
        outermost = [name for name in written if case.plan.entity(name).whole not in written]
        if len(outermost) >= _MOST:
            yield Found(
                operation.name,
                operation.origin,
                f"{operation.name} writes rows of {len(outermost)} kinds in one transaction: {listed(outermost)}",
                "Keep in it what must be true together; emit an event for what may follow a moment later.",
            )


_KINDS = ("One", "Two", "Three", "Four", "Five")


def _example(kinds: tuple[str, ...]) -> str:
    entities = "".join(
        f"  {kind}:\n    fields: {{label: string}}\n    allow: {{read: me != null, create: me.role == 'staff'}}\n"
        for kind in kinds
    )
    steps = "".join(f"      - create: {kind}\n        set: {{label: input.label}}\n" for kind in kinds)
    head = "operations:\n  enrol:\n    route: POST /enrolments\n    allow: me.role == 'staff'\n"
    return f"entities:\n{entities}{head}    input: {{label: string}}\n    steps:\n{steps}"


RULE = Rule(
    name="architect/wide-operation",
    severity="note",
    summary=f"One operation writes rows of {_MOST} kinds or more.",
    explanation="All of it is locked, written and undone together, by one caller's authority. What follows from an "
    "operation without having to be true at the same moment is better told by an event, which is committed with it and "
    "cannot get lost. Parts count as their whole.",
    check=_check,
    bad=Example(_example(_KINDS)),
    good=Example(_example(_KINDS[:2])),
)
