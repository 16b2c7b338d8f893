"""Rights that their holders give themselves."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import every_rule, stores
from backwright.experts.model import Case, Example, Found, Rule
from backwright.plan.expressions import walk
from backwright.plan.expressions.tree import Access, Me

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    identity = case.plan.identity
    if identity is None:
        return
    account = case.plan.entity(identity.entity)
    own = stores(case.plan, account, "create") - {identity.login}
    said = set()
    for element, rule in every_rule(case.plan):
        for node in walk(rule.expression):
            if (
                isinstance(node, Access)
                and isinstance(node.of, Me)
                and node.name in own
                and (element, node.name) not in said
            ):
                said.add((element, node.name))
                yield Found(
                    element,
                    rule.origin,
                    f"who may '{rule.action}' depends on me.{node.name}, which whoever registers fills in",
                    f"Keep {node.name} where its subject does not write it: in an entity that only the staff creates "
                    "and that refers to the account, or as a role.",
                )


_BAD = """entities:
  Account:
    fields: {email: email unique personal, trusted: bool default false}
    allow: {read: this == me || me.role == 'staff'}
  Topic:
    fields: {text: string}
    allow: {read: me != null, create: me != null && me.trusted}
"""

RULE = Rule(
    name="security/own-right",
    severity="error",
    summary="A rule asks the caller's account for a field that the caller fills in.",
    explanation="Registration takes every field of an account but the role, whatever the rules for updating say. A "
    "rule that trusts `me.field` is then satisfied by whoever asks for it when registering (CWE-915, CWE-269).",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace(" && me.trusted", " && me.role == 'staff'")),
)
