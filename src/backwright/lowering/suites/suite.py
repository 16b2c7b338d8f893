"""Which files of tests a plan has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from backwright.lowering.operations import collection, routines
from backwright.lowering.suites.bodies import body_maker
from backwright.lowering.suites.content import content_tests
from backwright.lowering.suites.lists import list_tests
from backwright.lowering.suites.operations import operation_tests
from backwright.lowering.suites.pipeline import pipeline_tests
from backwright.lowering.suites.policy import policy_tests
from backwright.lowering.suites.retirement import retirement_tests
from backwright.lowering.suites.statements import BodyMaker, Test
from backwright.lowering.suites.stories import story_tests
from backwright.lowering.suites.transitions import transition_tests
from backwright.lowering.wire.routes import BASE, routes_of
from backwright.plan.model import Entity, Operation, Plan

__all__ = ["Suite", "suites"]


@dataclass(frozen=True, slots=True)
class Suite:
    """One file of tests; what it is about is an entity, an operation, or the whole project."""

    kind: Literal["collection", "list", "lifecycle", "operation", "pipeline", "story"]
    tests: tuple[Test, ...]
    about: Entity | Operation | None = None
    maker: BodyMaker | None = None


def suites(plan: Plan) -> Iterator[Suite]:
    """In the author's order, the whole project last."""
    for entity in plan.entities:
        if any(route.kind in ("list", "read", "create", "update", "delete") for route in routes_of(plan, entity)):
            yield from _collection(plan, entity)
        moves = [routine for routine in routines(plan) if routine.subject is entity]
        tests = tuple(test for routine in moves for test in transition_tests(plan, routine))
        if tests:
            yield Suite("lifecycle", tests, entity)
    for routine in routines(plan):
        if routine.operation:
            tests = tuple(operation_tests(plan, routine))
            retired = retirement_tests(routine.operation, routine.operation.method, routine.operation.path)
            yield Suite("operation", (*tests, *retired), routine.operation)
    yield Suite("pipeline", tuple(pipeline_tests(plan)))
    story = tuple(story_tests(plan))
    if story:
        yield Suite("story", story)


def _collection(plan: Plan, entity: Entity) -> Iterator[Suite]:
    base = f"{BASE}/{collection(entity)}"
    route = next(each for each in routes_of(plan, entity) if each.kind not in ("operation", "me"))
    retired = retirement_tests(entity, route.method, route.path)
    tests = (*content_tests(plan, entity, base), *policy_tests(plan, entity, base), *retired)
    yield Suite("collection", tests, entity, body_maker(plan, entity) if entity.rule("create") else None)
    listed = tuple(list_tests(plan, entity, base))
    if listed:
        yield Suite("list", listed, entity)
