"""Rows that belong to somebody without saying so."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import compared_with_me, stores
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines
from backwright.plan.model import Entity, Plan, Reference

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        field = _belongs(case.plan, entity)
        if field:
            yield Found(
                entity.name,
                entity.origin,
                f"the rules of {entity.name} ask whose it is by '{field} == me', but it has no owner, so bodies name "
                "one",
                f"Let '{field}' be the owner: whoever creates a row owns it, and no body gives or changes the owner.",
                lines("entities", entity.name, f"owner: {field}"),
            )


def _belongs(plan: Plan, entity: Entity) -> str | None:
    if entity.owner or entity.whole or entity.rule("create") is None or plan.identity is None:
        return None
    asked = [compared_with_me(entity.rule(action)) for action in ("create", "update", "delete") if entity.rule(action)]
    holders = [
        field.name
        for field in entity.fields
        if isinstance(field.type, Reference) and field.type.entity == plan.identity.entity and not field.optional
    ]
    given = stores(plan, entity, "create")
    return next((name for name in holders if name in given and asked and all(name in each for each in asked)), None)


_BAD = """entities:
  Diary:
    fields: {author: Account immutable, text: string}
    allow: {read: author == me, create: author == me, update: author == me}
"""

RULE = Rule(
    name="architect/ownerless",
    severity="note",
    summary="Rules compare a reference with the caller, but the entity has no owner.",
    explanation="Every rule for writing asks the same reference who the row belongs to. As the `owner` it is filled in "
    "with the caller, no body carries it, and a mistake in one of the rules cannot give rows away.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("  Diary:\n", "  Diary:\n    owner: author\n")),
)
