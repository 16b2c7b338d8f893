"""Whole briefs against what a person reads in them."""

from __future__ import annotations

import pytest

from backwright.plan.build import compile_blueprint
from backwright.sources.brief import read_brief
from tests.sources.elements import Case, cases, load
from tests.sources.measure import Measured, measure

CASES = cases()
# What the compiler reached when the expectations were last gone through by hand; raise, never lower.
RECALL, PRECISION = 0.98, 0.92
NAMES = [case.name for case in CASES]


@pytest.fixture(scope="module")
def measured() -> list[Measured]:
    return [measure(case, read_brief(case.brief)) for case in CASES]


def test_the_corpus_is_large_enough() -> None:
    assert len(CASES) >= 30
    assert sum(len(case.entities) for case in CASES) >= 90


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_every_brief_compiles(case: Case) -> None:
    reading = read_brief(case.brief)
    assert reading.blueprint is not None, [problem.message for problem in reading.diagnostics]
    plan, problems = compile_blueprint(reading.blueprint, "blueprint.yaml")
    assert plan is not None, [problem.message for problem in problems if problem.severity == "error"]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_nobody_is_let_in_whom_the_brief_keeps_out(case: Case) -> None:
    assert measure(case, read_brief(case.brief)).open == []


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_no_odd_thing_is_made(case: Case) -> None:
    made = load(read_brief(case.brief).blueprint or "")["entities"]
    assert isinstance(made, dict)
    assert not set(case.never) & set(made)


@pytest.mark.parametrize("case", [case for case in CASES if case.statements], ids=lambda case: case.name)
def test_what_is_not_compiled_is_not_called_used(case: Case) -> None:
    statements = read_brief(case.brief).statements
    for part, status in case.statements.items():
        statement = next(item for item in statements if part in item.text)
        assert (statement.status, bool(statement.lost)) == (status, True), statement


def test_most_of_what_the_briefs_say_is_found(measured: list[Measured]) -> None:
    found = sum(len(each.found) for each in measured)
    missed = [f"{case.name}: {name}" for case, each in zip(CASES, measured, strict=True) for name in each.missed]
    assert found / (found + len(missed)) >= RECALL, missed


def test_little_is_added_that_no_brief_says(measured: list[Measured]) -> None:
    found = sum(len(each.found) for each in measured)
    added = [f"{case.name}: {name}" for case, each in zip(CASES, measured, strict=True) for name in each.added]
    assert found / (found + len(added)) >= PRECISION, added


def test_a_rule_that_is_too_wide_is_seen() -> None:
    case = next(case for case in CASES if case.name == "clinic")
    reading = read_brief(case.brief.replace("Only doctors can see medical records.", ""))
    assert measure(case, reading).open
