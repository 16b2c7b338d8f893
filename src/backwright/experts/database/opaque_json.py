"""Structure that the database does not know."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import listed
from backwright.experts.model import Case, Example, Found, Rule
from backwright.plan.model import Json

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        opaque = [field for field in entity.fields if isinstance(field.type, Json)]
        required = [field for field in opaque if not field.optional]
        if required or len(opaque) > 1:
            names = [field.name for field in opaque]
            yield Found(
                f"{entity.name}.{names[0]}",
                (required or opaque)[0].origin,
                f"{listed(names)} of {entity.name} can hold anything: no rule, filter, check or expression sees inside",
                "Give what is known about it fields, or parts; keep json for what others send and you only pass on.",
            )


_BAD = """entities:
  Form:
    fields: {label: string(1..40), answers: json}
    allow: {read: me != null, create: me.role == 'staff'}
"""

RULE = Rule(
    name="database/opaque-json",
    severity="note",
    summary="A row needs a json value, or has several.",
    explanation="json is opaque: any shape is stored, nothing can be asked of it, and a client that sends something "
    "else is told nothing. One optional value to pass on is what it is for; a required one, or two, are a table that "
    "was not drawn.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("answers: json", "answers: json optional")),
)
