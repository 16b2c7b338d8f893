"""Personal data that is not called so."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import is_identity
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import field_line, lines
from backwright.experts.words import PERSONAL, says
from backwright.plan.model import Date, Field, Text

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        for field in entity.fields if is_identity(case.plan, entity) else ():
            if not field.personal and not field.secret and _is_personal(field):
                yield Found(
                    f"{entity.name}.{field.name}",
                    field.origin,
                    f"{entity.name} signs in, and {field.name} says something about whoever does, but it is not "
                    "`personal`",
                    "Mark it, so that reviews, seeds and the documentation know.",
                    lines("entities", entity.name, "fields", field_line(field, "personal")),
                )


def _is_personal(field: Field) -> bool:
    if isinstance(field.type, Text):
        return field.type.format in ("email", "phone") or says(field.name, PERSONAL)
    return isinstance(field.type, Date) and says(field.name, PERSONAL)


_BAD = """entities:
  Account:
    fields: {email: email unique personal, phone: phone optional}
    allow: {read: this == me || me.role == 'staff'}
"""

RULE = Rule(
    name="security/unmarked-personal",
    severity="note",
    summary="A field of an account is personal data and not marked so.",
    explanation="Mail addresses, telephone numbers, and fields of an account with names such as `name`, `birthDate` "
    "or `address` (the list PERSONAL in `experts/words.py`) tell something about a person. What is marked `personal` "
    "is looked after by the other rules of this seat; what is not is forgotten when somebody asks for their data.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("phone optional", "phone optional personal")),
)
