"""Roles that change what they may not see."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import ANYBODY, may, people
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import condition, lines
from backwright.plan.expressions.tree import Constant

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        reading = entity.rule("read")
        if reading is None or isinstance(reading.expression, Constant):
            continue
        for rule in (entity.rule("update"), entity.rule("delete")):
            blind = may(rule) - may(reading) - {ANYBODY}
            if rule and blind:
                roles = case.plan.identity.roles if case.plan.identity else ()
                allowed = [condition(reading.expression), *(f"me.role == '{role}'" for role in roles if role in blind)]
                yield Found(
                    entity.name,
                    rule.origin,
                    f"{people(case.plan, blind)} may {rule.action} rows of {entity.name}, but never read one, so "
                    "every such request is answered with 404",
                    "Let them read what they may change, or take the right away.",
                    lines("entities", entity.name, "allow", f"read: {' || '.join(allowed)}"),
                )


_BAD = """identity: {entity: Account, login: [email, password], roles: [member, helper, staff]}
entities:
  Topic:
    fields: {text: string}
    allow:
      read: me.role == 'staff'
      create: me.role == 'staff'
      update: me.role in ['helper', 'staff']
"""

RULE = Rule(
    name="security/write-unseen",
    severity="warning",
    summary="A role may change rows that it may never read.",
    explanation="Row-level security hides what a caller may not read, and what is hidden cannot be changed: the right "
    "is an empty promise. One of the two rules does not say what was meant.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("read: me.role == 'staff'", "read: me.role in ['helper', 'staff']")),
)
