"""Operations that emit: the gate `policy` compares the outbox with the steps."""

from __future__ import annotations

from pathlib import Path

import pytest

from backwright.chain.system import ProjectSystem
from backwright.gates.policy import GATE as POLICY
from tests.gates.conftest import Ready
from tests.gates.copies import Edit, copy_of, said

pytestmark = pytest.mark.slow

BLUEPRINT = Path(__file__).parents[1] / "cases" / "workshop" / "blueprint.yaml"

DEFECTS: dict[str, Edit] = {
    "a transition tells nobody": (
        "begin-repair",
        "'repairs/' || $1::uuid",
        "'repairs/' || $1::uuid where false",
    ),
    "an event tells another sum": (
        "finish-repair",
        "coalesce(sum(q.v), 0)",
        "coalesce(sum(q.v), 0) + 1",
    ),
    "an event is about another row": (
        "take",
        "jsonb_build_object('repairId', input.repair_id)",
        "jsonb_build_object('repairId', app.uuid_v7())",
    ),
    "an operation emits twice": (
        "ring",
        "'loud', input.loud)\nfrom input",
        "'loud', input.loud)\nfrom input, generate_series(1, 2)",
    ),
}


@pytest.fixture(scope="module")
def workshop(ready: Ready) -> ProjectSystem:
    return ready(BLUEPRINT)


def test_the_gate_passes(workshop: ProjectSystem) -> None:
    assert POLICY.run(workshop).failures == ()


@pytest.mark.parametrize("title", DEFECTS)
def test_what_is_emitted_wrongly_is_caught(workshop: ProjectSystem, tmp_path: Path, title: str) -> None:
    file, old, new = DEFECTS[title]
    system = copy_of(workshop, tmp_path, [(f"dist/services/business/{file}.js", old, new)])
    assert "the plan says" in said(POLICY.run(system), "gate/policy-event")
