"""References to rows that nobody can ask for."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import part_of
from backwright.experts.model import Case, Example, Found, Rule
from backwright.plan.model import Reference

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        for field in entity.fields:
            target = case.plan.entity(field.type.entity) if isinstance(field.type, Reference) else None
            found = part_of(case.plan, target) if target else None
            if target and found and target.whole not in (entity.name, entity.whole):
                yield Found(
                    f"{entity.name}.{field.name}",
                    field.origin,
                    f"{entity.name}.{field.name} refers to {target.name}, which is a part of {found[0].name} and has "
                    "no route: its id says nothing to a client",
                    f"Refer to {found[0].name}, or let {target.name} be an entity of its own with a reference to it.",
                )


_BAD = """entities:
  Page:
    fields: {title: string(1..80)}
    parts:
      sections: Section[0..20]
    allow: {read: me != null, create: me != null}
  Section:
    fields: {text: string}
  Remark:
    fields: {section: Section, text: string}
    allow: {read: me != null, create: me != null}
"""

RULE = Rule(
    name="architect/reference-to-part",
    severity="warning",
    summary="An entity refers to a part of another one.",
    explanation="A part lives and is read inside its whole: it has no route, and it goes when its whole goes. A row "
    "elsewhere that refers to it shows an id that nobody can look up, and keeps the whole from being deleted.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("section: Section", "page: Page")),
)
