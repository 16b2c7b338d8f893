"""Rows that nobody ever sees again."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import every_expression, makers
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines
from backwright.plan.expressions import fields_read

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    read = {entity for each in every_expression(case.plan) for entity, _ in fields_read(each)}
    for entity in case.plan.entities:
        if (
            entity.whole is None
            and entity.rule("read") is None
            and entity.name not in read
            and makers(case.plan, entity)
        ):
            yield Found(
                entity.name,
                entity.origin,
                f"rows of {entity.name} are written, but nobody may read them and nothing looks at them",
                "Say who reads them; if another program reads the table itself, accept this finding with that reason.",
                lines("entities", entity.name, "allow", "read: me.role == 'ROLE'")
                if not case.plan.identity
                else lines("entities", entity.name, "allow", f"read: me.role == '{case.plan.identity.roles[-1]}'"),
            )


RULE = Rule(
    name="architect/write-only",
    severity="note",
    summary="Rows are written that nobody reads.",
    explanation="The entity has no rule for reading, and no rule, computed field or step reads its rows. What is only "
    "ever written costs storage and tells nobody anything.",
    check=_check,
    bad=Example("entities:\n  Report:\n    fields: {text: string}\n    allow: {create: me != null}\n"),
    good=Example(
        "entities:\n  Report:\n    fields: {text: string}\n    allow: {create: me != null, read: me.role == 'staff'}\n"
    ),
)
