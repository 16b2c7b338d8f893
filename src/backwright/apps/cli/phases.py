"""`status`, and the commands that bring phases up to date."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from backwright.apps.cli import show
from backwright.apps.cli.progress import Progress
from backwright.chain.advance import Advance, advance
from backwright.chain.events import silent
from backwright.chain.phases import PARTS, PHASES, Part
from backwright.chain.report import report_of
from backwright.chain.status import Status, status_of

__all__ = ["bring", "status"]

FINE, FAILED = 0, 1
_GATES = {phase.name: phase.gates for phase in PHASES}
_DESIGNS: dict[str, tuple[tuple[Part, ...], Sequence[str]]] = {
    "database": (("database",), _GATES["architecture"]),
    "api": (("api",), ("contract",)),
    "architecture": (("architecture", "planning"), ()),
}
_COMMANDS: dict[str, tuple[tuple[Part, ...], Sequence[str]]] = {
    "generate-database": _DESIGNS["database"],
    "implement": (("database", "api", "implementation"), _GATES["implementation"]),
    "test": ((), (*_GATES["architecture"], *_GATES["implementation"], *_GATES["testing"])),
    "build": (("delivery",), _GATES["delivery"]),
    "generate-backend": (tuple(PARTS), (*_GATES["architecture"], *_GATES["implementation"])),
}


def bring(options: argparse.Namespace) -> int:
    """Brings what a command is about up to date."""
    parts, gates = _DESIGNS[options.type] if options.command == "design" else _COMMANDS[options.command]
    done = advance(options.folder, parts, gates, silent if options.json else Progress(sys.stderr))
    print(json.dumps(_document(done), indent=2) if options.json else _said(done))
    return FAILED if done.failed else FINE


def status(options: argparse.Namespace) -> int:
    """Shows where each phase stands."""
    found = status_of(options.folder)
    print(json.dumps(found.document(), indent=2) if options.json else _table(found))
    return FINE


def _table(found: Status) -> str:
    lines = [f"{each.phase.name:<15} {each.state:<8} {each.reason}" for each in found.phases]
    return "\n".join([*lines, "", f"stack {found.stack}; last verified {found.last_verified or 'never'}"])


def _document(done: Advance) -> dict[str, object]:
    renewal = done.renewal
    return {
        "folder": str(done.folder),
        "written": list(renewal.written) if renewal else [],
        "removed": list(renewal.removed) if renewal else [],
        "kept": list(renewal.kept) if renewal else [],
        "gates": [report_of(each) for each in done.verification.ran] if done.verification else [],
    }


def _said(done: Advance) -> str:
    lines = []
    if done.renewal:
        lines.append(f"{len(done.renewal.written)} files written, {len(done.renewal.removed)} removed")
        lines += [f"  kept as you have edited it: {path}" for path in done.renewal.kept]
        if any(path.startswith("database/migrations/") for path in done.renewal.written):
            lines.append("  The first migration has changed: a database that has it must be made anew.")
    if done.verification:
        lines.append(show.verified(done.verification))
    return "\n".join(lines) or "Nothing to do: all of it is up to date."
