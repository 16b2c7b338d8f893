"""A review of a project reads what its gates have left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backwright.chain.evidence.sarif import review_sarif
from backwright.chain.installed import gate_names
from backwright.chain.project import Project
from backwright.chain.report import REPORT, Report
from backwright.chain.review import evidence_of, review_path
from backwright.chain.toolchain.failures import ToolchainError
from backwright.diagnostics import Diagnostic, Origin
from backwright.diagnostics.evidence import GateResult
from backwright.gates.crowd import Call
from backwright.gates.load.client import Measured
from backwright.gates.load.verdict import Round
from backwright.plan.objectives import StatedLoad
from tests.chain.plain import plain_project

LEAK = Diagnostic("gate/policy-leak", "anonymous reads a row", Origin("blueprint.yaml", 3, 2), "See the rule.")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return plain_project(tmp_path / "p")


def _judge(project: Project, *results: GateResult) -> None:
    report = Report(project, gate_names())
    for result in results:
        report.add(result)


def _said(project: Project) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in review_path(project.folder, ["devops"]).findings:
        found.setdefault(each.rule.name, []).append(each.found.reason)
    return found


def test_a_project_that_no_gate_has_seen_is_told_so(project: Project) -> None:
    said = _said(project)
    assert "devops/never-verified" in said
    assert "devops/gate-not-run" not in said


def test_gates_are_known_by_what_they_found_and_by_their_absence(project: Project) -> None:
    _judge(
        project,
        GateResult("schema", "passed", 9, "checks"),
        GateResult("policy", "failed", 30, "cells", failures=(LEAK,)),
        GateResult("load", "not_run", 0, "", reason="no load is stated"),
        GateResult("realtime", "not_run", 0, "", reason="there are no channels"),
    )
    said = _said(project)
    assert said["devops/gate-failed"] == ["the gate policy failed: gate/policy-leak: anonymous reads a row"]
    assert said["devops/gate-not-run"][0] == "the gate realtime has not run: there are no channels"
    assert "races" in said["devops/gate-not-run"][1]
    assert "schema" not in said["devops/gate-not-run"][1]
    assert not any("gate load" in reason for reason in said["devops/gate-not-run"])
    assert review_path(project.folder, []).failed
    places = {each.found.element: each.found.origin for each in review_path(project.folder, []).findings}
    assert (places["policy"].file, places["policy"].line) == (str(project.folder / "blueprint.yaml"), 3)


def test_a_change_of_any_file_makes_the_evidence_stale(project: Project) -> None:
    _judge(project, GateResult("policy", "failed", 30, "cells", failures=(LEAK,)))
    assert evidence_of(project).is_current
    (project.folder / "server.py").write_text("print()\n")
    assert not evidence_of(project).is_current
    said = _said(project)
    assert "devops/stale-evidence" in said
    assert "devops/gate-failed" not in said


def test_a_report_that_cannot_be_read_is_none(project: Project) -> None:
    (project.folder / REPORT).write_text('{"gates": [{"name": "schema", "status": "excellent"}, 7]}')
    assert evidence_of(project).gates == ()
    assert "devops/never-verified" in _said(project)


def test_what_the_load_gate_says_of_its_measurement_is_understood(project: Project) -> None:
    promise = StatedLoad(10, 0.3, 100, Origin())
    call = Call("GET", "/notes", None)
    measured = [Measured(call, 200, 0.27, 0.0)] * 20
    text = project.blueprint + "requirements: {load: {users: 100, rps: 10, p95: 300ms}}\n"
    (project.folder / "blueprint.yaml").write_text(text)
    project = Project(project.folder, project.plan, text, project.contract)
    reason = Round(promise, 10, measured, {}, None).described()
    _judge(project, GateResult("load", "passed", 20, "requests at the stated rate", reason=reason))
    found = review_path(project.folder, ["performance"]).findings
    assert [(each.rule.name, each.found.element) for each in found] == [("performance/near-the-bar", "load.p95")]
    assert "270 ms" in found[0].found.reason


def test_sarif_carries_places_levels_and_the_reasons_of_what_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "blueprint.yaml"
    path.write_text(
        "backwright: 1\napp: {name: Notes}\n"
        "entities: {Note: {fields: {text: string}, allow: {read: true, create: true}}}\n"
        "requirements: {accepted: {security/no-accounts: behind a gateway}}\n"
    )
    reviewed = review_path(path, [])
    (run,) = json.loads(review_sarif(reviewed.findings))["runs"]
    results = {each["ruleId"]: each for each in run["results"]}
    assert results["security/no-accounts"]["suppressions"] == [
        {"kind": "inSource", "justification": "behind a gateway"}
    ]
    assert "suppressions" not in results["architect/no-summary"]
    for each in run["results"]:
        rule = run["tool"]["driver"]["rules"][each["ruleIndex"]]
        assert (rule["id"], rule["defaultConfiguration"]["level"]) == (each["ruleId"], each["level"])
        assert each["locations"][0]["physicalLocation"]["region"]["startLine"] in (1, 3)


def test_an_unknown_seat_is_refused_with_the_nearest(project: Project) -> None:
    with pytest.raises(ToolchainError) as raised:
        review_path(project.folder, ["securty"])
    assert raised.value.diagnostic.code == "review/unknown-seat"
    assert "'security'" in raised.value.diagnostic.help
