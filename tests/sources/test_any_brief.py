"""What holds for every brief, whatever it says: a blueprint that compiles or a message, and nothing lost silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from backwright.plan.build import compile_blueprint
from backwright.sources.brief import read_brief
from tests.sources.elements import load

# One brief in each line, with a backslash and n for the end of a line.
LINES = (Path(__file__).parent / "briefs.txt").read_text().splitlines()


def test_there_are_briefs_enough() -> None:
    assert len(LINES) >= 80


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[:40])
def test_it_compiles_or_says_why_not(line: str) -> None:
    reading = read_brief(line.replace("\\n", "\n"))
    assert reading.statements
    if reading.blueprint is None:
        assert any(problem.severity == "error" for problem in reading.diagnostics)
        return
    plan, problems = compile_blueprint(reading.blueprint, "blueprint.yaml")
    assert plan is not None, [problem.message for problem in problems if problem.severity == "error"]
    document = load(reading.blueprint)
    entities = document["entities"]
    assert isinstance(entities, dict)
    for name, body in entities.items():
        assert reading.origins[f"entities.{name}"]
        assert all(reading.origins[f"entities.{name}.fields.{field}"] for field in body.get("fields", {}))
        assert all(reading.origins[f"entities.{name}.allow.{action}"] for action in body.get("allow", {}))
    for statement in reading.statements:
        assert statement.status in ("used", "partly used", "set aside", "not understood")
        assert statement.status != "used" or not statement.lost
