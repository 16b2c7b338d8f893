"""Blueprints of odd combinations pass every gate on every stack."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from backwright.chain.installed import gate_names
from tests.gates.conftest import Ready

CORNER = Path(__file__).parents[1] / "cases" / "corner" / "blueprint.yaml"
CIRCLES = Path(__file__).parent / "circles.yaml"
DROPS = Path(__file__).parent / "drops.yaml"
# So that there is something to hold against it, also on a slow machine.
LOAD = "\nrequirements:\n  load: {rps: 50, p95: 1s}\n"


@pytest.mark.slow
@pytest.mark.parametrize("stack", ["express", "fastapi"])
@pytest.mark.parametrize("path", [CORNER, CIRCLES, DROPS], ids=["corner", "circles", "drops"])
def test_all_gates_pass(path: Path, stack: str, ready: Ready, tmp_path: Path) -> None:
    loaded = tmp_path / path.name
    loaded.write_text(path.read_text(encoding="utf-8") + LOAD, encoding="utf-8")
    system = ready(loaded, stack)
    names = [name for name in gate_names() if name != "realtime" or system.plan.channels]
    results = [import_module(f"backwright.gates.{name}").GATE.run(system) for name in names]
    assert [(each.name, each.status, each.failures) for each in results] == [(name, "passed", ()) for name in names]
    assert all(each.count > 0 for each in results)
