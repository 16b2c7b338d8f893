"""What is delivered to read says nothing that its project does not have, whatever the blueprint."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from backwright.chain.create import create, from_brief
from backwright.chain.technology import scores
from backwright.plan.model import Requirement
from backwright.targets.express.target import TRAITS as EXPRESS
from backwright.targets.fastapi.target import TRAITS as FASTAPI
from tests.targets.regenerate import ROOT, SHOP, compiled, rendered

CASES = [SHOP, *sorted((ROOT / "tests" / "cases").glob("*/blueprint.yaml"))]
RUNTIMES = ROOT / "src" / "backwright" / "targets"


@pytest.mark.parametrize(
    ("path", "stack"),
    [*((path, "express") for path in CASES), (SHOP, "fastapi")],
    ids=lambda each: each if isinstance(each, str) else each.parent.name,
)
def test_pages_are_whole_and_name_the_tables_of_the_migration(path: Path, stack: str) -> None:
    files, plan = {each.path: each.content for each in rendered(path, stack)}, compiled(path)
    assert ("documentation/events.md" in files) == bool(plan.events)
    for name, text in files.items():
        if name.endswith(".md"):
            whole(name, text)
    made = re.findall(
        r"^create (?:unlogged )?table (internal\.\w+)", files["database/migrations/0001_initial.up.sql"], re.MULTILINE
    )
    told = re.findall(r"^\| `(internal\.\w+)` \|", files["documentation/database.md"], re.MULTILINE)
    assert set(told) == set(made)


def whole(name: str, text: str) -> None:
    """Blocks end, nothing of a template is left, rows are as wide as their table."""
    assert text.count("```") % 2 == 0, name
    prose = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE)
    assert not re.search(r"[ \t]\n|\{\{|\{%|\| None\b", prose), name
    for table in re.findall(r"(?:^\|.*\n)+", prose, re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1, f"{name}: {table[:200]}"


def test_requirements_name_the_sentence_that_they_come_from(tmp_path: Path) -> None:
    source = from_brief("Build a blog. Readers can comment on posts.")
    create(source, "express", tmp_path / "blog", "as you asked")
    page = (tmp_path / "blog" / "documentation" / "plan.md").read_text(encoding="utf-8")
    assert "| Comment | Readers can comment on posts. |" in page
    assert "Written for express: as you asked." in page


def test_a_team_that_knows_one_stack_decides_between_them() -> None:
    plan, traits = compiled(SHOP), {"express": EXPRESS, "fastapi": FASTAPI}
    origin = plan.requirements[0].origin
    knowing = replace(plan, requirements=(*plan.requirements, Requirement("team", "five who write Python", origin)))
    assert [each.stack for each in scores(knowing, traits)] == ["fastapi", "express"]
    assert {each.stack: each.points[0][2] for each in scores(knowing, traits)} == {"express": 1, "fastapi": 5}


def test_load_weighs_by_the_processors_that_it_needs() -> None:
    plan, origin = compiled(SHOP), compiled(SHOP).requirements[0].origin
    asked = replace(plan, requirements=(Requirement("load.rps", "4000", origin),))
    points = {each.stack: each.points[1] for each in scores(asked, {"express": EXPRESS, "fastapi": FASTAPI})}
    assert points["express"][2] > points["fastapi"][2]
    needed = 4000 * FASTAPI.microseconds / 1e6
    assert f"{needed:.2g} processors at 4000 reads a second" in points["fastapi"][3]


def test_what_stacks_say_of_their_packages_is_so() -> None:
    node = json.loads((RUNTIMES / "express" / "runtime" / "package.json").read_text(encoding="utf-8"))
    python = tomllib.loads((RUNTIMES / "fastapi" / "runtime" / "pyproject.toml").read_text(encoding="utf-8"))
    assert len(node["dependencies"]) == EXPRESS.packages
    assert len(python["project"]["dependencies"]) == FASTAPI.packages
