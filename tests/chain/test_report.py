"""`verification.json` keeps what is known about the files as they are, and nothing about files that have changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from backwright.chain.fingerprint import fingerprint
from backwright.chain.project import Project
from backwright.chain.report import REPORT, Report
from backwright.diagnostics import Diagnostic, Origin
from backwright.diagnostics.evidence import GateResult
from tests.chain.plain import plain_project

ORDER = ("schema", "build", "tests")
PASSED = GateResult("schema", "passed", 9, "checks", seconds=1.5)
FAILED = GateResult("build", "failed", 3, "files", failures=(Diagnostic("gate/build-check", "no", Origin()),))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return plain_project(tmp_path / "p")


def _gates(project: Project) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in _document(project)["gates"]}


def _document(project: Project) -> dict[str, Any]:
    document = json.loads((project.folder / REPORT).read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def test_another_gate_leaves_what_is_known_and_replaces_its_own(project: Project) -> None:
    first = Report(project, ORDER)
    first.add(FAILED)
    first.add(PASSED)
    second = Report(project, ORDER)
    second.add(GateResult("build", "passed", 4, "files"))
    assert [each["name"] for each in second.kept] == ["schema"]
    assert [(name, each["status"], each["count"]) for name, each in _gates(project).items()] == [
        ("schema", "passed", 9),
        ("build", "passed", 4),
    ]
    assert _document(project)["ran"] == ["build"]


def test_a_verdict_on_other_files_is_not_run_and_says_what_it_was(project: Project) -> None:
    first = Report(project, ORDER)
    first.add(FAILED)
    first.add(PASSED)
    (project.folder / "server.py").write_text("changed")
    Report(project, ORDER).add(GateResult("tests", "passed", 1, "tests"))
    gates = _gates(project)
    assert {name: each["status"] for name, each in gates.items()} == {
        "schema": "not_run",
        "build": "not_run",
        "tests": "passed",
    }
    assert gates["build"]["reason"].startswith("it failed at 20")
    assert (gates["schema"]["count"], gates["build"]["failures"]) == (0, [])


def test_gates_that_could_not_begin_say_why_and_forget_nothing(project: Project) -> None:
    Report(project, ORDER).add(PASSED)
    Report(project, ORDER).not_run(ORDER, "there is no network")
    gates = _gates(project)
    assert gates["schema"]["status"] == "passed"
    assert (gates["tests"]["status"], gates["tests"]["reason"]) == ("not_run", "there is no network")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"gates": 3}', '{"gates": [1, {}, {"name": "schema", "status": "passed"}, {"name": ["x"]}]}'],
)
def test_a_report_that_nobody_can_read_is_replaced(project: Project, text: str) -> None:
    (project.folder / REPORT).write_text(text)
    Report(project, ORDER).add(PASSED)
    assert list(_gates(project)) == ["schema"]


def test_a_gate_that_is_not_installed_any_more_is_dropped(project: Project) -> None:
    Report(project, ORDER).add(PASSED)
    Report(project, ("build",)).add(FAILED)
    assert list(_gates(project)) == ["build"]


def _digest(project: Project) -> str:
    return fingerprint(project.folder, project.contract.derived)


def test_what_tools_write_is_no_content(project: Project) -> None:
    before = _digest(project)
    for path in (".venv/x.py", ".git/HEAD", ".backwright/local/log", "api/__pycache__/a.pyc", REPORT):
        (project.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (project.folder / path).write_text("x")
    assert _digest(project) == before


@pytest.mark.parametrize("path", ["server.py", "api/.venv/x", ".backwright/run.json", "new.sql", ".env"])
def test_every_other_file_is(project: Project, path: str) -> None:
    before = _digest(project)
    (project.folder / path).parent.mkdir(parents=True, exist_ok=True)
    with (project.folder / path).open("a") as file:
        file.write(" ")
    assert _digest(project) != before


def test_a_renamed_file_and_a_link_to_elsewhere_are_other_content(project: Project) -> None:
    digests = [_digest(project)]
    (project.folder / "server.py").rename(project.folder / "serve.py")
    digests.append(_digest(project))
    (project.folder / "more").symlink_to("/etc")
    digests.append(_digest(project))
    (project.folder / "more").unlink()
    (project.folder / "more").symlink_to("/usr")
    digests.append(_digest(project))
    assert len(set(digests)) == 4


def test_a_pipe_and_an_unreadable_file_do_not_hold_it_up(project: Project) -> None:
    os.mkfifo(project.folder / "pipe")
    (project.folder / "secret").write_text("x")
    (project.folder / "secret").chmod(0)
    program = "import sys; from pathlib import Path; from backwright.chain.fingerprint import fingerprint as f; "
    program += "print(f(Path(sys.argv[1]), []))"
    subprocess.run([sys.executable, "-c", program, project.folder], timeout=20, check=True, env=_with_source())


def _with_source() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(__file__).parents[2] / "src")}
