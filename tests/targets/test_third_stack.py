"""A stack is found by being there, and gates measure it without knowing it (docs/new-stack.md)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import backwright.targets
from backwright.chain.generate import stacks, write_project
from backwright.chain.project import open_project
from backwright.chain.verify import verify
from tests.targets.regenerate import ROOT, rendered

TINY = Path(__file__).parent / "tiny"
CASE = ROOT / "tests" / "cases" / "tasks" / "blueprint.yaml"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tiny stack as a package of a folder that is put beside the others."""
    shutil.copytree(TINY, tmp_path / "stacks" / "tiny", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "stacks" / "tiny" / "__init__.py").touch()
    monkeypatch.setattr(backwright.targets, "__path__", [*backwright.targets.__path__, str(tmp_path / "stacks")])


@pytest.mark.usefixtures("installed")
def test_a_stack_is_found_by_being_there() -> None:
    assert stacks() == ("express", "fastapi", "tiny")


@pytest.mark.usefixtures("installed")
def test_gates_measure_a_stack_that_they_do_not_know(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    write_project(rendered(CASE, "tiny"), folder)
    found = verify(open_project(folder), ("schema", "contract"), lambda _: None)
    results = {result.name: result for result in found.ran}
    assert (results["schema"].status, results["schema"].count > 0) == ("passed", True)
    assert (results["contract"].status, results["contract"].count > 0) == ("failed", True)


def test_without_it_there_are_two() -> None:
    assert stacks() == ("express", "fastapi")
