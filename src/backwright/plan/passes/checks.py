"""Conditions between fields of one row."""

from __future__ import annotations

from backwright.plan.draft import Draft
from backwright.plan.expressions.tree import Access, Expression, Many, Me, Role, This, Variable, walk
from backwright.plan.expressions.types import BOOL
from backwright.plan.model import Check

__all__ = ["checks"]


def checks(draft: Draft) -> None:
    """Compile every check; it may read only the row itself."""
    for entity in draft.entities.values():
        for node in entity.node.checks:
            expression = draft.compile(node.expression, draft.scope(entity.name), BOOL)
            if expression is None:
                continue
            if _reads_elsewhere(expression):
                reason = "a check may read only fields of its own row, which hold at any time for anybody"
                advice = "Use 'require' in an operation for conditions on other rows, the caller or the time."
                draft.say("plan/check", reason, node.expression.origin, advice)
                continue
            entity.checks.append(Check(node.name.id, expression, node.origin))


def _reads_elsewhere(expression: Expression) -> bool:
    for node in walk(expression):
        if isinstance(node, Me | Role | Variable | Many):
            return True
        if isinstance(node, Access) and not isinstance(node.of, This):
            return True
    return False
