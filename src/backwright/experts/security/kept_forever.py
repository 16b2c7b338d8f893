"""Personal data that cannot be erased although that is promised."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import is_identity, listed
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines
from backwright.experts.requirements import names
from backwright.lowering.operations import writes
from backwright.plan.model import DeleteStep, Entity, Plan, Reference

__all__ = ["RULE"]

_LAWS = frozenset(("gdpr", "dsgvo", "rgpd", "ccpa", "lgpd"))


def _check(case: Case) -> Iterator[Found]:
    law = next(iter(sorted(_LAWS & names(case.plan, "compliance"))), None)
    for entity in case.plan.entities if law else ():
        fields = [field.name for field in entity.fields if field.personal]
        if fields and entity.whole is None and not _goes(case.plan, entity):
            own = "this == me" if is_identity(case.plan, entity) else "owner" if entity.owner else "me != null"
            yield Found(
                entity.name,
                entity.origin,
                f"{law} is stated, but nothing ever deletes {entity.name} with {listed(fields)}",
                "Say who may delete it, or let a job do it after a time.",
                lines("entities", entity.name, "allow", f"delete: {own}"),
            )


def _goes(plan: Plan, entity: Entity, seen: frozenset[str] = frozenset()) -> bool:
    """Whether something deletes it, or something that it goes with."""
    deleted = any(isinstance(each.step, DeleteStep) and each.entity is entity for each in writes(plan))
    if deleted or entity.rule("delete"):
        return True
    followed = (field.type for field in entity.fields if isinstance(field.type, Reference))
    others = [each.entity for each in followed if each.on_delete == "cascade" and each.entity not in seen]
    return any(_goes(plan, plan.entity(name), seen | {entity.name}) for name in others)


_BAD = """entities:
  Account:
    fields: {email: email unique personal}
    allow: {read: this == me || me.role == 'staff'}
requirements:
  load: {users: 1000, rps: 50, p95: 300ms}
  compliance: [gdpr]
"""

RULE = Rule(
    name="security/kept-forever",
    severity="warning",
    summary="A law about personal data is stated, and some of it can never be deleted.",
    explanation="`requirements.compliance` names a law that gives people the right to have their data erased (GDPR, "
    "article 17). No rule, operation or job deletes these rows, and they do not go with others.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("'staff'}", "'staff', delete: this == me}")),
)
