"""Whatever stands in the file, the answer is a value."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backwright.diagnostics import render_json, render_terminal
from backwright.plan.build import compile_blueprint

EXAMPLES = Path(__file__).parents[2] / "examples"
TEXT = (EXAMPLES / "shop" / "blueprint.yaml").read_text(encoding="utf-8")
LINES = TEXT.split("\n")
PIECES = (*"{}[]:,#&*!|>'\"%@`-?~ \t\n", ": ", " #", "- ", "..", "null", "true", "1", "me", "this", "input.", "&& ")


def _is_answered(text: str) -> None:
    plan, found = compile_blueprint(text, "b.yaml")
    assert plan is not None or any(problem.severity == "error" for problem in found)
    assert all(problem.origin.line >= 1 and problem.origin.column >= 1 for problem in found)
    assert render_terminal(found, {"b.yaml": text}, colour=True) or not found
    assert render_json(found)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(TEXT)), st.integers(0, 12), st.sampled_from(PIECES))
def test_a_damaged_blueprint(position: int, removed: int, piece: str) -> None:
    _is_answered(TEXT[:position] + piece + TEXT[position + removed :])


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(LINES) - 1), st.integers(0, len(LINES) - 1), st.integers(0, 6))
def test_lines_in_another_order(one: int, other: int, spaces: int) -> None:
    lines = list(LINES)
    lines[one], lines[other] = " " * spaces + lines[other].strip(), lines[one]
    _is_answered("\n".join(lines))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    _is_answered(text)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab1.,()[]<>=\"' deflt'", max_size=30))
def test_any_notation(notation: str) -> None:
    quoted = notation.replace("'", "''")
    _is_answered(
        f"backwright: 1\napp: {{name: T}}\nentities:\n  A:\n    fields:\n      x: 'enum{quoted}'\n"
        f"      y: '{quoted}'\n    parts: {{p: '{quoted}'}}\n    allow: {{read: true}}\n"
    )


def test_the_same_text_gives_the_same_answer() -> None:
    wrong = TEXT.replace("money", "mony").replace("customer", "custmer", 3)
    assert compile_blueprint(TEXT, "b.yaml") == compile_blueprint(TEXT, "b.yaml")
    assert compile_blueprint(wrong, "b.yaml") == compile_blueprint(wrong, "b.yaml")
