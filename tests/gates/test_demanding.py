"""A blueprint whose rows stand in each other's way: unique groups of fields, one row per account, conditions."""

from __future__ import annotations

from pathlib import Path

import pytest

from backwright.chain.system import ProjectSystem
from backwright.gates.policy import GATE as POLICY
from backwright.gates.races import GATE as RACES
from backwright.gates.schema import GATE as SCHEMA
from tests.gates.conftest import Ready
from tests.gates.copies import codes, copy_of, said

pytestmark = pytest.mark.slow

BLUEPRINT = Path(__file__).parent / "demanding.yaml"
MIGRATION = "database/migrations/0001_initial.up.sql"


@pytest.fixture(scope="module")
def clinic(ready: Ready) -> ProjectSystem:
    return ready(BLUEPRINT)


def test_the_gates_pass_and_say_what_they_could_not_plant(clinic: ProjectSystem) -> None:
    policy, races, schema = (gate.run(clinic) for gate in (POLICY, RACES, SCHEMA))
    assert (policy.failures, races.failures, schema.failures) == ((), (), ())
    assert policy.count > 2000
    assert "12 of 18 kinds of Profile (Profile: unique holder)" in policy.reason


@pytest.mark.parametrize(
    ("index", "words"),
    [
        ("create unique index visits_patient_id_slot_id_key", "one patient, slot: 20 times 201"),
        ("create unique index rooms_floor_door_key", "one floor, door: 20 times 201"),
        ("create unique index profiles_holder_id_key", "one holder: 20 times 201"),
    ],
)
def test_catches_a_key_that_is_not_unique(clinic: ProjectSystem, tmp_path: Path, index: str, words: str) -> None:
    system = copy_of(clinic, tmp_path, [(MIGRATION, index, index.replace("unique ", ""))])
    assert words in said(RACES.run(system), "gate/races-unique")


def test_catches_a_key_that_is_not_unique_alone(clinic: ProjectSystem, tmp_path: Path) -> None:
    index = "create unique index visits_patient_id_slot_id_key"
    system = copy_of(clinic, tmp_path, [(MIGRATION, index, index.replace("unique ", ""))])
    assert codes(POLICY.run(system)) & {"gate/policy-status", "gate/policy-effect"}


def test_catches_a_condition_that_nothing_holds(clinic: ProjectSystem, tmp_path: Path) -> None:
    rule = "constraint people_enough_rule check ((reserved <= credit))"
    text = (clinic.folder / MIGRATION).read_text(encoding="utf-8")
    assert rule in text, [line for line in text.splitlines() if "enough" in line]
    system = copy_of(clinic, tmp_path, [(MIGRATION, rule, rule.replace("<= credit", "<= credit + 5000"))])
    assert "gate/policy-status" in codes(POLICY.run(system))
