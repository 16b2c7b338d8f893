"""Runs the `check` step, then reads the project's own sources."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.diagnostics.evidence import GateResult
from backwright.gates.build.comments import check_comments
from backwright.gates.build.sources import sources
from backwright.gates.build.usage import check_usage
from backwright.gates.findings import Findings, tail
from backwright.gates.system import System, command_line

__all__ = ["GATE"]

_LIMITS = "It shows that the code is tidy, not that it is right; what is used is judged by imports, not by running it."


@dataclass(frozen=True, slots=True)
class _Build:
    name: str = "build"

    def run(self, system: System) -> GateResult:
        """Types, lint and format as the project defines them; then comments, open ends, unused files and exports."""
        command = command_line(system.contract, "check")
        findings = Findings(self.name, "files", tool=command)
        files = sources(system.folder, system.contract)
        findings.done(len(files))
        done = system.run("check")
        if done.code:
            message = f"`{command}` ended with exit code {done.code}:\n{tail(done.output, 25)}"
            findings.fail("gate/build-check", message, help=f"Run `{command}` in {system.folder.name}.")
        check_comments(files, findings)
        check_usage(system.folder, system.contract, files, findings)
        return findings.result(_LIMITS)


GATE = _Build()
