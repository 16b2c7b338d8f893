"""The generated tests as their readers see them: names that say when and then, in files of some pages."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from backwright.lowering.suites import suites
from tests.targets.regenerate import ROOT, compiled, rendered

BLUEPRINTS = sorted((*ROOT.glob("examples/*/blueprint.yaml"), *ROOT.glob("tests/cases/*/blueprint.yaml")))


@cache
def generated(path: Path) -> dict[str, ast.Module]:
    runtime = ROOT / "src/backwright/targets/fastapi/runtime"
    return {
        file.path: ast.parse(file.content)
        for file in rendered(path, "fastapi")
        if file.path.startswith(("tests/integration/test_", "tests/e2e/test_")) and not (runtime / file.path).exists()
    }


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.parent.name)
def test_every_test_of_a_plan_is_there_under_a_name_of_its_own(path: Path) -> None:
    wanted = sorted(len(suite.tests) for suite in suites(compiled(path)))
    found = []
    for name, tree in generated(path).items():
        names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name[:4] == "test"]
        assert all(each.startswith("test_when_") and "_then_" in each for each in names), name
        assert len(set(names)) == len(names), name
        found.append(len(names))
    assert sorted(found) == wanted


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.parent.name)
def test_no_test_reads_a_name_that_it_has_not(path: Path) -> None:
    for name, tree in generated(path).items():
        known = {
            each.asname or each.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for each in node.names
        }
        known |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        for test in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
            bound = {
                node.id for node in ast.walk(test) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            }
            bound |= {node.arg for node in ast.walk(test) if isinstance(node, ast.arg)}
            shadowed = bound & known
            assert not shadowed, f"{name}: {test.name} gives {shadowed} another meaning"
