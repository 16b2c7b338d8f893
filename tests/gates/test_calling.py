"""Operations that call: the gate `policy` compares what is to be called with `then`."""

from __future__ import annotations

from pathlib import Path

import pytest

from backwright.chain.system import ProjectSystem
from backwright.gates.policy import GATE as POLICY
from tests.gates.conftest import Ready
from tests.gates.copies import Edit, copy_of, said

pytestmark = pytest.mark.slow

BLUEPRINT = Path(__file__).parents[1] / "cases" / "rentals" / "blueprint.yaml"

DEFECTS: dict[str, Edit] = {
    "an operation calls nobody": (
        "settle",
        "jsonb_build_object()\nfrom input",
        "jsonb_build_object()\nfrom input where false",
    ),
    "a call is told another sum": ("rent", "::numeric(14, 2)::text", "::numeric(14, 2)::text || '1'"),
    "an operation calls twice": (
        "settle",
        "jsonb_build_object()\nfrom input",
        "jsonb_build_object()\nfrom input, generate_series(1, 2)",
    ),
}


@pytest.fixture(scope="module")
def rentals(ready: Ready) -> ProjectSystem:
    return ready(BLUEPRINT)


def test_the_gate_passes(rentals: ProjectSystem) -> None:
    assert POLICY.run(rentals).failures == ()


@pytest.mark.parametrize("title", DEFECTS)
def test_what_is_called_wrongly_is_caught(rentals: ProjectSystem, tmp_path: Path, title: str) -> None:
    file, old, new = DEFECTS[title]
    system = copy_of(rentals, tmp_path, [(f"dist/services/business/{file}.js", old, new)])
    assert "the plan says" in said(POLICY.run(system), "gate/policy-call")
