"""The other forms of `verification.json` say the same as it does."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from backwright.chain.project import Project
from backwright.chain.report import Report
from backwright.diagnostics import Diagnostic, Origin
from backwright.diagnostics.evidence import GateResult
from tests.chain.plain import plain_project

HOSTILE = 'answered "500" & <script>alert(1)</script>\x00\x1b[31m\ud800\nsecond line'
RESULTS = (
    GateResult("schema", "passed", 9, "checks", reason="Row policies are not judged.", seconds=1.5, tool="PostgreSQL"),
    GateResult(
        "policy",
        "failed",
        30,
        "cells",
        failures=(
            Diagnostic("gate/policy-leak", HOSTILE, Origin("blueprint.yaml", 12, 3), "See the rule."),
            Diagnostic("gate/policy-leak", "another", Origin()),
        ),
        seconds=2.25,
    ),
    GateResult("races", "not_run", 0, "", reason="there is nothing to compete for"),
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = plain_project(tmp_path / "p")
    report = Report(made, [each.name for each in RESULTS])
    for result in RESULTS:
        report.add(result)
    return made


def _text(project: Project, name: str) -> str:
    return (project.folder / name).read_text(encoding="utf-8")


def test_junit_counts_every_failure_and_calls_what_did_not_run_skipped(project: Project) -> None:
    root = ET.fromstring(_text(project, "verification.junit.xml"))  # noqa: S314 - our own text
    assert [root.get(name) for name in ("tests", "failures", "skipped", "time")] == ["4", "2", "1", "3.750"]
    assert [suite.get("name") for suite in root] == ["schema", "policy", "races"]
    failures = root.findall("testsuite[@name='policy']/testcase/failure")
    assert [each.get("type") for each in failures] == ["gate/policy-leak"] * 2
    assert (failures[0].text or "").splitlines()[-2:] == ["blueprint.yaml:12:3", "See the rule."]
    assert "<script>" in (failures[0].get("message") or "")
    skipped = root.find("testsuite[@name='races']/testcase/skipped")
    assert skipped is not None
    assert skipped.get("message") == "there is nothing to compete for"


def test_sarif_has_a_result_for_every_failure_and_a_notification_for_what_did_not_run(project: Project) -> None:
    document = json.loads(_text(project, "verification.sarif"))
    (run,) = document["runs"]
    assert document["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["gate/policy-leak"]
    first, second = run["results"]
    assert (first["ruleIndex"], second["ruleIndex"], "locations" in second) == (0, 0, False)
    place = first["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "blueprint.yaml"}, "region": {"startLine": 12, "startColumn": 3}}
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "races" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_the_page_shows_every_verdict_and_needs_nothing_else(project: Project) -> None:
    page = _text(project, "verification.html")
    assert "<title>Verification: 1 passed, 1 failed, 1 not run</title>" in page
    assert "&lt;script&gt;" in page
    for forbidden in ("<script", "http:", "https:", "src=", "@import", "url("):
        assert forbidden not in page
    for said in ("blueprint.yaml:12:3", "Row policies are not judged.", "there is nothing to compete for"):
        assert said in page


def test_no_form_counts_as_content(project: Project) -> None:
    again = Report(project, [each.name for each in RESULTS])
    assert [entry["status"] for entry in again.kept] == ["passed", "failed", "not_run"]
