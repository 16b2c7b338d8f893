"""Which test files a plan has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backwright.lowering.operations import routines
from backwright.plan.model import Entity, Plan
from backwright.targets.express import zod
from backwright.targets.express.names import file_name, test_name
from backwright.targets.express.render import render
from backwright.targets.express.tests.entity import entity_view, suite
from backwright.targets.express.tests.operations import operation_tests
from backwright.targets.express.tests.pipeline import pipeline_tests
from backwright.targets.express.tests.rows import rows_view
from backwright.targets.express.tests.stories import story_tests
from backwright.targets.express.tests.transitions import transition_tests

__all__ = ["test_files", "unused_tests"]

Templated = tuple[str, str, tuple[str, ...]]


def test_files(plan: Plan) -> Iterator[Templated]:
    """Path, content, and the elements it came from."""
    yield "tests/support/rows.ts", render("tests/support/rows.ts.j2", rows_view(plan)), ()
    for entity in plan.entities:
        view = entity_view(plan, entity)
        if view:
            path = f"tests/integration/{file_name(entity)}.test.ts"
            yield path, render("tests/suite.test.ts.j2", view), (entity.id,)
        lifecycle = _lifecycle(plan, entity)
        if lifecycle:
            yield lifecycle
    for routine in routines(plan):
        if routine.operation:
            tests = tuple(operation_tests(plan, routine))
            path = f"tests/integration/{test_name(plan, routine.operation)}.test.ts"
            yield path, render("tests/suite.test.ts.j2", suite(plan, (), tests)), (routine.operation.id,)
    pipeline = suite(plan, (), tuple(pipeline_tests(plan)))
    yield "tests/integration/pipeline.test.ts", render("tests/suite.test.ts.j2", pipeline), ()
    story = tuple(story_tests(plan))
    if story:
        registers = any("password" in line for test in story for line in test.lines)
        password = ("const password = 'correct horse battery staple';",) if registers else ()
        yield "tests/e2e/story.test.ts", render("tests/suite.test.ts.j2", suite(plan, password, story)), ()


def _lifecycle(plan: Plan, entity: Entity) -> Templated | None:
    moves = [routine for routine in routines(plan) if routine.subject is entity]
    tests = tuple(test for routine in moves for test in transition_tests(plan, routine))
    if not tests:
        return None
    path = f"tests/integration/{file_name(entity)}-lifecycle.test.ts"
    return path, render("tests/suite.test.ts.j2", suite(plan, (), tests)), (entity.id,)


def unused_tests(written: Mapping[str, str]) -> frozenset[str]:
    """The runtime's tests of value types that a project does not have."""
    used = zod.imports("\n".join(written.values()))
    return frozenset(f"tests/unit/fields/{name}.test.ts" for name in zod.FUNCTIONS if name not in used)
