"""`review` as its user meets it: what is printed, what is written, how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backwright.apps.cli import commands
from backwright.apps.cli.arguments import options_of

BLUEPRINT = """backwright: 1
app: {name: Notes, summary: "What a team writes down"}
identity: {entity: Person, login: [email, password], roles: [member, lead]}
entities:
  Person:
    fields: {email: email unique personal}
    allow: {read: this == me || me.role == 'lead'}
  Note:
    fields: {text: string, fee: money}
    allow: {read: me != null, create: me != null, update: true}
requirements:
  load: {users: 100, rps: 5, p95: 300ms}
"""
SOUND = BLUEPRINT.replace("update: true", "update: me.role == 'lead'").replace("fee: money", "fee: money >= 0")


def main(call: list[str]) -> int:
    """The command in this process, whose handlers of signals it leaves alone."""
    return commands.run(options_of(call))


@pytest.fixture
def blueprint(tmp_path: Path) -> Path:
    path = tmp_path / "notes.yaml"
    path.write_text(BLUEPRINT)
    return path


def test_findings_stand_by_seat_with_their_line_and_the_lines_to_paste(
    blueprint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["review", str(blueprint)]) == 1
    printed = capsys.readouterr().out
    security, database = printed.index("security: 1 error"), printed.index("database: 1 warning")
    assert security < printed.index("error[security/anonymous-change]") < database
    assert f"{blueprint}:9:" in printed
    assert "  9 |     fields: {text: string, fee: money}" in printed
    assert "  edit:\n    entities:\n      Note:\n        fields:\n          fee: money >= 0\n" in printed
    assert "\n1 error, 1 warning\n" in printed
    assert "\x1b" not in printed


def test_advice_alone_and_silence_are_fine(blueprint: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(blueprint), "--seat", "database"]) == 0
    assert "1 warning" in capsys.readouterr().out
    blueprint.write_text(SOUND)
    assert main(["review", str(blueprint)]) == 0
    assert capsys.readouterr().out == "no problems\n"


def test_what_is_accepted_is_shown_with_its_reason_and_does_not_fail(
    blueprint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    accepted = "  accepted:\n    security/anonymous-change: {Note: a wall that everybody writes on}\n"
    blueprint.write_text(BLUEPRINT + accepted)
    assert main(["review", str(blueprint)]) == 0
    printed = capsys.readouterr().out
    assert "accepted: security/anonymous-change (Note): a wall that everybody writes on" in printed
    assert "1 warning; 1 accepted" in printed


def test_an_acceptance_that_accepts_nothing_is_shown(blueprint: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blueprint.write_text(SOUND + "  accepted: {security/own-balance: we know}\n")
    assert main(["review", str(blueprint)]) == 0
    printed = capsys.readouterr().out
    assert f"{blueprint}:13:36: warning[review/unfounded-acceptance]" in printed


def test_json_has_everything_and_sarif_is_written(
    blueprint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["review", str(blueprint), "--json", "--sarif", str(tmp_path / "review.sarif")]) == 1
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"findings", "problems", "decisions"}
    first = document["findings"][0]
    assert (first["seat"], first["code"], first["line"]) == ("security", "security/anonymous-change", 10)
    assert first["page"] == "docs/problems/security/anonymous-change.md"
    assert first["edit"].endswith("update: me != null")
    assert {each["seat"] for each in document["decisions"]} >= {"architect", "security", "database"}
    (run,) = json.loads((tmp_path / "review.sarif").read_text())["runs"]
    assert [each["ruleId"] for each in run["results"]] == [each["code"] for each in document["findings"]]


def test_a_rule_is_explained_by_its_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", "--explain", "security/own-balance"]) == 0
    page = capsys.readouterr().out
    assert page == (Path(__file__).parents[2] / "docs/problems/security/own-balance.md").read_text(encoding="utf-8")
    assert main(["review", "--explain"]) == 0
    assert "\ndatabase/signed-money " in capsys.readouterr().out
    assert main(["review", "--explain", "security/own-balance", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["severity"] == "error"


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (["review"], "input/wrong-call"),
        (["review", "--explain", "security/own-balanse"], "review/unknown-rule"),
        (["review", "x.yaml", "--seat", "securty"], "review/unknown-seat"),
        (["review", "no-such.yaml"], "input/missing-file"),
    ],
)
def test_a_wrong_call_ends_with_two(call: list[str], code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(call) == 2
    assert f"error[{code}]" in capsys.readouterr().err


def test_a_blueprint_with_mistakes_is_not_reviewed(blueprint: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blueprint.write_text(BLUEPRINT.replace("fee: money", "fee: monney"))
    assert main(["review", str(blueprint)]) == 2
    assert "monney" in capsys.readouterr().err
