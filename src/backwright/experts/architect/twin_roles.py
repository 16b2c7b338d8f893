"""Roles that differ in their names alone."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import always, every_expression, every_rule, may
from backwright.experts.model import Case, Example, Found, Rule
from backwright.plan.expressions import walk
from backwright.plan.expressions.tree import Constant
from backwright.plan.expressions.types import EnumType
from backwright.plan.model import Plan

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    identity = case.plan.identity
    named = _named(case.plan)
    for number, second in enumerate(identity.roles if identity else ()):
        if identity is None or second in named:
            continue
        earlier = (role for role in identity.roles[:number] if role not in named)
        first = next((role for role in earlier if _alike(case.plan, role, second)), None)
        if first:
            yield Found(
                second,
                identity.origin,
                f"no rule and no step tells the roles '{first}' and '{second}' apart",
                f"Say in some rule what only '{second}' may do, or keep one of them.",
            )


def _alike(plan: Plan, first: str, second: str) -> bool:
    pairs = [(may(rule), always(plan, rule)) for _, rule in every_rule(plan)]
    own_limit = {first, second} & {limit.name for limit in plan.limits}
    return not own_limit and all((first in each) == (second in each) for pair in pairs for each in pair)


def _named(plan: Plan) -> frozenset[str]:
    """Roles that an expression names one by one, such as a step that asks for somebody else's role."""
    roles = plan.identity.roles if plan.identity else ()
    rules = {id(rule.expression) for _, rule in every_rule(plan)}
    return frozenset(
        str(node.value)
        for expression in every_expression(plan)
        if id(expression) not in rules
        for node in walk(expression)
        if isinstance(node, Constant) and node.typing.type == EnumType(roles)
    )


_BAD = """identity: {entity: Account, login: [email, password], roles: [member, helper, staff]}
entities:
  Topic:
    fields: {text: string}
    allow: {read: me != null, create: me != null, update: me.role == 'staff'}
"""

RULE = Rule(
    name="architect/twin-roles",
    severity="warning",
    summary="Two roles may do the same everywhere.",
    explanation="Every rule and every step treats the two alike, and neither has a limit of its own. Whoever hands "
    "out the second expects something of it that the backend does not know.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("create: me != null", "create: me.role == 'helper'")),
)
