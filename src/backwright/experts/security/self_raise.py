"""Operations that give more than their callers have."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import is_identity, listed, people
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.steps import callers, name_of, origin_of
from backwright.lowering.operations import writes
from backwright.plan.expressions import walk
from backwright.plan.expressions.tree import Constant, Expression
from backwright.plan.model import Plan, UpdateStep

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    identity = case.plan.identity
    for write in writes(case.plan) if identity else ():
        if identity is None or not is_identity(case.plan, write.entity) or not isinstance(write.step, UpdateStep):
            continue
        given = next((each.expression for each in write.step.assignments if each.field == "role"), None)
        able = [role for role in identity.roles if role in callers(case.plan, write.routine)]
        reached = _roles(case.plan, given) if given else ()
        higher = [role for role in reached if able and identity.roles.index(role) > identity.roles.index(able[0])]
        if higher:
            yield Found(
                name_of(write.routine),
                origin_of(case.plan, write.routine),
                f"{people(case.plan, frozenset(able))} may call {name_of(write.routine)}, which makes accounts "
                f"{listed(higher)}",
                f"Let only '{identity.roles[-1]}' call it, or set a role that is not above the caller's.",
            )


def _roles(plan: Plan, given: Expression) -> tuple[str, ...]:
    """The roles that it can come to: those it names, or all where it does not know."""
    assert plan.identity
    constants = [
        str(node.value) for node in walk(given) if isinstance(node, Constant) and node.value in plan.identity.roles
    ]
    return tuple(constants) if constants else plan.identity.roles


_BAD = """operations:
  promote:
    route: POST /accounts/{account}/role
    allow: me != null
    input: {account: Account, role: "enum(member, staff)"}
    steps:
      - update: input.account
        set: {role: input.role}
"""

RULE = Rule(
    name="security/self-raise",
    severity="error",
    summary="An operation gives roles that are above its callers'.",
    explanation="The operation writes the role of an account, and one of those who may call it has a role that stands "
    "before the one that is given: who is let in low can leave high (CWE-269). Roles are read in the order in which "
    "`identity` lists them, from the one that registration gives to the one that may most.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("allow: me != null", "allow: me.role == 'staff'")),
)
