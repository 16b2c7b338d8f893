"""Where rules begin and end: what looks alike and is sound, and other forms of the same fault (`borders.yaml`)."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from backwright.experts.example import complete
from backwright.experts.model import Case
from backwright.experts.panel import review, rules
from backwright.plan.build import compile_blueprint

BORDERS = yaml.safe_load(Path(__file__).with_name("borders.yaml").read_text(encoding="utf-8"))


def cases(kind: str) -> list[tuple[str, str]]:
    return [(each["rule"], each["sections"]) for each in BORDERS[kind]]


def found_in(sections: str) -> set[str]:
    plan, problems = compile_blueprint(complete(sections), "blueprint.yaml")
    assert plan is not None, problems
    return {each.rule.name for each in review(Case(plan)).findings}


@pytest.mark.parametrize(("rule", "sections"), cases("sound"), ids=[rule for rule, _ in cases("sound")])
def test_what_is_sound_is_left_alone(rule: str, sections: str) -> None:
    assert rule not in found_in(sections)


@pytest.mark.parametrize(("rule", "sections"), cases("faulty"), ids=[rule for rule, _ in cases("faulty")])
def test_other_forms_of_the_fault_are_found(rule: str, sections: str) -> None:
    assert rule in found_in(sections)


def test_every_border_is_that_of_a_rule() -> None:
    known = {rule.name for rule in rules()}
    assert {rule for rule, _ in (*cases("sound"), *cases("faulty"))} <= known
