"""Names from outside that may repeat."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import field_line, lines
from backwright.experts.words import KEYS, says
from backwright.plan.model import Entity, Field, Text

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        for field in entity.fields if entity.whole is None else ():
            if _is_key(field) and not _is_unique(entity, field):
                yield Found(
                    f"{entity.name}.{field.name}",
                    field.origin,
                    f"rows of {entity.name} are found by {field.name}, but several may have the same",
                    "Make it unique, alone or together with what it is unique within.",
                    lines("entities", entity.name, "fields", field_line(field, "unique")),
                )


def _is_key(field: Field) -> bool:
    if not isinstance(field.type, Text) or field.optional or field.secret:
        return False
    return field.type.format == "slug" or says(field.name, KEYS)


def _is_unique(entity: Entity, field: Field) -> bool:
    return field.unique or any(index.unique and field.name in index.fields for index in entity.indexes)


_BAD = """entities:
  Module:
    fields: {code: string(3..12), title: string(1..80)}
    allow: {read: me != null, create: me.role == 'staff'}
"""

RULE = Rule(
    name="database/loose-key",
    severity="warning",
    summary="A field that rows are found by is not unique.",
    explanation="A slug, a code, a serial number (the list KEYS in `experts/words.py`) names one row to the world. "
    "Unless the database holds that, two rows will share one some day, and whoever looks it up gets either.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("string(3..12)", "string(3..12) unique")),
)
