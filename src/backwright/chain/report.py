"""`verification.json` and its other forms: what was found now, beside what was found earlier about the same content."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeGuard

from backwright.chain.evidence import FORMS
from backwright.chain.fingerprint import fingerprint
from backwright.chain.project import Project
from backwright.diagnostics import to_json
from backwright.diagnostics.evidence import GateResult

__all__ = ["REPORT", "Entry", "Report", "entries_of", "read_report", "report_of"]

REPORT = "verification.json"
Entry = dict[str, object]
_TEXTS = ("name", "status", "unit", "reason", "started")


@dataclass(slots=True)
class Report:
    """Is written again after every gate, so that an interrupted call leaves what it has found."""

    project: Project
    order: Sequence[str]
    full: bool = False
    _started: datetime = field(default_factory=lambda: datetime.now(UTC))
    _began: float = field(default_factory=time.monotonic)
    _ran: dict[str, GateResult] = field(default_factory=dict)
    _kept: dict[str, Entry] = field(default_factory=dict)
    _content: str = ""

    def __post_init__(self) -> None:
        self._content = fingerprint(self.project.folder, self.project.contract.derived)
        earlier = read_report(self.project.folder)
        same = earlier.get("content_digest") == self._content
        for entry in entries_of(earlier):
            if entry["name"] in self.order:
                self._kept[str(entry["name"])] = entry if same else _stale(entry)

    @property
    def kept(self) -> tuple[Entry, ...]:
        """The entries of earlier calls that this one has not replaced, in the order of the gates."""
        return tuple(self._kept[name] for name in self.order if name in self._kept and name not in self._ran)

    def add(self, result: GateResult) -> None:
        """Takes a result and writes the report."""
        self._ran[result.name] = result
        self.write()

    def not_run(self, names: Sequence[str], reason: str) -> None:
        """Says of gates that never began why they did not; what is known about the same content stays."""
        for name in names:
            known = self._kept.get(name, {}).get("status")
            if name not in self._ran and known not in ("passed", "failed"):
                self._kept[name] = _entry(GateResult(name, "not_run", 0, "", reason=reason), _time(self._started))
        self.write()

    def write(self) -> None:
        """Writes the document in every form; whoever reads one meanwhile sees the old one or the new one."""
        document = self.document()
        self._write(REPORT, json.dumps(document, indent=2) + "\n")
        for name, form in FORMS.items():
            self._write(name, form(document))

    def _write(self, name: str, text: str) -> None:
        half = self.project.local / f"{name}.{os.getpid()}"
        half.parent.mkdir(parents=True, exist_ok=True)
        try:
            half.write_text(text, encoding="utf-8", errors="replace")
            os.replace(half, self.project.folder / name)
        finally:
            half.unlink(missing_ok=True)

    def document(self) -> dict[str, object]:
        """The report as it is written."""
        entries = self._kept | {name: _entry(each, _time(self._started)) for name, each in self._ran.items()}
        return {
            "stack": self.project.contract.stack,
            "blueprint_digest": hashlib.sha256(self.project.blueprint.encode()).hexdigest(),
            "content_digest": self._content,
            "started": _time(self._started),
            "seconds": round(time.monotonic() - self._began, 1),
            "form": "full" if self.full else "short",
            "ran": [name for name in self.order if name in self._ran],
            "gates": [entries[name] for name in self.order if name in entries],
        }


def report_of(result: GateResult) -> Entry:
    """A result as `verification.json` shows it."""
    return {
        "name": result.name,
        "status": result.status,
        "count": result.count,
        "unit": result.unit,
        "failures": [to_json(failure) for failure in result.failures],
        "reason": result.reason,
        "seconds": result.seconds,
        "tool": result.tool,
        "applies": result.applies,
    }


def _entry(result: GateResult, started: str) -> Entry:
    return report_of(result) | {"started": started}


def _stale(entry: Entry) -> Entry:
    """A verdict on other content is none on this one."""
    if entry["status"] == "not_run":
        return entry
    reason = f"it {entry['status']} at {entry['started']}, and the project has changed since"
    return entry | {"status": "not_run", "count": 0, "failures": [], "reason": reason, "seconds": 0.0, "stale": True}


def read_report(folder: Path) -> Mapping[str, object]:
    """`verification.json` as it lies in the folder; empty where there is none that can be read."""
    try:
        document = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def entries_of(document: Mapping[str, object]) -> tuple[Entry, ...]:
    """The entries of a report that have the form of one."""
    listed = document.get("gates")
    return tuple(entry for entry in (listed if isinstance(listed, list) else ()) if _is_entry(entry))


def _is_entry(entry: object) -> TypeGuard[Entry]:
    if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in _TEXTS):
        return False
    counted = isinstance(entry.get("count"), int) and isinstance(entry.get("seconds"), int | float)
    return counted and isinstance(entry.get("failures"), list) and entry["status"] in ("passed", "failed", "not_run")


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
