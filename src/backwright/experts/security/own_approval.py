"""Conditions that the caller meets by saying so."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import holders, people, stores
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.steps import callers, name_of
from backwright.lowering.operations import Routine, all_routines
from backwright.plan.expressions import fields_read
from backwright.plan.indexes import all_steps
from backwright.plan.model import Bool, Enumeration, Field, Plan, RequireStep

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for routine in all_routines(case.plan):
        for step in all_steps(routine.steps):
            if isinstance(step, RequireStep):
                yield from _meets(case.plan, routine, step)


def _meets(plan: Plan, routine: Routine, step: RequireStep) -> Iterator[Found]:
    for name, read in fields_read(step.expression):
        entity = plan.entity(name)
        field = next((each for each in entity.fields if each.name == read), None)
        able = holders(plan, entity, entity.rule("update")) & callers(plan, routine)
        if field and able and _decides(field) and read in stores(plan, entity, "update"):
            yield Found(
                name_of(routine),
                step.origin,
                f"{name_of(routine)} asks for {name}.{read}, which {people(plan, able)} may set first by updating the "
                "row",
                f"Let others decide {read}: as the state of a lifecycle whose transition they may make, or in an "
                "entity of theirs.",
            )


def _decides(field: Field) -> bool:
    return isinstance(field.type, Bool | Enumeration)


_BAD = """entities:
  Request:
    owner: author
    fields: {author: Account immutable, text: string, approved: bool default false}
    allow: {read: owner || me.role == 'staff', create: owner, update: owner}
  Grant:
    fields: {request: Request unique}
    allow: {read: me.role == 'staff'}
operations:
  collect:
    route: POST /requests/{request}/collection
    allow: me != null
    input: {request: Request}
    steps:
      - require: input.request.approved
        otherwise: {error: not_approved}
      - create: Grant
        set: {request: input.request}
"""

RULE = Rule(
    name="security/own-approval",
    severity="warning",
    summary="An operation asks for something that its caller may set first.",
    explanation="A step requires a flag or a choice of a row, and the same callers may update that row because it is "
    "theirs. The condition then keeps nobody out: they set it, and call again (CWE-863).",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("update: owner", "update: me.role == 'staff'")),
)
