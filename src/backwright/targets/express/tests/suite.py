"""Test files in TypeScript."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from backwright.lowering.suites import Suite, suites
from backwright.lowering.suites.expressions import EACH_ROLE
from backwright.lowering.suites.statements import BodyMaker, Test
from backwright.plan.model import Plan
from backwright.targets.express import text, zod
from backwright.targets.express.names import test_name
from backwright.targets.express.render import render
from backwright.targets.express.tests.rows import rows_view
from backwright.targets.express.tests.statements import Statements

__all__ = ["test_files", "unused_tests"]

Templated = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class TestView:
    """One test; title and roles as literals."""

    title: str
    lines: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SuiteView:
    """One file of tests."""

    imports: tuple[str, ...]
    preamble: tuple[str, ...]
    tests: tuple[TestView, ...]


def test_files(plan: Plan) -> Iterator[Templated]:
    """Path, content, and the elements it came from."""
    yield "tests/support/rows.ts", render("tests/support/rows.ts.j2", rows_view(plan)), ()
    for suite in suites(plan):
        ids = (suite.about.id,) if suite.about else ()
        yield _path(plan, suite), render("tests/suite.test.ts.j2", _view(suite)), ids


def _path(plan: Plan, suite: Suite) -> str:
    if suite.about:
        return f"tests/integration/{test_name(plan, suite.about, suite.kind)}.test.ts"
    return "tests/e2e/story.test.ts" if suite.kind == "story" else "tests/integration/pipeline.test.ts"


_SOURCES = (
    (("logIn", "refresh", "registered"), "../support/accounts.js"),
    (("query", "type Row", "stored"), "../support/database.js"),
    (("eventsOf",), "../support/outbox.js"),
    (("same", "sendPlain"), "../support/plain.js"),
    (("all", "faultsOf", "idsOf", "itemsOf", "like", "newest", "send", "tagOf"), "../support/server.js"),
    (("inTurn", "pick", "someDay", "someNumber", "unique"), "../support/unique.js"),
)


def _view(suite: Suite) -> SuiteView:
    """The view of a file: its imports follow from what it says."""
    printer = Statements()
    preamble = tuple(_maker(printer, suite.maker)) if suite.maker else ()
    tests = tuple(_test(printer, test) for test in suite.tests)
    known = {name for names, _ in _SOURCES for name in names}
    rows = sorted(printer.used - known, key=text.natural)
    sources = sorted((*_SOURCES, (rows, "../support/rows.js")), key=lambda source: source[1])
    compares = any(line.lstrip().startswith("assert") for test in tests for line in test.lines)
    imports = ["import assert from 'node:assert/strict';"] if compares else []
    imports += ["import { test } from 'node:test';"]
    for names, path in sources:
        used = [name for name in names if name in printer.used]
        imports += [_import(used, path)] if used else []
    return SuiteView(tuple(imports), preamble, tests)


def _import(names: list[str], path: str) -> str:
    types = all(name.startswith("type ") for name in names)
    return text.import_line([name.removeprefix("type ") for name in names] if types else names, path, types=types)


def _maker(printer: Statements, maker: BodyMaker) -> Iterator[str]:
    printer.used.add("type Row")
    yield f"const new{maker.entity} = async (given: Row = {{}}): Promise<Row> => ({{"
    yield from (f"  {member}," for member in printer.members(maker.members))
    yield "  ...given,"
    yield "});"


def _test(printer: Statements, test: Test) -> TestView:
    roles = tuple(text.string(role) for role in test.roles)
    title = f"`{test.title.replace(EACH_ROLE, '${role}')}`" if roles else text.string(test.title)
    return TestView(title, tuple(f"  {line}" for each in test.statements for line in printer.lines(each)), roles)


def unused_tests(written: Mapping[str, str]) -> frozenset[str]:
    """The runtime's tests of value types that a project does not have."""
    used = zod.imports("\n".join(written.values()))
    return frozenset(f"tests/unit/fields/{name}.test.ts" for name in zod.FUNCTIONS if name not in used)
