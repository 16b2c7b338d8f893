from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from backwright.blueprint import load_blueprint
from backwright.blueprint.canonical import render_blueprint, scalar
from tests.blueprint.test_loading import _bare

ROOT = Path(__file__).parents[2]
BLUEPRINTS = sorted([*ROOT.glob("examples/*/blueprint.yaml"), *ROOT.glob("tests/cases/*/blueprint.yaml")])


@pytest.mark.parametrize("file", BLUEPRINTS, ids=lambda file: file.parent.name)
def test_a_written_blueprint_reads_as_the_same(file: Path) -> None:
    first, found = load_blueprint(file.read_text(encoding="utf-8"), "b.yaml")
    assert first is not None
    assert found == ()
    written = render_blueprint(first)
    again, found = load_blueprint(written, "b.yaml")
    assert again is not None
    assert found == ()
    assert _bare(again) == _bare(first)
    assert render_blueprint(again) == written


def test_no_requirement_gets_lost_whose_path_goes_on_behind_another() -> None:
    text = (
        "backwright: 1\napp: {name: A}\nentities: {Note: {fields: {fee: money}, allow: {read: true}}}\n"
        "requirements: {accepted: {database/signed-money: {Note: both ways, Note.fee: refunds}}, availability: 99%}\n"
    )
    first, _ = load_blueprint(text, "b.yaml")
    assert first is not None
    again, _ = load_blueprint(render_blueprint(first), "b.yaml")
    assert again is not None
    stated = [(each.path, each.value) for each in again.requirements]
    assert stated == [(each.path, each.value) for each in first.requirements]
    assert len(stated) == 3


@given(st.text(min_size=1, max_size=20))
def test_a_scalar_reads_as_itself(text: str) -> None:
    if any("\ud800" <= character <= "\udfff" for character in text):
        return
    read = YAML(typ="safe", pure=True).load(f"key: {scalar(text)}\n")["key"]
    assert str(read).lower() == text if isinstance(read, bool) else read == text
