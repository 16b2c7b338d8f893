"""Test files in TypeScript."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from backwright.lowering.suites import Ask, LoadSuite, Suite, load_suite, suites
from backwright.lowering.suites.expressions import EACH_ROLE
from backwright.lowering.suites.statements import BodyMaker, Test
from backwright.plan.model import Plan
from backwright.targets.express import text, zod
from backwright.targets.express.names import test_name, word
from backwright.targets.express.render import render
from backwright.targets.express.tests.expressions import members
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


@dataclass(frozen=True, slots=True)
class AskView:
    """A function that prepares a request, and the statement that sends it."""

    name: str
    lines: tuple[str, ...]
    asks: str


@dataclass(frozen=True, slots=True)
class LoadView:
    """The file that holds the stated load; titles and objects as literals."""

    imports: tuple[str, ...]
    asks: tuple[AskView, ...]
    title: str
    rate: int
    within: int
    reads: str
    writes: str


def test_files(plan: Plan) -> Iterator[Templated]:
    """Path, content, and the elements it came from."""
    yield "tests/support/rows.ts", render("tests/support/rows.ts.j2", rows_view(plan)), ()
    for suite in suites(plan):
        ids = (suite.about.id,) if suite.about else ()
        yield _path(plan, suite), render("tests/suite.test.ts.j2", _view(suite)), ids
    load = load_suite(plan)
    if load:
        yield "tests/performance/load.test.ts", render("tests/load.test.ts.j2", _load_view(load)), ()


def _path(plan: Plan, suite: Suite) -> str:
    if suite.about:
        return f"tests/integration/{test_name(plan, suite.about, suite.kind)}.test.ts"
    return "tests/e2e/story.test.ts" if suite.kind == "story" else "tests/integration/pipeline.test.ts"


_SOURCES = (
    (("logIn", "refresh", "registered"), "../support/accounts.js"),
    (("query", "type Row", "stored"), "../support/database.js"),
    (("eventsOf",), "../support/outbox.js"),
    (("same", "sendPlain"), "../support/plain.js"),
    (("all", "faultsOf", "idsOf", "itemsOf", "like", "newest", "send", "tagOf", "underLoad"), "../support/server.js"),
    (("inTurn", "pick", "someDay", "someNumber", "unique"), "../support/unique.js"),
)


def _view(suite: Suite) -> SuiteView:
    """The view of a file: its imports follow from what it says."""
    printer = Statements()
    preamble = tuple(_maker(printer, suite.maker)) if suite.maker else ()
    tests = tuple(_test(printer, test) for test in suite.tests)
    compares = any(line.lstrip().startswith("assert") for test in tests for line in test.lines)
    return SuiteView(tuple(_imports(printer.used, compares=compares)), preamble, tests)


def _imports(used: set[str], *, compares: bool = True, server: str = "server") -> Iterator[str]:
    """`server` is the module that sends."""
    known = {name for names, _ in _SOURCES for name in names}
    rows = sorted(used - known, key=text.natural)
    sources = [(names, path.replace("/server.", f"/{server}.")) for names, path in _SOURCES]
    if compares:
        yield "import assert from 'node:assert/strict';"
    yield "import { test } from 'node:test';"
    for names, path in sorted((*sources, (rows, "../support/rows.js")), key=lambda source: source[1]):
        needed = [name for name in names if name in used]
        if needed:
            yield _import(needed, path)


def _load_view(load: LoadSuite) -> LoadView:
    printer = Statements()
    asks = tuple(_ask(printer, ask) for ask in (*load.reads, *load.writes))
    return LoadView(
        imports=tuple(_imports({*printer.used, "underLoad"}, server="load")),
        asks=asks,
        title=text.string(load.title),
        rate=load.rate,
        within=load.within,
        reads=members(_function(ask) for ask in load.reads),
        writes=members(_function(ask) for ask in load.writes),
    )


def _ask(printer: Statements, ask: Ask) -> AskView:
    lines = tuple(line for each in ask.statements for line in printer.lines(each))
    [asks] = printer.lines(ask.asks)
    return AskView(_function(ask), lines, asks)


def _function(ask: Ask) -> str:
    return word(ask.name.replace(" ", "_"))


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
