"""Test files in Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from backwright.lowering.suites import Ask, LoadSuite, Suite, load_suite, suites
from backwright.lowering.suites.expressions import EACH_ROLE, Expression
from backwright.lowering.suites.rows import accounts, factories, scarce_tables
from backwright.lowering.suites.statements import BodyMaker, SameBothWays, Send, Statement, Test
from backwright.plan.model import Plan
from backwright.plan.naming import snake
from backwright.targets.fastapi.names import test_name
from backwright.targets.fastapi.render import render
from backwright.targets.fastapi.tests.expressions import expression, members
from backwright.targets.fastapi.tests.statements import lines, loose_names
from backwright.targets.fastapi.text import imports, literal

__all__ = ["test_files"]

Templated = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FunctionView:
    """A function that makes a row or a body."""

    name: str
    table: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowsView:
    """`tests/support/rows.py`."""

    factories: tuple[FunctionView, ...]
    users: str | None
    login: str
    login_value: str
    profile: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TestView:
    """One test function."""

    name: str
    fixtures: tuple[str, ...]
    roles: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SuiteView:
    """One file of tests."""

    imports: str
    maker: FunctionView | None
    tests: tuple[TestView, ...]


@dataclass(frozen=True, slots=True)
class AskView:
    """A function that prepares a request, and the statement that sends it."""

    name: str
    lines: tuple[str, ...]
    asks: str


@dataclass(frozen=True, slots=True)
class LoadView:
    """The file that holds the stated load."""

    imports: str
    asks: tuple[AskView, ...]
    name: str
    rate: int
    within: int
    reads: tuple[str, ...]
    writes: tuple[str, ...]


def test_files(plan: Plan) -> Iterator[Templated]:
    """Path, content, and the elements it came from."""
    yield "tests/support/rows.py", render("tests/support/rows.py.j2", _rows(plan)), ()
    modules = _modules(plan)
    folders = set()
    for suite in suites(plan):
        path = _path(plan, suite)
        folders.add(path.rpartition("/")[0])
        ids = (suite.about.id,) if suite.about else ()
        yield path, render("tests/suite.py.j2", _view(suite, modules)), ids
    load = load_suite(plan)
    if load:
        yield "tests/performance/test_load.py", render("tests/load.py.j2", _load_view(load, modules)), ()
    scarce = scarce_tables(plan)
    for folder in sorted(folders) if scarce else ():
        yield f"{folder}/conftest.py", render("tests/conftest.py.j2", scarce), ()


def _path(plan: Plan, suite: Suite) -> str:
    if suite.about:
        return f"tests/integration/test_{test_name(plan, suite.about, suite.kind)}.py"
    return "tests/e2e/test_story.py" if suite.kind == "story" else "tests/integration/test_plain_transactions.py"


def _modules(plan: Plan) -> dict[str, tuple[str, ...]]:
    """All that a test may call; what it does not is taken out when the file is formatted."""
    rows = tuple(f"insert_{snake(entity.name)}" for entity in plan.entities)
    return {
        "typing": ("Any",),
        "tests.support.answers": ("assert_same", "at_once", "faults_of", "like", "tag_of", "without"),
        "tests.support.database": ("NOWHERE", "Row", "events_of", "is_stored", "query", "stored"),
        "tests.support.lists": ("all_rows", "ids_of", "newest"),
        "tests.support.rows": (*rows, "sign_in"),
        "tests.support.unique": ("in_turn", "pick", "some_day", "some_number", "unique"),
        "tests.support.visitor": ("Visitor",),
    }


def _view(suite: Suite, modules: dict[str, tuple[str, ...]]) -> SuiteView:
    names: dict[str, int] = {}
    tests = []
    for test in suite.tests:
        name = _name(test.title.replace(f"role {EACH_ROLE}", "this role") if test.roles else test.title)
        names[name] = names.get(name, 0) + 1
        tests.append(_test(test, f"{name}_{names[name]}" if names[name] > 1 else name))
    return SuiteView(imports(modules), _maker(suite.maker) if suite.maker else None, tuple(tests))


def _load_view(load: LoadSuite, modules: dict[str, tuple[str, ...]]) -> LoadView:
    return LoadView(
        imports=imports({**modules, "tests.support.load": ("Ask", "Client", "under_load")}),
        asks=tuple(map(_ask, (*load.reads, *load.writes))),
        name=_name(load.title),
        rate=load.rate,
        within=load.within,
        reads=tuple(map(_function, load.reads)),
        writes=tuple(map(_function, load.writes)),
    )


def _ask(ask: Ask) -> AskView:
    [asks] = lines(ask.asks, frozenset())
    return AskView(_function(ask), _body(ask.statements), asks)


def _function(ask: Ask) -> str:
    return ask.name.replace(" ", "_")


def _maker(maker: BodyMaker) -> FunctionView:
    return FunctionView(snake(maker.entity), "", tuple(members(maker.members)))


def _name(title: str) -> str:
    """The title as a name: `test_when_a_member_reads_somebody_elses_note_then_it_is_not_there`."""
    plain = re.sub(r"(?<!\w)-(?=\d)", "minus ", title.replace("'", "")).lower()
    letters = "".join(sign if f"a{sign}".isidentifier() else " " for sign in plain)
    return "_".join(["test", *letters.split()])


def _test(test: Test, name: str) -> TestView:
    plain = any(isinstance(each, SameBothWays) or (isinstance(each, Send) and each.plain) for each in test.statements)
    body = _body(test.statements)
    fixtures = ["client: httpx.Client"] if any(re.search(r"\bclient\b", line) for line in body) else []
    fixtures += ["plain: httpx.Client"] if plain else []
    fixtures += ["role: str"] if test.roles else []
    return TestView(name, tuple(fixtures), f"[{', '.join(map(literal, test.roles))}]" if test.roles else "", body)


def _body(statements: tuple[Statement, ...]) -> tuple[str, ...]:
    loose = loose_names(statements)
    return tuple(line for each in statements for line in lines(each, loose))


def _rows(plan: Plan) -> RowsView:
    made = tuple(
        FunctionView(snake(each.entity), literal(each.table), tuple(members(each.members))) for each in factories(plan)
    )
    users = accounts(plan)
    value: Expression | None = users.login_value if users else None
    return RowsView(
        factories=made,
        users=snake(users.entity) if users else None,
        login=literal(users.login) if users else "",
        login_value=expression(value) if value else "",
        profile=tuple(members(users.profile)) if users else (),
    )
