"""Phases of a project: what is stale and why, and what is made again without losing an edit."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from backwright.apps.cli import commands
from backwright.apps.cli.arguments import options_of
from backwright.chain.advance import advance
from backwright.chain.contract import read_contract
from backwright.chain.create import create, from_blueprint
from backwright.chain.events import silent
from backwright.chain.fingerprint import fingerprint
from backwright.chain.generate import stacks
from backwright.chain.manifest import digest_of, read_manifest
from backwright.chain.phases import PARTS, PHASES, part_of
from backwright.chain.status import status_of
from backwright.chain.toolchain.failures import ToolchainError
from tests.targets.regenerate import ROOT

NOTES = ROOT / "tests" / "cases" / "notes" / "blueprint.yaml"
ROUTES = "api/routes/notes.ts"


def main(*call: str) -> int:
    """The command in this process, whose handlers of signals it leaves alone."""
    return commands.run(options_of(call))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    create(from_blueprint(NOTES), "express", tmp_path / "notes")
    return tmp_path / "notes"


def states(folder: Path) -> dict[str, str]:
    return {each.phase.name: each.state for each in status_of(folder).phases}


def reason(folder: Path, name: str) -> str:
    return next(each.reason for each in status_of(folder).phases if each.phase.name == name)


def change_blueprint(folder: Path) -> None:
    text = (folder / "blueprint.yaml").read_text()
    assert "    fields:\n" in text
    (folder / "blueprint.yaml").write_text(
        text.replace("    fields:\n", "    fields:\n      colour: string(1..20)\n", 1)
    )


def verified(folder: Path, **found: str) -> None:
    """A report as `verify` leaves it: each gate with its status."""
    entries = [
        {"name": name, "status": status, "count": 3, "unit": "checks", "failures": [], "reason": "", "seconds": 1.0}
        | {"tool": "", "started": "2026-01-02T03:04:05Z"}
        for name, status in found.items()
    ]
    content = fingerprint(folder, read_contract(folder).derived)
    (folder / "verification.json").write_text(json.dumps({"content_digest": content, "gates": entries}))


@pytest.mark.parametrize("stack", stacks())
def test_every_file_of_a_project_belongs_to_one_part_and_every_part_to_one_phase(stack: str, tmp_path: Path) -> None:
    create(from_blueprint(NOTES), stack, tmp_path / "notes")
    owners = {part_of(path) for path in read_manifest(tmp_path / "notes").files}
    assert owners >= {"database", "api", "delivery", "implementation"}
    listed = [part for phase in PHASES for part in phase.parts]
    assert sorted(listed) == sorted(PARTS)


def test_a_new_project_has_no_verdict_yet(project: Path) -> None:
    found = states(project)
    assert found["requirements"] == "done"
    assert {found[name] for name in ("architecture", "planning", "implementation", "testing", "delivery")} == {
        "not_run"
    }
    assert "schema" in reason(project, "architecture")
    assert status_of(project).last_verified is None


def test_what_gates_found_is_the_state(project: Path) -> None:
    verified(project, schema="passed", seeds="passed", build="failed")
    found = states(project)
    assert (found["architecture"], found["implementation"], found["testing"]) == ("done", "failed", "not_run")
    assert "schema 3 checks" in reason(project, "architecture")
    assert status_of(project).last_verified == "2026-01-02T03:04:05Z"


def test_a_gate_that_has_nothing_to_judge_is_not_waited_for(project: Path) -> None:
    testing = next(phase for phase in PHASES if phase.name == "testing").gates
    verified(project, **dict.fromkeys(testing, "passed") | {"races": "not_run"})
    assert (states(project)["testing"], reason(project, "testing")) == ("not_run", "races has not run")
    report = json.loads((project / "verification.json").read_text())
    for gate in report["gates"]:
        gate["applies"] = gate["name"] != "races"
    (project / "verification.json").write_text(json.dumps(report))
    assert states(project)["testing"] == "done"


def test_an_edit_makes_verdicts_stale_and_is_named(project: Path) -> None:
    verified(project, schema="passed", seeds="passed", build="passed")
    (project / ROUTES).write_text("// mine\n")
    assert states(project)["implementation"] == "stale"
    assert ROUTES in reason(project, "implementation")


def test_a_changed_blueprint_makes_stale_what_came_from_it(project: Path) -> None:
    change_blueprint(project)
    found = states(project)
    assert found["requirements"] == "done"
    assert {found[name] for name in ("architecture", "implementation", "delivery")} == {"stale"}
    assert "blueprint.yaml has changed" in reason(project, "architecture")


def test_a_file_that_is_gone_is_stale_and_comes_back(project: Path) -> None:
    (project / ROUTES).unlink()
    assert states(project)["implementation"] == "stale"
    done = advance(project, ["implementation"], [], silent)
    assert done.renewal is not None
    assert done.renewal.written == (ROUTES,)
    assert states(project)["implementation"] == "not_run"


def test_a_blueprint_with_mistakes_is_a_state(project: Path) -> None:
    (project / "blueprint.yaml").write_text("backwright: 1\n")
    found = states(project)
    assert (found["requirements"], found["implementation"]) == ("failed", "stale")


def test_parts_are_made_again_one_by_one(project: Path) -> None:
    change_blueprint(project)
    migration = project / "database/migrations/0001_initial.up.sql"
    routes, before = digest_of(project / ROUTES), digest_of(project / "database/models/notes.ts")
    done = advance(project, ["database"], [], silent)
    assert done.renewal is not None
    assert "database/migrations/0001_initial.up.sql" in done.renewal.written
    assert "colour" in migration.read_text()
    assert digest_of(project / ROUTES) == routes
    assert digest_of(project / "database/models/notes.ts") != before
    found = states(project)
    assert found["implementation"] == "stale"
    assert "api" in reason(project, "architecture")
    advance(project, tuple(PARTS), [], silent)
    assert "stale" not in states(project).values()
    fresh = project.parent / "fresh"
    create(from_blueprint(project / "blueprint.yaml"), "express", fresh)
    assert set(read_manifest(fresh).files) == set(read_manifest(project).files)
    assert [path for path in read_manifest(fresh).files if digest_of(fresh / path) != digest_of(project / path)] == []


def test_what_holds_is_not_made_again(project: Path) -> None:
    verified(project, schema="passed", build="passed")
    done = advance(project, tuple(PARTS), ["schema", "build"], silent)
    assert (done.renewal, done.verification) == (None, None)


def test_an_edit_in_the_way_stops_everything(project: Path) -> None:
    change_blueprint(project)
    edited = project / "database/models/notes.ts"
    edited.write_text(edited.read_text() + "// mine\n")
    before = {path: digest_of(project / path) for path in read_manifest(project).files}
    with pytest.raises(ToolchainError) as caught:
        advance(project, tuple(PARTS), [], silent)
    assert caught.value.diagnostic.code == "project/edited"
    assert "database/models/notes.ts" in caught.value.diagnostic.message
    assert {path: digest_of(project / path) for path in before} == before


def test_an_edit_of_what_stays_the_same_is_kept(project: Path) -> None:
    change_blueprint(project)
    edited = project / "api/middleware/headers.ts"
    edited.write_text(edited.read_text() + "// mine\n")
    done = advance(project, tuple(PARTS), [], silent)
    assert done.renewal is not None
    assert done.renewal.kept == ("api/middleware/headers.ts",)
    assert edited.read_text().endswith("// mine\n")


def test_what_is_no_longer_generated_goes_with_its_folder(project: Path) -> None:
    text = (project / "blueprint.yaml").read_text()
    (project / "blueprint.yaml").write_text(
        text + "  Draft:\n    fields: {text: 'string(1..9)'}\n    allow: {read: 'true', create: 'true'}\n"
    )
    advance(project, tuple(PARTS), [], silent)
    assert (project / "api/routes/drafts.ts").exists()
    (project / "blueprint.yaml").write_text(text)
    done = advance(project, tuple(PARTS), [], silent)
    assert done.renewal is not None
    assert "api/routes/drafts.ts" in done.renewal.removed
    assert not (project / "api/routes/drafts.ts").exists()


def test_a_manifest_that_cannot_be_read_is_said(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / ".backwright/manifest.json").write_text("[]")
    assert main("status", str(project)) == 2
    assert "project/manifest-unreadable" in capsys.readouterr().err


@pytest.mark.parametrize("spelling", ["status", "#backend-status"])
def test_status_is_a_document(spelling: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(spelling, str(project), "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"phases", "stack", "last_verified"}
    names = ["requirements", "architecture", "planning", "implementation", "testing", "delivery"]
    assert [each["name"] for each in document["phases"]] == names
    for each in document["phases"]:
        assert set(each) == {"name", "state", "reason", "inputs", "outputs", "gate"}
        assert each["state"] in ("done", "stale", "failed", "not_run")


@pytest.mark.parametrize(
    "call",
    [
        ("design", "--type", "architecture"),
        ("/sc:design", "--type", "architecture"),
        ("generate-backend",),
        ("#generate-backend",),
        ("implement", "backend"),
        ("/sc:implement", "backend"),
        ("test", "backend"),
        ("/sc:test", "backend"),
        ("build", "deploy"),
        ("/sc:build", "deploy"),
        ("generate-database",),
        ("#generate-database",),
    ],
)
def test_a_command_finds_nothing_to_do(
    call: tuple[str, ...], project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verified(project, **{gate: "passed" for phase in PHASES for gate in phase.gates})
    assert main(*call, str(project)) == 0
    assert "Nothing to do" in capsys.readouterr().out


def test_where_there_is_nothing_to_do_no_blueprint_is_compiled_and_no_driver_loaded() -> None:
    """Together they take half a second to load, which is what the whole call may take."""
    heavy = ("backwright.plan", "backwright.blueprint", "pydantic", "psycopg")
    program = f"import sys, backwright.apps.cli.phases; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
