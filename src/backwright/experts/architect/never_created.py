"""Rows that nothing makes."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import makers
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        if not makers(case.plan, entity):
            made = entity.whole or entity.name
            yield Found(
                entity.name,
                entity.origin,
                f"nothing can ever make a row of {entity.name}: no rule lets {made} be created, and no step does it",
                "Say who may, or create it in an operation; remove it if it is a leftover.",
                lines("entities", made, "allow", "create: me != null"),
            )


RULE = Rule(
    name="architect/never-created",
    severity="warning",
    summary="An entity has no way to come into being.",
    explanation="No rule lets anybody create a row, and no operation, transition or job does. Only seeds and people "
    "with access to the database can fill the table, so in production it stays empty.",
    check=_check,
    bad=Example("entities:\n  Topic:\n    fields: {text: string}\n    allow: {read: me != null}\n"),
    good=Example(
        "entities:\n  Topic:\n    fields: {text: string}\n    allow: {read: me != null, create: me != null}\n"
    ),
)
