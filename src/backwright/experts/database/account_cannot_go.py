"""Accounts that may be deleted and cannot."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import a, listed
from backwright.experts.model import Case, Example, Found, Rule
from backwright.plan.indexes import references_to
from backwright.plan.model import Reference

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    identity = case.plan.identity
    rule = case.plan.entity(identity.entity).rule("delete") if identity else None
    if identity is None or rule is None:
        return
    held = [
        f"{holder.name}.{field.name}"
        for holder, field in references_to(case.plan, identity.entity)
        if isinstance(field.type, Reference) and field.type.on_delete == "restrict"
    ]
    if held:
        yield Found(
            identity.entity,
            rule.origin,
            f"{a(identity.entity)} may be deleted, but not once {listed(held)} refers to it: the answer is 409",
            "Say of each of these references what happens to it: 'on delete cascade', or 'optional on delete clear'.",
        )


_BAD = """entities:
  Account:
    fields: {email: email unique personal}
    allow: {read: this == me || me.role == 'staff', delete: this == me}
  Note:
    owner: author
    fields: {author: Account immutable, text: string}
    allow: {read: owner, create: owner}
"""

RULE = Rule(
    name="database/account-cannot-go",
    severity="note",
    summary="Accounts may be deleted, but references to them forbid it.",
    explanation="Without a word a reference keeps what it refers to from being deleted. For accounts that is the "
    "promise of erasure broken as soon as somebody has used the system.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("Account immutable", "Account immutable on delete cascade")),
)
