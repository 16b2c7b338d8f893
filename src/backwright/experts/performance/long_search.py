"""Searches over whole documents."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import field_line, lines
from backwright.lowering.wire.lists import searched_fields
from backwright.plan.model import Text

__all__ = ["RULE"]

_MOST = 20_000


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        for field in searched_fields(entity):
            if isinstance(field.type, Text) and field.type.max_length > _MOST:
                yield Found(
                    f"{entity.name}.{field.name}",
                    field.origin,
                    f"every word of {entity.name}.{field.name}, up to {field.type.max_length:,} characters, goes into "
                    "the index of the search, anew with each update of the row",
                    "Search a title and a summary, and leave the whole text out.",
                    lines("entities", entity.name, "fields", field_line(field, without="searchable")),
                )


_BAD = """entities:
  Chapter:
    fields: {title: string(1..80) searchable, body: text(1..60000) searchable}
    allow: {read: me != null, create: me.role == 'staff'}
"""

RULE = Rule(
    name="performance/long-search",
    severity="note",
    summary=f"A text of more than {_MOST:,} characters is searched.",
    explanation="The vector of a long text is long itself, is written with every change of the row, and makes common "
    "words match nearly every row, which a search then has to sort.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("60000) searchable", "60000)")),
)
