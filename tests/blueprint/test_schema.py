from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from backwright.blueprint.schema import blueprint_schema, render_schema

ROOT = Path(__file__).parents[2]
BLUEPRINTS = sorted([*ROOT.glob("examples/*/blueprint.yaml"), *ROOT.glob("tests/cases/*/blueprint.yaml")])


def _validator() -> Draft202012Validator:
    schema = json.loads(json.dumps(blueprint_schema()))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_published_schema_is_fresh() -> None:
    assert (ROOT / "docs" / "blueprint.schema.json").read_text(encoding="utf-8") == render_schema()


@pytest.mark.parametrize("file", BLUEPRINTS, ids=lambda file: file.parent.name)
def test_blueprints_fit_the_schema(file: Path) -> None:
    # A day is text in the core schema of YAML 1.2, and in the editors that follow it; this parser makes a date of it.
    read = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    document = json.loads(json.dumps(read, default=str))
    assert [error.message for error in _validator().iter_errors(document)] == []


@pytest.mark.parametrize(
    "change",
    [
        {"entitys": {}},
        {"backwright": 2},
        {"entities": {"thing": {}}},
        {"entities": {"Thing": {"alow": {}}}},
        {"entities": {"Thing": {"fields": {"a": {"type": "strin"}}}}},
        {"operations": {"f": {"route": "POST /f", "allow": True, "steps": []}}},
        {"operations": {"f": {"route": "POST /f", "allow": True, "steps": [{"insert": "Thing"}]}}},
        {"operations": {"f": {"route": "POST /f", "steps": [{"delete": "x"}]}}},
    ],
)
def test_what_does_not_fit(change: dict[str, object]) -> None:
    document = {"backwright": 1, "app": {"name": "T"}, "entities": {"Thing": {"allow": {"read": True}}}}
    assert _validator().is_valid(document)
    assert not _validator().is_valid({**document, **change})
