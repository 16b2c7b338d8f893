"""Texts that are files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import field_line, lines
from backwright.plan.model import Text

__all__ = ["RULE"]

_MOST = 100_000


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        for field in entity.fields:
            if isinstance(field.type, Text) and field.type.max_length > _MOST:
                yield Found(
                    f"{entity.name}.{field.name}",
                    field.origin,
                    f"{entity.name}.{field.name} holds up to {field.type.max_length:,} characters, more than a body of "
                    "BODY_LIMIT_BYTES (102,400) carries",
                    "Keep it within what a request carries, or store the file elsewhere and its address here.",
                    lines(
                        "entities", entity.name, "fields", field_line(field, type=replace(field.type, max_length=_MOST))
                    ),
                )


_BAD = """entities:
  Chapter:
    fields: {number: int(1..999), body: text(1..500000)}
    allow: {read: me != null, create: me.role == 'staff'}
"""

RULE = Rule(
    name="database/very-long-text",
    severity="warning",
    summary="A text may be longer than a request can carry.",
    explanation="Servers refuse bodies above BODY_LIMIT_BYTES with 413, so the upper part of the range can never be "
    "used; and values of that size are stored out of line and read back with every row.",
    check=_check,
    bad=Example(_BAD.replace("text(1..500000)", "text(1..500000)")),
    good=Example(_BAD.replace("500000", "5000")),
)
