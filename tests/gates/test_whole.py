"""Blueprints of odd combinations pass every gate on every stack."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from backwright.chain.generate import render_project, write_project
from backwright.chain.system import ProjectSystem
from backwright.chain.toolchain.postgres import PostgresServer
from backwright.chain.verify import gate_names
from backwright.plan.build import compile_blueprint

CORNER = Path(__file__).parents[1] / "cases" / "corner" / "blueprint.yaml"
CIRCLES = Path(__file__).parent / "circles.yaml"
# So that there is something to hold against it, also on a slow machine.
LOAD = "\nrequirements:\n  load: {rps: 50, p95: 1s}\n"


@pytest.mark.slow
@pytest.mark.parametrize("stack", ["express", "fastapi"])
@pytest.mark.parametrize("path", [CORNER, CIRCLES], ids=["corner", "circles"])
def test_all_gates_pass(path: Path, stack: str, postgres: PostgresServer, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8") + LOAD
    plan, problems = compile_blueprint(text, path.name)
    assert plan is not None, problems
    folder = tmp_path / "project"
    write_project(render_project(plan, stack, text), folder)
    system = ProjectSystem(folder, plan, postgres, tmp_path / "logs")
    system.install()
    system.expect("build")
    names = [name for name in gate_names() if name != "realtime" or plan.channels]
    results = [import_module(f"backwright.gates.{name}").GATE.run(system) for name in names]
    assert [(each.name, each.status, each.failures) for each in results] == [(name, "passed", ()) for name in names]
    assert all(each.count > 0 for each in results)
