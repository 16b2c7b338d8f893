"""Intervals that end before they begin."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import lines
from backwright.experts.words import INTERVALS, words
from backwright.plan.expressions import fields_read
from backwright.plan.model import Date, Entity, Exact, Field, Integer, Timestamp

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        for first, last in dict.fromkeys(_intervals(entity)):
            checked = [{name for _, name in fields_read(check.expression)} for check in entity.checks]
            if not any({first.name, last.name} <= names for names in checked):
                yield Found(
                    f"{entity.name}.{last.name}",
                    last.origin,
                    f"nothing keeps {entity.name}.{last.name} from lying before {first.name}",
                    "Say it as a check.",
                    lines("entities", entity.name, "checks", f"inOrder: {_condition(first, last)}"),
                )


def _intervals(entity: Entity) -> Iterator[tuple[Field, Field]]:
    by_words = {words(field.name): field for field in entity.fields}
    for said, first in by_words.items():
        for begins, ends in INTERVALS:
            if said == begins or said.startswith(f"{begins} ") or said.endswith(f" {begins}"):
                last = by_words.get(said.replace(begins, ends))
                if last and _has_order(first) and type(first.type) is type(last.type):
                    yield first, last


def _has_order(field: Field) -> bool:
    return isinstance(field.type, Date | Timestamp | Integer | Exact) and not field.secret


def _condition(first: Field, last: Field) -> str:
    absent = [f"{field.name} == null" for field in (first, last) if field.optional]
    return " || ".join([*absent, f"{last.name} >= {first.name}"])


_BAD = """entities:
  Closure:
    fields: {startsAt: datetime, endsAt: datetime}
    allow: {read: me != null, create: me.role == 'staff'}
"""

RULE = Rule(
    name="database/unchecked-interval",
    severity="warning",
    summary="Two fields bound an interval, and no check says which comes first.",
    explanation="The names are a pair of the list INTERVALS in `experts/words.py`, such as `startsAt` and `endsAt`. "
    "An interval that ends before it begins is in no result, overlaps with nothing and is free for everybody.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("    allow", "    checks: {inOrder: endsAt >= startsAt}\n    allow")),
)
