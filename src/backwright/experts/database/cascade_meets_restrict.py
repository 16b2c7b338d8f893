"""Cascades that stop half-way."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import a
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import field_line, lines
from backwright.lowering.operations import writes
from backwright.plan.indexes import references_to
from backwright.plan.model import DeleteStep, Entity, Plan, Reference

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        if not _can_go(case.plan, entity):
            continue
        for holder, field in references_to(case.plan, entity.name):
            if not isinstance(field.type, Reference) or field.type.on_delete != "cascade" or holder.name == entity.name:
                continue
            for last, hold in references_to(case.plan, holder.name):
                if isinstance(hold.type, Reference) and hold.type.on_delete == "restrict" and last.name != holder.name:
                    yield Found(
                        f"{last.name}.{hold.name}",
                        hold.origin,
                        f"deleting {a(entity.name)} deletes its rows of {holder.name}, but is refused as soon as "
                        f"{a(last.name)} refers to one of them by {hold.name}",
                        "Decide for the whole chain: let all of it go, or let the first step be refused too.",
                        lines("entities", holder.name, "fields", field_line(field, type=Reference(entity.name)))
                        if holder.whole is None
                        else lines(
                            "entities", last.name, "fields", field_line(hold, type=Reference(holder.name, "cascade"))
                        ),
                    )


def _can_go(plan: Plan, entity: Entity) -> bool:
    deleted = any(isinstance(each.step, DeleteStep) and each.entity is entity for each in writes(plan))
    return deleted or entity.rule("delete") is not None


_BAD = """entities:
  House:
    fields: {label: string(1..20) unique}
    allow: {read: me != null, create: me.role == 'staff', delete: me.role == 'staff'}
  Flat:
    fields: {house: House on delete cascade, number: int(1..99)}
    allow: {read: me != null, create: me.role == 'staff'}
  Lease:
    fields: {flat: Flat, since: date}
    allow: {read: me.role == 'staff', create: me.role == 'staff'}
"""

RULE = Rule(
    name="database/cascade-meets-restrict",
    severity="warning",
    summary="A deletion cascades to rows that something else holds fast.",
    explanation="The first reference says that rows go with what they refer to, the next one that they may not go. "
    "The whole deletion is then refused with 409, for a reason two tables away, and only once there is data.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace(" on delete cascade", "")),
)
