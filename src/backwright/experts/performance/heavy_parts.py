"""Answers that grow with everything inside."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.lowering.wire.shapes import shown_fields
from backwright.plan.model import Entity, Text

__all__ = ["RULE"]

_PAGE = 100
_MOST = 5_000_000


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        if entity.whole is not None or entity.rule("read") is None:
            continue
        for part in entity.parts:
            size = _characters(case.plan.entity(part.entity))
            page = _PAGE * part.max_size * size
            if page > _MOST:
                yield Found(
                    f"{entity.name}.{part.name}",
                    part.origin,
                    f"each {entity.name} is shown with up to {part.max_size} {part.name} of up to {size:,} characters "
                    f"of text; a page of {_PAGE} can have {page / 1e6:,.0f} million",
                    f"Bound them by what is real, or let {part.entity} be an entity of its own with a list of its own.",
                )


def _characters(entity: Entity) -> int:
    return sum(field.type.max_length for field in shown_fields(entity) if isinstance(field.type, Text))


_BAD = """entities:
  Thread:
    fields: {title: string(1..80)}
    parts:
      answers: Answer[0..500]
    allow: {read: me != null, create: me.role == 'staff'}
  Answer:
    fields: {body: text(1..4000)}
"""

RULE = Rule(
    name="performance/heavy-parts",
    severity="warning",
    summary="A page of rows can carry many megabytes of text in their parts.",
    explanation="Parts are shown inside their whole, in lists too, each with all its fields. The bounds in the "
    f"blueprint allow a page of more than {_MOST // 1_000_000} million characters: the server builds it in memory for "
    "whoever asks.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("[0..500]", "[0..10]")),
)
