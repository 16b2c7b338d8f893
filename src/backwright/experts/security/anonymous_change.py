"""Rows that strangers change."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import ANYBODY, may
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import condition, lines
from backwright.lowering.operations import writes
from backwright.plan.model import DeleteStep, UpdateStep
from backwright.plan.model import Rule as Policy

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    if case.plan.identity is None:
        return
    for entity in case.plan.entities:
        for rule in entity.rules:
            if rule.action in ("update", "delete") and ANYBODY in may(rule):
                yield Found(
                    entity.name,
                    rule.origin,
                    f"callers without an account may {rule.action} rows of {entity.name}",
                    "Let only callers with an account do it.",
                    lines("entities", entity.name, "allow", f"{rule.action}: {_narrowed(rule)}"),
                )
        for move in entity.lifecycle.transitions if entity.lifecycle else ():
            if ANYBODY in may(move.rule):
                yield Found(
                    f"{entity.name}.{move.name}",
                    move.rule.origin,
                    f"callers without an account may {move.name} rows of {entity.name}",
                    "Let only callers with an account do it: 'me != null'.",
                )
    for operation in case.plan.operations:
        changed = next(
            (each for each in writes(case.plan) if each.routine.operation is operation and _changes(each.step)), None
        )
        if changed and ANYBODY in may(operation.rule):
            yield Found(
                operation.name,
                operation.rule.origin,
                f"callers without an account may call {operation.name}, which changes rows of {changed.entity.name}",
                "Let only callers with an account call it.",
                lines("operations", operation.name, "allow: me != null"),
            )


def _narrowed(rule: Policy) -> str:
    said = condition(rule.expression)
    return "me != null" if said == "true" else f"me != null && ({said})"


def _changes(step: object) -> bool:
    return isinstance(step, UpdateStep | DeleteStep)


_BAD = """entities:
  Topic:
    fields: {text: string}
    allow: {read: true, create: me != null, update: true}
"""

RULE = Rule(
    name="security/anonymous-change",
    severity="error",
    summary="Callers without an account may change or delete rows.",
    explanation="There are accounts, but this needs none: whoever finds the address changes what others wrote, and "
    "nobody can say who it was (CWE-306).",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("update: true", "update: me.role == 'staff'")),
)
