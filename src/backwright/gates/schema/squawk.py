"""Squawk reads every up migration, with the rules that it leaves off by default as well."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from backwright.diagnostics.model import Origin
from backwright.gates.findings import Findings, tail
from backwright.gates.system import System

__all__ = ["lint"]

_OFF_BY_DEFAULT = (
    "ban-add-column ban-add-composite-attribute ban-add-enum-value ban-alter-database-options ban-alter-extension "
    "ban-alter-function-options ban-alter-generated-expression ban-alter-identity ban-alter-policy-condition "
    "ban-alter-policy-roles ban-alter-role-options ban-alter-row-level-security ban-alter-sequence-values "
    "ban-alter-system-options ban-alter-view-options ban-create-policy ban-detach-inheritance ban-disable-trigger "
    "ban-drop-constraint ban-drop-domain ban-drop-extension ban-drop-function ban-drop-generated-expression "
    "ban-drop-index ban-drop-policy ban-drop-schema ban-drop-sequence ban-drop-type ban-drop-view "
    "ban-new-write-restriction ban-replace-view-function ban-replica-identity ban-revoke ban-set-default "
    "ban-set-schema renaming-object require-table-schema"
).split()
_IGNORED = re.compile(r"^\s*--\s*squawk-ignore(?:-file)?\b")
_REASON = re.compile(r"^\s*--\s*\w")


def lint(system: System, paths: list[str], findings: Findings) -> None:
    """One run over all files; no configuration of the surroundings takes part."""
    options = [word for rule in _OFF_BY_DEFAULT for word in ("--include", rule)]
    command = ("squawk", "--reporter", "json", "--config", "/dev/null", "--pg-version", "15", *options, *paths)
    done = system.command(command)
    try:
        found = json.loads(done.output)
    except ValueError:
        findings.fail("gate/schema-lint", f"squawk gave no answer:\n{tail(done.output)}", help="Install squawk-cli.")
        return
    findings.done(len(paths))
    for path in paths:
        _reasons(system.folder, path, findings)
    for each, times in _first_of_each_rule(found):
        line = each["line"] + 1
        findings.fail(
            "gate/schema-lint",
            f"{each['file']}:{line}: {each['rule_name']}: {each['message']} ({times} times)",
            Origin(file=each["file"], line=line, column=each["column"] + 1),
            each["help"] or "Write the migration so that the rule holds, or name the reason why it does not apply.",
        )


def _first_of_each_rule(found: list[dict[str, Any]]) -> list[tuple[dict[str, Any], int]]:
    times = Counter((each["file"], each["rule_name"]) for each in found)
    first = {(each["file"], each["rule_name"]): each for each in reversed(found)}
    return [(each, times[key]) for key, each in sorted(first.items())]


def _reasons(folder: Path, path: str, findings: Findings) -> None:
    lines = (folder / path).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if not _IGNORED.match(line):
            continue
        before = lines[number - 1] if number else ""
        findings.check(
            bool(_REASON.match(before)) and not _IGNORED.match(before),
            "gate/schema-lint-off",
            f"{path}:{number + 1} switches a rule off and does not say why",
            Origin(file=path, line=number + 1),
            "Write the reason as a comment in the line above.",
        )
