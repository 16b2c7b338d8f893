"""What a generated project consists of, whatever it was generated from."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from backwright.chain.generate import stacks
from backwright.plan.naming import kebab, snake
from tests.targets.regenerate import GOLDEN, ROOT, compiled, golden_files, rendered

BLUEPRINTS = sorted((*ROOT.glob("examples/*/blueprint.yaml"), *ROOT.glob("tests/cases/*/blueprint.yaml")))


DIGEST = """
import hashlib, sys
from pathlib import Path
from backwright.chain.create import from_blueprint, from_brief
from backwright.chain.generate import render_project

brief = "Create a backend API for an e-commerce platform with user management, product catalog, and order processing"
source = from_blueprint(Path(sys.argv[1])) if len(sys.argv) > 1 else from_brief(brief)
files = render_project(source.plan, "express", source.blueprint)
print(hashlib.sha256(repr([(file.path, file.content) for file in files]).encode()).hexdigest())
"""


def names(path: Path) -> str:
    return path.parent.name


@pytest.mark.parametrize("path", BLUEPRINTS, ids=names)
@pytest.mark.parametrize("stack", stacks())
def test_every_file_is_in_the_manifest_with_its_digest(path: Path, stack: str) -> None:
    files = {file.path: file for file in rendered(path, stack)}
    manifest = json.loads(files[".backwright/manifest.json"].content)["files"]
    assert set(manifest) == set(files) - {".backwright/manifest.json"}
    for name, entry in manifest.items():
        assert entry["digest"] == hashlib.sha256(files[name].content.encode()).hexdigest()
    assert manifest["blueprint.yaml"]["owner"] == "yours"


@pytest.mark.parametrize("path", BLUEPRINTS, ids=names)
def test_text_files_end_with_one_newline_and_have_no_trailing_blanks(path: Path) -> None:
    for file in rendered(path):
        if file.path == "blueprint.yaml":
            continue
        assert file.content.endswith("\n"), file.path
        assert not file.content.endswith("\n\n"), file.path
        if file.path.endswith((".ts", ".sql", ".json")):
            blanks = [number for number, line in enumerate(file.content.splitlines(), 1) if line != line.rstrip()]
            assert not blanks, f"{file.path}: {blanks[:3]}"


@pytest.mark.parametrize("path", BLUEPRINTS, ids=names)
def test_a_lock_names_no_registry(path: Path) -> None:
    lock = next(file for file in rendered(path) if file.path == "package-lock.json")
    assert "resolved" not in lock.content
    assert "integrity" in lock.content


def test_a_backend_without_identity_has_no_trace_of_it() -> None:
    path = next(path for path in BLUEPRINTS if compiled(path).identity is None)
    files = {file.path: file.content for file in rendered(path)}
    # The database has a password all the same.
    names = [name.replace("database-password", "") for name in files]
    assert not [name for name in names if "identity" in name or "session" in name or "password" in name]
    assert "argon2" not in files["package.json"]
    assert "argon2" not in files["package-lock.json"]


def test_the_same_bytes_come_from_another_process_hash_seed_time_zone_and_folder(tmp_path: Path) -> None:
    for arguments in ([], [str(ROOT / "examples/shop/blueprint.yaml")]):
        digests: set[str] = set()
        for seed, zone, folder in (("0", "UTC", ROOT), ("4711", "Asia/Kolkata", tmp_path)):
            environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT / "src")}
            command = [sys.executable, "-c", DIGEST, *arguments]
            done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=True)
            digests.add(done.stdout)
        assert len(digests) == 1


@pytest.mark.parametrize("stack", stacks())
def test_the_shop_looks_as_the_golden_tree_shows_it(stack: str) -> None:
    """`make regen` writes the golden files; this shows a reviewer what a change does to generated code."""
    root = GOLDEN / stack
    wanted = {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for path in root.rglob("*")
        if path.is_file()
    }
    files = golden_files(stack)
    assert set(files) == set(wanted)
    assert [name for name in files if files[name] != wanted[name]] == []


@pytest.mark.parametrize(
    "application",
    [
        "examples/shop",
        pytest.param("tests/cases/library", marks=pytest.mark.slow),
        pytest.param("tests/cases/rentals", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("stack", stacks())
def test_no_entity_takes_the_place_of_a_file_that_every_project_has(
    stack: str, application: str, tmp_path: Path
) -> None:
    places = ("api/routes", "database/models", "database/queries", "tests/integration")
    source = ROOT / application / "blueprint.yaml"
    files = [Path(file.path) for file in rendered(source, stack)]
    words = {path.name.split(".")[0].removeprefix("test_") for path in files if str(path.parent) in places}
    plan = compiled(source)
    own = {entity.plural for entity in plan.entities} | {operation.name for operation in plan.operations}
    words -= {"__init__", *map(kebab, own), *map(snake, own)}
    named = sorted({re.sub("[_-]+", " ", word).title().replace(" ", "") for word in words})
    rest = "fields: {note: 'string(1..80)'}, allow: {read: true}"
    entities = "".join(f"  {name}Thing: {{plural: {name[0].lower()}{name[1:]}, {rest}}}\n" for name in named)
    blueprint = tmp_path / "blueprint.yaml"
    blueprint.write_text(source.read_text(encoding="utf-8").replace("\nentities:\n", f"\nentities:\n{entities}"))
    paths = [file.path for file in rendered(blueprint, stack)]
    assert {"Limits", "Idempotency"} <= set(named)
    assert len(set(paths)) == len(paths)
