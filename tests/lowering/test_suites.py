"""What generated tests say, before a stack prints it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from backwright.lowering.suites import Suite, suites
from backwright.lowering.suites.expressions import CALLER, Constant, Name, Request, Row
from backwright.lowering.suites.statements import Insert, Register, SignIn, Statement, StatusIs, Test
from backwright.lowering.suites.tidying import mentioned, tidy
from tests.targets.regenerate import ROOT, SHOP, compiled

BLUEPRINTS = sorted((*ROOT.glob("examples/*/blueprint.yaml"), *ROOT.glob("tests/cases/*/blueprint.yaml")))


@cache
def of(path: Path) -> tuple[Suite, ...]:
    return tuple(suites(compiled(path)))


def unknown(test: Test) -> set[Row | Name]:
    """Names that a test reads before it has given them."""
    given: set[Row | Name] = set()
    found: set[Row | Name] = set()
    for statement in test.statements:
        name = CALLER if isinstance(statement, Register) else getattr(statement, "name", None)
        found |= set(mentioned(statement)) - given - {name}
        given |= {name} if name else set()
    return found


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.parent.name)
def test_a_test_reads_only_what_it_has_named(path: Path) -> None:
    tests = [test for suite in of(path) for test in suite.tests]
    assert tests
    assert {test.title: unknown(test) for test in tests if unknown(test)} == {}


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.parent.name)
def test_titles_of_a_file_say_when_and_then_and_come_once(path: Path) -> None:
    for suite in of(path):
        titles = [test.title for test in suite.tests]
        assert all(title.startswith("when ") and ", then " in title for title in titles)
        assert len(set(titles)) == len(titles)
        assert all(("{role}" in test.title) == bool(test.roles) for test in suite.tests)


def test_what_nobody_asks_for_goes() -> None:
    row, look = Row("note"), Request("GET", ("/v1/notes/", Row("note")))
    unread = StatusIs(Request("GET", ("/v1/notes",)), 200)
    insert = Insert("Note", (("done", Constant(True)),), row)
    assert tidy([SignIn("member"), insert, unread]) == (Insert("Note", insert.members, None), unread)
    assert tidy([SignIn("member"), insert, StatusIs(look, 401)]) == (insert, StatusIs(look, 401))
    called: list[Statement] = [SignIn("member"), StatusIs(Request("GET", ("/v1/notes",), CALLER), 200)]
    assert tidy(called) == tuple(called)


def test_callers_to_whom_the_same_happens_share_one_test() -> None:
    found = [suite for suite in of(SHOP) if suite.kind == "collection"]
    products = next(suite for suite in found if suite.about and suite.about.name == "Product")
    shared = {test.title: test.roles for test in products.tests if test.roles}
    assert shared["when somebody with role {role} deletes a product, then that is forbidden"] == ("customer", "staff")
    assert shared["when somebody with role {role} creates a product, then it is there"] == ("staff", "admin")
