"""Operations that collections have already."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.experts.facts import may, stores
from backwright.experts.model import Case, Example, Found, Rule
from backwright.plan.expressions.tree import Access, Variable
from backwright.plan.model import Assignment, CreateStep, Entity, Operation, Plan, UpdateStep
from backwright.plan.naming import collection_path

__all__ = ["RULE"]


def _check(case: Case) -> Iterator[Found]:
    for operation in case.plan.operations:
        found = _same(case.plan, operation)
        if found:
            entity, action = found
            method, path = ("POST", "") if action == "create" else ("PATCH", "/{id}")
            yield Found(
                operation.name,
                operation.origin,
                f"{operation.name} only does what {method} {collection_path(entity)}{path} does, and its callers may "
                "do that",
                "Remove it, or add what makes it different: a condition, an event, a name for the refusal.",
            )


def _same(plan: Plan, operation: Operation) -> tuple[Entity, str] | None:
    if len(operation.steps) != 1 or operation.then or operation.idempotent:
        return None
    step = operation.steps[0]
    if not isinstance(step, CreateStep | UpdateStep):
        return None
    if isinstance(step, UpdateStep) and (step.otherwise or not _is_input(step.target)):
        return None
    entity, action = plan.entity(step.entity), "create" if isinstance(step, CreateStep) else "update"
    plain = all(_is_plain(each, stores(plan, entity, action)) for each in step.assignments)
    return (entity, action) if plain and may(operation.rule) <= may(entity.rule(action)) else None


def _is_plain(each: Assignment, stored: frozenset[str]) -> bool:
    return each.field in stored and _is_input(each.expression)


def _is_input(expression: object) -> bool:
    return isinstance(expression, Access) and isinstance(expression.of, Variable) and expression.of.name == "input"


_BAD = """entities:
  Topic:
    fields: {text: string}
    allow: {read: me != null, create: me != null, update: me != null}
operations:
  rename:
    route: POST /topics/{topic}/rename
    allow: me != null
    input: {topic: Topic, text: string}
    steps:
      - update: input.topic
        set: {text: input.text}
"""

RULE = Rule(
    name="architect/crud-again",
    severity="note",
    summary="An operation does what the collection's own route does already.",
    explanation="A single step copies inputs into fields that a body may write anyway, and whoever may call the "
    "operation may use the route. Two ways to do one thing are two to document, to limit and to keep alike.",
    check=_check,
    bad=Example(_BAD),
    good=Example(
        _BAD.replace("steps:\n", "steps:\n      - require: input.text != ''\n        otherwise: {error: empty}\n")
    ),
)
