"""Rules: a condition, and the roles that could ever satisfy it."""

from __future__ import annotations

from backwright.blueprint.text import Text
from backwright.diagnostics import Origin
from backwright.plan.draft import Draft
from backwright.plan.expressions import roles_that_may
from backwright.plan.expressions.scope import Scope
from backwright.plan.expressions.types import BOOL
from backwright.plan.model import Rule

__all__ = ["resolve_rule"]


def resolve_rule(draft: Draft, action: str, text: Text, scope: Scope, origin: Origin) -> Rule | None:
    """The rule that an expression of `allow` means; None where it is wrong."""
    expression = draft.compile(text, scope, BOOL)
    if expression is None:
        return None
    roles, anonymous = roles_that_may(expression, scope.roles)
    if not roles and not anonymous:
        reason = f"nobody can ever satisfy this rule for '{action}'"
        draft.say("policy/never", reason, text.origin, "Remove the action if nobody may do it.")
        return None
    return Rule(action, expression, roles, anonymous, origin)
