"""Programs that may be there or not."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from backwright.gates.findings import Findings
from backwright.gates.machine import available
from backwright.gates.system import Finished, System

__all__ = ["Work"]


@dataclass(slots=True)
class Work:
    """The project, what was found, and what could not be done here."""

    system: System
    findings: Findings
    absent: dict[str, str] = field(default_factory=dict)

    def has(self, program: str) -> bool:
        """Whether a program is there; where not, the verdict says so."""
        there = available(program)
        if not there:
            self.not_run(program, "not on the PATH")
        return there

    def not_run(self, what: str, why: str) -> None:
        """Something that was left out."""
        self.absent.setdefault(what, why)

    def call(self, *command: str, timeout: float = 300.0, environment: Mapping[str, str] | None = None) -> Finished:
        """Runs a program in the project's folder."""
        return self.system.command(command, timeout, {**os.environ, **(environment or {})})

    def text(self, path: str) -> str | None:
        """A file of the project; none where it is not there."""
        try:
            return (self.system.folder / path).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def reason(self) -> str:
        """What was left out, and why."""
        return "; ".join(f"{what} was not run: {why}" for what, why in self.absent.items())
