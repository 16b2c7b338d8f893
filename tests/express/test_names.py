"""Names that TypeScript and Biome keep for themselves."""

from __future__ import annotations

import pytest

from backwright.lowering.operations import routines
from backwright.plan.build import compile_blueprint
from backwright.targets.express.names import function_name


@pytest.mark.parametrize("name", ["constructor", "toString", "delete", "isNaN", "z"])
def test_an_operation_gets_a_longer_name(name: str) -> None:
    text = f"""backwright: 1
app: {{name: Words}}
entities:
  Thing: {{fields: {{a: int}}, allow: {{read: true}}}}
operations:
  {name}:
    route: POST /words
    allow: true
    steps:
      - create: Thing
        set: {{a: 1}}
"""
    plan, problems = compile_blueprint(text, "blueprint.yaml")
    assert plan is not None, problems
    assert [function_name(plan, each) for each in routines(plan)] == [f"{name}Operation"]
