"""Days and instants that are texts."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines
from backwright.experts.words import TIMES, says
from backwright.plan.model import Text

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        for field in entity.fields:
            if isinstance(field.type, Text) and not field.type.multiline and says(field.name, TIMES):
                yield Found(
                    f"{entity.name}.{field.name}",
                    field.origin,
                    f"{entity.name}.{field.name} sounds like a time, but is a text of up to {field.type.max_length} "
                    "characters",
                    "Make it a `date` or a `datetime`: it can then be compared, sorted and checked.",
                    lines(
                        "entities", entity.name, "fields", f"{field.name}: date{' optional' if field.optional else ''}"
                    ),
                )


_BAD = """entities:
  Bill:
    fields: {label: string(1..40), dueDate: string(10..10)}
    allow: {read: me != null, create: me.role == 'staff'}
"""

RULE = Rule(
    name="database/time-as-text",
    severity="warning",
    summary="A field that sounds like a day or an instant is a text.",
    explanation="The name is one of the list TIMES in `experts/words.py`. A text holds 2026-02-31, sorts 9 behind 10, "
    "and knows neither time zones nor what is over.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("string(10..10)", "date")),
)
