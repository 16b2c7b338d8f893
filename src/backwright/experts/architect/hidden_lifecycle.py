"""Enumerations that live as lifecycles do."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import stores
from backwright.experts.model import Case, Example, Found, Rule
from backwright.lowering.operations import writes
from backwright.plan.expressions.tree import Constant
from backwright.plan.model import Entity, Enumeration, Field, Plan, UpdateStep

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for entity in case.plan.entities:
        for field in entity.fields if entity.lifecycle is None and entity.whole is None else ():
            moves = _moves(case.plan, entity, field)
            if len(moves) > 1 and field.name not in stores(case.plan, entity, "update"):
                yield Found(
                    f"{entity.name}.{field.name}",
                    field.origin,
                    f"operations move {entity.name}.{field.name} to {' and '.join(sorted(moves))}, from whatever it "
                    "was",
                    "Make it the field of a lifecycle: its transitions say from where, who may, and are refused "
                    "otherwise, also when two come at once.",
                )


def _moves(plan: Plan, entity: Entity, field: Field) -> set[str]:
    if not isinstance(field.type, Enumeration):
        return set()
    return {
        str(each.expression.value)
        for write in writes(plan)
        if write.entity is entity and isinstance(write.step, UpdateStep)
        for each in write.step.assignments
        if each.field == field.name and isinstance(each.expression, Constant)
    }


_BAD = """entities:
  Task:
    fields: {text: string, state: "enum(open, begun, done) default open"}
    allow: {read: me != null}
operations:
  add:
    route: POST /tasks
    allow: me != null
    input: {text: string}
    steps:
      - create: Task
        set: {text: input.text}
  begin:
    route: POST /tasks/{task}/begin
    allow: me != null
    input: {task: Task}
    steps:
      - update: input.task
        set: {state: "'begun'"}
  finish:
    route: POST /tasks/{task}/finish
    allow: me != null
    input: {task: Task}
    steps:
      - update: input.task
        set: {state: "'done'"}
"""
_GOOD = """entities:
  Task:
    fields: {text: string}
    lifecycle:
      field: state
      states: [open, begun, done]
      transitions:
        begin: {from: open, to: begun, allow: me != null}
        finish: {from: begun, to: done, allow: me != null}
    allow: {read: me != null, create: me != null}
"""

RULE = Rule(
    name="architect/hidden-lifecycle",
    severity="warning",
    summary="Operations move an enumeration from value to value as if it were a lifecycle.",
    explanation="Operations set the field to different constants, and no body writes it: it is a state. As a plain "
    "enumeration nothing says which move is possible from where; a done task can be begun again, and of two moves at "
    "once both succeed.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_GOOD),
)
