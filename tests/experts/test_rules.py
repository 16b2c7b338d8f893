"""Every rule: what it finds, what it leaves alone, what it advises."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from backwright.experts.example import complete
from backwright.experts.model import Case, Example, Finding, Rule
from backwright.experts.panel import review, rules, seats
from backwright.plan.build import compile_blueprint
from tests.experts.edits import pasted
from tests.experts.regenerate import FINDINGS, ROOT, blueprints, findings, pages, said

FEWEST = 12
NAMES = [rule.name for rule in rules()]


def found_in(text: str, example: Example | None = None) -> tuple[Finding, ...]:
    plan, problems = compile_blueprint(text, "blueprint.yaml")
    assert plan is not None, problems
    return review(Case(plan, example.evidence if example else None)).findings


EDITING = [
    rule for rule in rules() if any(each.found.edit for each in found_in(complete(rule.bad.blueprint), rule.bad))
]


@pytest.mark.parametrize("rule", rules(), ids=NAMES)
def test_the_bad_example_raises_exactly_this_rule_and_the_good_one_nothing(rule: Rule) -> None:
    bad = found_in(complete(rule.bad.blueprint), rule.bad)
    assert {each.rule.name for each in bad} == {rule.name}
    assert found_in(complete(rule.good.blueprint), rule.good) == ()


@pytest.mark.parametrize("rule", rules(), ids=NAMES)
def test_a_finding_has_a_place_a_reason_and_advice(rule: Rule) -> None:
    text = complete(rule.bad.blueprint)
    for each in found_in(text, rule.bad):
        found = each.found
        assert 1 <= found.origin.line <= text.count("\n")
        assert "\n" not in found.reason
        assert not found.reason.endswith(".")
        assert found.advice.endswith((".", "?"))


@pytest.mark.parametrize("rule", EDITING, ids=[rule.name for rule in EDITING])
def test_the_suggested_edit_mends_the_bad_example(rule: Rule) -> None:
    text = complete(rule.bad.blueprint)
    edits = [each.found.edit for each in found_in(text, rule.bad) if each.found.edit]
    for edit in edits:
        text = pasted(text, edit)
    assert rule.name not in {each.rule.name for each in found_in(text, rule.bad)}


@pytest.mark.parametrize("path", blueprints(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_suggested_edit_about_a_blueprint_of_this_repository_compiles_and_mends(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for each in findings(path):
        if each.found.edit:
            left = found_in(pasted(text, each.found.edit))
            assert (each.rule.name, each.found.element) not in {
                (other.rule.name, other.found.element) for other in left
            }


def test_every_seat_has_rules_enough_and_each_is_explained() -> None:
    assert seats() == ("architect", "security", "database", "devops", "performance")
    counted = Counter(rule.seat for rule in rules())
    assert min(counted[seat] for seat in seats()) >= FEWEST
    assert len(set(NAMES)) == len(NAMES)
    for rule in rules():
        assert rule.check.__module__ == f"backwright.experts.{rule.name.replace('/', '.').replace('-', '_')}"
        assert rule.summary.endswith(".")
        assert len(rule.explanation) > 100
        assert rule.explanation.endswith(".")


def test_the_guide_counts_the_rules_of_each_seat() -> None:
    guide = (ROOT / "docs" / "review.md").read_text(encoding="utf-8")
    counted = Counter(rule.seat for rule in rules())
    for seat in seats():
        (row,) = [line for line in guide.splitlines() if line.startswith(f"| {seat} |")]
        assert row.endswith(f"| {counted[seat]} |")


def test_every_rule_has_its_page() -> None:
    stale = [place for place, text in pages().items() if not place.is_file() or place.read_text("utf-8") != text]
    assert not stale, f"`make regen` writes {stale}"


def test_what_is_said_about_the_blueprints_of_this_repository_is_known() -> None:
    assert list(said()) == FINDINGS.read_text(encoding="utf-8").splitlines(), "`make regen`, and read the difference"


def test_the_same_blueprint_is_reviewed_alike() -> None:
    path = blueprints()[0]
    assert findings(path) == findings(path)
