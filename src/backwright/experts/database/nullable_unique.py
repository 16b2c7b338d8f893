"""Combinations that are unique only while nothing is missing."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import listed
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import field_line, lines

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        optional = {field.name: field for field in entity.fields if field.optional}
        for index in entity.indexes:
            missing = [name for name in index.fields if name in optional]
            if index.unique and len(index.fields) > 1 and missing:
                yield Found(
                    entity.name,
                    index.origin,
                    f"[{', '.join(index.fields)}] is unique in {entity.name}, but {listed(missing)} may be missing, "
                    "and rows without it are never alike",
                    "Make it required, with a value for 'none', if such rows must not repeat either.",
                    lines(
                        *("entities", entity.name, "fields"),
                        "\n".join(field_line(optional[name], without="optional") for name in missing),
                    ),
                )


_BAD = """entities:
  Seat:
    fields: {row: int(1..99), side: "enum(left, right) optional"}
    unique: [[row, side]]
    allow: {read: me != null, create: me.role == 'staff'}
"""

RULE = Rule(
    name="database/nullable-unique",
    severity="warning",
    summary="A combination is unique, but one of its fields may be missing.",
    explanation="A unique index treats nulls as different (PostgreSQL documentation, 11.6): any number of rows may "
    "agree in the other fields while this one is missing. A single optional unique field is not meant: there that is "
    "the purpose.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace('"enum(left, right) optional"', '"enum(left, right)"')),
)
