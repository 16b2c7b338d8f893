"""Which test files a plan has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backwright.plan.model import Plan
from backwright.targets.express import zod
from backwright.targets.express.names import file_name
from backwright.targets.express.render import render
from backwright.targets.express.tests.entity import entity_view
from backwright.targets.express.tests.rows import rows_view

__all__ = ["test_files", "unused_tests"]


def test_files(plan: Plan) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Path, content, and the elements it came from."""
    yield "tests/support/rows.ts", render("tests/support/rows.ts.j2", rows_view(plan)), ()
    for entity in plan.entities:
        view = entity_view(plan, entity)
        if view:
            path = f"tests/integration/{file_name(entity)}.test.ts"
            yield path, render("tests/suite.test.ts.j2", view), (entity.id,)


def unused_tests(written: Mapping[str, str]) -> frozenset[str]:
    """The runtime's tests of value types that a project does not have."""
    used = zod.imports("\n".join(written.values()))
    return frozenset(f"tests/unit/fields/{name}.test.ts" for name in zod.FUNCTIONS if name not in used)
