"""Writes the page of every rule, and what the panel says about every blueprint of this repository."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from backwright.experts.model import Case, Finding
from backwright.experts.page import page
from backwright.experts.panel import review, rules
from backwright.plan.build import compile_blueprint

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "problems"
FINDINGS = Path(__file__).with_name("findings.txt")


def blueprints() -> tuple[Path, ...]:
    """Everything that is compiled somewhere in the tests."""
    found = (*ROOT.glob("examples/*/blueprint.yaml"), *ROOT.glob("tests/cases/*/blueprint.yaml"))
    return tuple(sorted((*found, *ROOT.glob("tests/gates/*.yaml"))))


def findings(path: Path) -> tuple[Finding, ...]:
    """What the panel says about a blueprint."""
    plan, problems = compile_blueprint(path.read_text(encoding="utf-8"), path.name)
    assert plan is not None, problems
    return review(Case(plan)).findings


def pages() -> dict[Path, str]:
    """Every rule's page by its place."""
    return {PAGES / f"{rule.name}.md": page(rule) for rule in rules()}


def said() -> Iterator[str]:
    """One line for each finding about each blueprint."""
    for path in blueprints():
        yield path.relative_to(ROOT).as_posix()
        for each in findings(path):
            found = each.found
            yield f"  {found.origin.line}: {each.rule.severity} {each.rule.name} {found.element}: {found.reason}"


if __name__ == "__main__":
    for place, text in pages().items():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    FINDINGS.write_text("\n".join(said()) + "\n", encoding="utf-8")
