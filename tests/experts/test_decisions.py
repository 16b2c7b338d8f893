"""Records of decisions: said where they hold, with the figures of the plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from backwright.chain.decisions import decision_pages
from backwright.experts.example import complete
from backwright.experts.model import Case, Decision
from backwright.experts.panel import decisions, seats
from backwright.lowering.database import database
from backwright.lowering.relational.tables import tables
from backwright.plan.build import compile_blueprint
from backwright.plan.model import Plan
from tests.experts.regenerate import ROOT, blueprints

CASES = ROOT / "tests" / "cases"


def compiled(path: Path) -> Plan:
    plan, problems = compile_blueprint(path.read_text(encoding="utf-8"), path.name)
    assert plan is not None, problems
    return plan


def decided(name: str) -> dict[str, Decision]:
    return {each.slug: each for each in decisions(Case(compiled(CASES / name / "blueprint.yaml")))}


@pytest.mark.parametrize("path", blueprints(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_seat_has_decided_something_about_every_plan(path: Path) -> None:
    found = decisions(Case(compiled(path)))
    assert {each.seat for each in found} == set(seats())
    assert len({(each.seat, each.slug) for each in found}) == len(found)
    for each in found:
        assert each.alternatives
        assert all(text.endswith(".") for text in (each.decided, each.reason, each.consequences))
        assert not any(other.against.endswith(".") for other in each.alternatives)


@pytest.mark.parametrize(
    ("slug", "there", "absent"),
    [
        ("outbox", "workshop", "clinic"),
        ("calls-after-the-commit", "rentals", "workshop"),
        ("states-move-by-transitions", "clinic", "notes"),
        ("sessions-as-rows", "tasks", "ledger"),
        ("counted-in-one-statement", "ledger", "notes"),
        ("jobs-in-the-servers", "rentals", "library"),
        ("one-round-trip", "ledger", "notes"),
        ("kept-answers", "library", "rentals"),
    ],
)
def test_a_decision_is_recorded_only_where_it_holds(slug: str, there: str, absent: str) -> None:
    assert slug in decided(there)
    assert slug not in decided(absent)


def test_reasons_have_the_figures_of_the_plan() -> None:
    plan = compiled(CASES / "library" / "blueprint.yaml")
    found = decided("library")
    assert f"{len(database(plan).policies)} row policies" in found["row-policies"].reason
    assert f"{sum(len(each.indexes) for each in tables(plan))} indexes" in found["indexes-by-use"].reason
    assert "Book (30 s) and Copy (60 s)" in found["kept-answers"].reason
    assert "Member.openLoans is counted" in found["counted-in-one-statement"].reason


def test_a_stack_is_recorded_with_its_reason() -> None:
    text = complete(
        "entities:\n  Topic:\n    fields: {text: string}\n    allow: {read: true}\n"
        "requirements: {stack: {name: fastapi, because: Our team runs Python.}}\n"
    )
    plan, problems = compile_blueprint(text, "blueprint.yaml")
    assert plan is not None, problems
    assert {each.slug: each.reason for each in decisions(Case(plan))}["stack"] == "Our team runs Python."


def test_the_delivered_pages_are_an_index_and_what_it_leads_to() -> None:
    index, *pages = decision_pages(compiled(CASES / "rentals" / "blueprint.yaml"))
    assert index.path == "documentation/decisions/README.md"
    for page in pages:
        assert f"]({Path(page.path).name})" in index.content
        assert page.content.startswith("# ")
        assert [line for line in page.content.splitlines() if line.startswith("## ")] == [
            "## Why",
            "## What was not chosen",
            "## What follows",
        ]
