"""Tables that hold two things."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import own
from backwright.experts.model import Case, Example, Found, Rule

__all__ = ["RULE"]

_FEWEST, _SHARE = 8, 0.75


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        fields = own(case.plan, entity)
        optional = [field for field in fields if field.optional]
        if len(fields) >= _FEWEST and len(optional) / len(fields) > _SHARE and not entity.checks:
            yield Found(
                entity.name,
                entity.origin,
                f"{len(optional)} of the {len(fields)} fields of {entity.name} may be missing, and no check says "
                "which go together",
                "Part the kinds of rows into entities, or say by `checks` what comes together.",
            )


def _example(flag: str) -> str:
    fields = "".join(f"      fact{number}: int(0..9){flag}\n" for number in range(_FEWEST))
    return f"entities:\n  Sample:\n    fields:\n{fields}    allow: {{read: me != null, create: me.role == 'staff'}}\n"


RULE = Rule(
    name="database/mostly-optional",
    severity="note",
    summary="Nearly every field of an entity may be missing.",
    explanation="Where hardly anything is required, rows of several kinds share a table: each kind needs some of the "
    "fields, and the database holds none of them to it.",
    check=_check,
    bad=Example(_example(" optional")),
    good=Example(_example("")),
)
