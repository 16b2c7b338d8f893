"""A report as SARIF 2.1.0 (OASIS), for code scanners and editors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote

from backwright import __version__
from backwright.chain.evidence.entries import Failure, Gate, gates_of

__all__ = ["sarif"]

Document = dict[str, object]
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"


def sarif(document: Mapping[str, object]) -> str:
    """One result for each failure; a gate that did not run is a notification, never silence."""
    gates = list(gates_of(document))
    found = [(gate, failure) for gate in gates for failure in gate.failures]
    codes = list(dict.fromkeys(failure.code for _, failure in found))
    driver = {"name": "backwright", "version": __version__, "rules": [{"id": code} for code in codes]}
    invocation = {
        "executionSuccessful": all(gate.status != "not_run" for gate in gates),
        "toolExecutionNotifications": [_not_run(gate) for gate in gates if gate.status == "not_run"],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "results": [_result(gate, failure, codes.index(failure.code)) for gate, failure in found],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _not_run(gate: Gate) -> Document:
    return {"level": "warning", "message": {"text": f"gate {gate.name} did not run: {gate.reason}"}}


def _result(gate: Gate, failure: Failure, rule: int) -> Document:
    result: Document = {
        "ruleId": failure.code,
        "ruleIndex": rule,
        "level": "error",
        "message": {"text": "\n".join(each for each in (failure.message, failure.help) if each)},
        "properties": {"gate": gate.name},
    }
    if failure.file:
        place: Document = {"artifactLocation": {"uri": quote(failure.file)}}
        if failure.line:
            place["region"] = {"startLine": failure.line, "startColumn": max(failure.column, 1)}
        result["locations"] = [{"physicalLocation": place}]
    return result
