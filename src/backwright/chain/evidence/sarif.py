"""SARIF 2.1.0 (OASIS), for code scanners and editors: what gates found, and what the expert panel says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from backwright import __version__
from backwright.chain.evidence.entries import Failure, Gate, gates_of

if TYPE_CHECKING:
    from backwright.experts.model import Finding

__all__ = ["review_sarif", "sarif"]

Document = dict[str, object]
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"


def sarif(document: Mapping[str, object]) -> str:
    """One result for each failure; a gate that did not run is a notification, never silence."""
    gates = list(gates_of(document))
    found = [(gate, failure) for gate in gates for failure in gate.failures]
    codes = list(dict.fromkeys(failure.code for _, failure in found))
    invocation = {
        "executionSuccessful": all(gate.status != "not_run" for gate in gates),
        "toolExecutionNotifications": [_not_run(gate) for gate in gates if gate.status == "not_run"],
    }
    results = [_failed(gate, failure, codes.index(failure.code)) for gate, failure in found]
    return _log([{"id": code} for code in codes], invocation, results)


def review_sarif(findings: Sequence[Finding]) -> str:
    """One result for each finding; one that is accepted is suppressed (3.35), with the author's reason."""
    rules = list({finding.rule.name: finding.rule for finding in findings}.values())
    described: list[Document] = [
        {
            "id": rule.name,
            "shortDescription": {"text": rule.summary},
            "fullDescription": {"text": rule.explanation},
            "defaultConfiguration": {"level": rule.severity},
            "properties": {"seat": rule.seat},
        }
        for rule in rules
    ]
    results = [_advised(finding, rules.index(finding.rule)) for finding in findings]
    return _log(described, {"executionSuccessful": True}, results)


def _log(rules: Sequence[Document], invocation: Document, results: Sequence[Document]) -> str:
    driver = {"name": "backwright", "version": __version__, "rules": list(rules)}
    run = {"tool": {"driver": driver}, "invocations": [invocation], "results": list(results)}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _not_run(gate: Gate) -> Document:
    return {"level": "warning", "message": {"text": f"gate {gate.name} did not run: {gate.reason}"}}


def _failed(gate: Gate, failure: Failure, rule: int) -> Document:
    text = "\n".join(each for each in (failure.message, failure.help) if each)
    result: Document = {"ruleId": failure.code, "ruleIndex": rule, "level": "error", "message": {"text": text}}
    return result | {"properties": {"gate": gate.name}} | _place(failure.file, failure.line, failure.column)


def _advised(finding: Finding, rule: int) -> Document:
    found = finding.found
    text = "\n".join(each for each in (found.reason, found.advice, found.edit) if each)
    level = finding.rule.severity
    result: Document = {"ruleId": finding.rule.name, "ruleIndex": rule, "level": level, "message": {"text": text}}
    if finding.accepted is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.accepted}]
    return result | _place(found.origin.file, found.origin.line, found.origin.column)


def _place(file: str, line: int, column: int) -> Document:
    if not file:
        return {}
    place: Document = {"artifactLocation": {"uri": quote(file)}}
    if line:
        place["region"] = {"startLine": line, "startColumn": max(column, 1)}
    return {"locations": [{"physicalLocation": place}]}
