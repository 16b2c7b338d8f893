"""Jobs that read a table to find a few rows."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import counted
from backwright.experts.model import Case, Example, Found, Rule
from backwright.experts.notation import condition, index_lines, lines
from backwright.lowering.relational.names import column
from backwright.lowering.relational.tables import tables
from backwright.plan.expressions import fields_read
from backwright.plan.expressions.tree import Expression, Logical
from backwright.plan.model import Entity, Job, Json, Plan

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for job in case.plan.jobs:
        entity = case.plan.entity(job.entity)
        asked = _asked(job, entity)
        if job.where and asked and not _served(case.plan, entity, job.where):
            yield Found(
                job.name,
                job.origin,
                f"{job.name} looks for '{condition(job.where)}' {_often(job)}, and {entity.name} has no index that "
                f"begins with {' or '.join(asked)}",
                "Give it one.",
                lines("entities", entity.name, index_lines(entity, asked[0], "createdAt")),
            )


def _asked(job: Job, entity: Entity) -> list[str]:
    read = {name for owner, name in fields_read(job.where) if owner == entity.name} if job.where else set()
    return [field.name for field in entity.fields if field.name in read and not isinstance(field.type, Json)]


def _served(plan: Plan, entity: Entity, where: Expression) -> bool:
    """Whether one of the conditions that must all hold is about the first field of an index."""
    table = next(each for each in tables(plan) if each.entity is entity)
    first = {index.columns[0] for index in table.indexes}
    ready = {field.name for field in entity.fields if column(field) in first} | {"createdAt", "id"}
    return any(
        {name for owner, name in fields_read(each) if owner == entity.name} & ready for each in _conjuncts(where)
    )


def _conjuncts(expression: Expression) -> Iterator[Expression]:
    if isinstance(expression, Logical) and expression.operator == "&&":
        yield from _conjuncts(expression.left)
        yield from _conjuncts(expression.right)
    else:
        yield expression


def _often(job: Job) -> str:
    return f"every {job.seconds} seconds" if job.seconds else counted(len(job.times), "time", "times") + " a day"


_BAD = """entities:
  Draft:
    fields: {label: string(1..40), dropOn: date optional}
    allow: {read: me != null, create: me.role == 'staff'}
jobs:
  drop:
    at: ["03:00"]
    for: {each: Draft, where: "dropOn != null && dropOn < date(now)", as: draft}
    steps:
      - delete: draft
"""

RULE = Rule(
    name="performance/job-without-index",
    severity="warning",
    summary="A job looks for rows by something that no index begins with.",
    explanation="Every page of a run then reads the table until it has found a hundred rows, and the last one reads "
    "all of it, on the database that answers requests. Enumerations, flags, references, required numbers and times "
    "have an index without being asked; optional times and texts have none.",
    check=_check,
    bad=Example(_BAD),
    good=Example(_BAD.replace("    allow", "    indexes: [[dropOn, createdAt]]\n    allow", 1)),
)
