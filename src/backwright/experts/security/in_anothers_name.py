"""Rows that are made in somebody else's name."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import compared_with_me, may, newcomers, people, stores
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines
from backwright.plan.model import Entity, Plan, Reference

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        rule = entity.rule("create")
        able = may(rule) & newcomers(case.plan)
        for name in _holders(case.plan, entity) if rule and able else ():
            yield Found(
                f"{entity.name}.{name}",
                rule.origin if rule else entity.origin,
                f"{people(case.plan, able)} may create a row of {entity.name} with anybody as its {name}, and its "
                f"rules let the {name} in",
                f"Make the {name} the owner: whoever creates a row owns it, and no body says otherwise.",
                lines("entities", entity.name, f"owner: {name}"),
            )


def _holders(plan: Plan, entity: Entity) -> list[str]:
    """Required references to accounts that give rights, that a body names and that the rule for creating ignores."""
    if plan.identity is None or entity.owner:
        return []
    rights = [entity.rule(action) for action in ("read", "update", "delete")]
    rights += [move.rule for move in entity.lifecycle.transitions] if entity.lifecycle else []
    trusted = frozenset(name for rule in rights for name in compared_with_me(rule))
    asked = compared_with_me(entity.rule("create"))
    return [
        field.name
        for field in entity.fields
        if isinstance(field.type, Reference)
        and field.type.entity == plan.identity.entity
        and not field.optional
        and field.name in (trusted - asked) & stores(plan, entity, "create")
    ]


_BAD = """entities:
  Statement:
    fields: {author: Account immutable, text: string}
    allow: {read: author == me || me.role == 'staff', create: me != null}
"""

RULE = Rule(
    name="security/in-anothers-name",
    severity="warning",
    summary="Whoever registers may create rows that count as somebody else's.",
    explanation="The rules treat a reference to an account as whose row it is, but the rule for creating does not ask "
    "that it is the caller. So rows appear among other people's, said by them (CWE-639).",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("  Statement:\n", "  Statement:\n    owner: author\n")),
)
