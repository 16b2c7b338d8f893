"""Diagnostics for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable

from backwright.diagnostics.model import Diagnostic

__all__ = ["JsonDiagnostic", "render_json", "to_json"]

JsonDiagnostic = dict[str, str | int]


def to_json(problem: Diagnostic) -> JsonDiagnostic:
    """One diagnostic as a JSON object; `page` is where its code is explained."""
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "help": problem.help,
        "file": problem.origin.file,
        "line": problem.origin.line,
        "column": problem.origin.column,
        "source": problem.origin.source,
        "page": f"docs/problems/{problem.code}.md",
    }


def render_json(found: Iterable[Diagnostic]) -> str:
    """All diagnostics as a JSON array."""
    return json.dumps([to_json(problem) for problem in found], ensure_ascii=False, indent=2) + "\n"
