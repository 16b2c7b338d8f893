"""Tables that strangers fill."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import ANYBODY, may
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines
from backwright.experts.requirements import limit
from backwright.lowering.limits import limits
from backwright.lowering.operations import writes
from backwright.plan.model import CreateStep

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    if case.plan.identity is None or limit(case.plan, "anonymous"):
        return
    usual = dict(limits(case.plan))
    for entity in case.plan.entities:
        rule = entity.rule("create")
        if rule and ANYBODY in may(rule):
            yield Found(
                entity.name,
                rule.origin,
                f"callers without an account may create rows of {entity.name}, and no limit is stated: each address "
                f"may {usual['anonymous']}",
                "State how many you expect, or let only callers with an account do it.",
                lines("requirements", "limits", "anonymous: 30/min"),
            )
    for operation in case.plan.operations:
        made = any(
            isinstance(each.step, CreateStep) for each in writes(case.plan) if each.routine.operation is operation
        )
        if made and ANYBODY in may(operation.rule) and not limit(case.plan, operation.name):
            yield Found(
                operation.name,
                operation.rule.origin,
                f"callers without an account may call {operation.name}, which creates rows, and no limit of it is "
                f"stated: each address may {usual.get(operation.name, usual['anonymous'])}",
                "State how many you expect, or let only callers with an account do it.",
                lines("requirements", "limits", f"{operation.name}: 5/min"),
            )


_BAD = """entities:
  Enquiry:
    fields: {text: string}
    allow: {read: me.role == 'staff', create: true}
"""

RULE = Rule(
    name="security/anonymous-create",
    severity="warning",
    summary="Callers without an account create rows, and no limit is stated.",
    explanation="Forms that anybody may send are found by programs that fill tables (CWE-770). The limits that hold "
    "when nothing is said are made for people who read. State a limit of your own: `anonymous`, or one for the "
    "operation.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD + "requirements:\n  load: {users: 1000, rps: 50, p95: 300ms}\n  limits: {anonymous: 30/min}\n"),
)
