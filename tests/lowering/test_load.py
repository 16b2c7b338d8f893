"""Which requests the project's own test of its load sends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from backwright.diagnostics import Origin
from backwright.lowering.suites import LoadSuite, load_suite
from backwright.lowering.suites.statements import Insert, SignIn
from backwright.plan.model import Plan, Requirement
from tests.lowering.test_suites import BLUEPRINTS
from tests.targets.regenerate import ROOT, SHOP, compiled


def loaded(plan: Plan, rate: str = "50", p95: str = "1s") -> Plan:
    """The plan with a stated load."""
    stated = (Requirement("load.rps", rate, Origin()), Requirement("load.p95", p95, Origin()))
    return replace(plan, requirements=stated)


def suite_of(plan: Plan) -> LoadSuite:
    found = load_suite(plan)
    assert found
    return found


def test_every_kind_of_request_is_asked() -> None:
    load = suite_of(compiled(SHOP))
    assert load.title == "when 200 requests come a second, then 95 of 100 are answered within 200 ms"
    names = {ask.name for ask in load.reads}
    assert names == {
        f"{verb} {thing}"
        for verb, things in (("list", "users categories products orders"), ("read", "user category product order"))
        for thing in things.split()
    }
    assert [ask.name for ask in load.writes] == [
        "create category",
        "create product",
        "call place order",
        "call orders pay",
        "call orders ship",
        "call orders deliver",
        "call orders cancel",
    ]
    [placed] = [ask for ask in load.writes if ask.name == "call place order"]
    assert placed.asks.status == 201
    assert [type(each) for each in placed.statements[:2]] == [SignIn, Insert]


def test_one_client_offers_no_more_than_it_can() -> None:
    assert suite_of(loaded(compiled(SHOP), "2000")).rate == 500
    assert suite_of(loaded(compiled(SHOP), "20")).rate == 20


def test_without_a_stated_load_there_is_none() -> None:
    assert load_suite(replace(compiled(SHOP), requirements=())) is None


def test_rows_of_which_there_are_few_are_left_out() -> None:
    load = suite_of(loaded(compiled(ROOT / "tests" / "gates" / "demanding.yaml")))
    names = [ask.name for ask in (*load.reads, *load.writes)]
    assert "list profiles" in names
    assert not [name for name in names if any(few in name for few in ("room", "slot", "visit"))]


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.parent.name)
def test_names_come_once(path: Path) -> None:
    load = load_suite(loaded(compiled(path)))
    names = [ask.name for ask in (*load.reads, *load.writes)] if load else []
    assert len(set(names)) == len(names)
