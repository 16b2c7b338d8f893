"""Personal data that whoever registers can read."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import ANYBODY, always, is_identity, listed, newcomers, people
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines
from backwright.plan.model import Entity, Plan

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        rule = entity.rule("read")
        seen = always(case.plan, rule) & newcomers(case.plan)
        fields = [field.name for field in entity.fields if field.personal and not field.secret]
        if rule and seen and fields:
            registered = f"{people(case.plan, seen)}, and anybody can register"
            who = "callers without an account" if ANYBODY in seen else registered
            yield Found(
                entity.name,
                rule.origin,
                f"every row of {entity.name} with {listed(fields)} is read by {who}",
                "Let people read their own rows, and all of them those who need to; what everybody shall see belongs "
                "to an entity of its own.",
                _narrowed(case.plan, entity),
            )


def _narrowed(plan: Plan, entity: Entity) -> str:
    trusted = (
        [role for role in plan.identity.roles[1:] if role in always(plan, entity.rule("read"))] if plan.identity else []
    )
    allowed = ["this == me"] if is_identity(plan, entity) else ["owner"] if entity.owner else []
    allowed += [f"me.role == '{role}'" for role in trusted]
    return lines("entities", entity.name, "allow", f"read: {' || '.join(allowed)}") if allowed else ""


_BAD = """entities:
  Account:
    fields: {email: email unique personal, nick: string(2..20) unique}
    allow: {read: me != null}
  Topic:
    fields: {text: string}
    allow: {read: me != null, create: me.role == 'staff'}
"""

RULE = Rule(
    name="security/personal-for-everyone",
    severity="warning",
    summary="Personal fields are readable by everybody who registers, or by everybody.",
    explanation="The rule for reading lets the first role, which registration gives, see every row, and the entity "
    "has fields that are marked `personal`. A list of all addresses is one request away for anybody with a mailbox "
    "(CWE-359). There are no rules for single fields in this version, so what is public belongs to an entity of its "
    "own.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("{read: me != null}", "{read: this == me || me.role == 'staff'}")),
)
