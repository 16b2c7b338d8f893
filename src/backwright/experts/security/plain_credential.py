"""Credentials that are shown."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import field_line, lines
from backwright.experts.words import CREDENTIALS, says
from backwright.plan.model import Text

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        for field in entity.fields:
            if isinstance(field.type, Text) and not field.secret and says(field.name, CREDENTIALS):
                yield Found(
                    f"{entity.name}.{field.name}",
                    field.origin,
                    f"{entity.name}.{field.name} sounds like a credential, and every read of {entity.name} shows it",
                    "Mark it `secret`: it is written and never shown.",
                    lines("entities", entity.name, "fields", field_line(field, "secret")),
                )


_BAD = """entities:
  Device:
    fields: {label: string(1..40), accessToken: string(20..80)}
    allow: {read: me.role == 'staff', create: me.role == 'staff'}
"""

RULE = Rule(
    name="security/plain-credential",
    severity="warning",
    summary="A field that sounds like a credential is not `secret`.",
    explanation="Who reads a credential can act as its holder (CWE-312). The name of the field is one of the list "
    "CREDENTIALS in `experts/words.py`. A `secret` field is never part of an answer, a filter, a sort or an "
    "expression.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("string(20..80)", "string(20..80) secret")),
)
