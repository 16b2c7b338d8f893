"""Operations that delete: one of many callers does it, and the others hear of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from backwright.chain.system import ProjectSystem
from backwright.gates.policy import GATE as POLICY
from backwright.gates.races import GATE as RACES
from backwright.gates.seeds import GATE as SEEDS
from tests.gates.conftest import Ready
from tests.gates.copies import copy_of, said

pytestmark = pytest.mark.slow

BLUEPRINT = Path(__file__).parent / "deleting.yaml"


@pytest.fixture(scope="module")
def loops(ready: Ready) -> ProjectSystem:
    return ready(BLUEPRINT)


def test_the_gates_pass(loops: ProjectSystem) -> None:
    assert [gate.run(loops).failures for gate in (POLICY, RACES, SEEDS)] == [(), (), ()]


def test_a_call_that_finds_nothing_and_succeeds_is_caught(loops: ProjectSystem, tmp_path: Path) -> None:
    compiled = "dist/services/business/drop-flag.js"
    heard = "select '' where not exists (select from gone)"
    # Either of the two refuses the second caller: the look for the row behind the lock, what the step did not reach.
    edits = [(compiled, heard, f"{heard} and false"), (compiled, "refuse: absent", "refuse: undefined")]
    system = copy_of(loops, tmp_path, edits)
    assert "succeeded" in said(RACES.run(system), "gate/races-limit")
