"""Runs the `test` step on a migrated database and counts what ran."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.diagnostics.evidence import GateResult
from backwright.diagnostics.model import Origin
from backwright.gates.findings import Findings, tail
from backwright.gates.system import System, command_line
from backwright.gates.tests.failures import FailedTest
from backwright.gates.tests.summary import Summary, summary

__all__ = ["GATE"]

_LIMITS = "It shows that the project's own tests pass, not that they would notice a defect."


@dataclass(frozen=True, slots=True)
class _Tests:
    name: str = "tests"

    def run(self, system: System) -> GateResult:
        """One run of all tests."""
        findings = Findings(self.name, "tests", tool=command_line(system.contract, "test"))
        with system.migrated() as database:
            done = system.run("test", database)
        found = summary(done.output)
        findings.done(found.passed + found.failed)
        for failure in found.failures:
            _report(system, failure, findings)
        unnamed = found.failed - len(found.failures)
        if unnamed > 0:
            findings.fail("gate/tests-failed", f"{unnamed} tests fail:\n{tail(done.output)}", help=_again(system))
        if findings.count == 0:
            findings.fail("gate/tests-none", f"no test ran:\n{tail(done.output)}", help=_again(system))
        elif done.code and not findings.failures:
            message = f"the test command ended with exit code {done.code}:\n{tail(done.output)}"
            findings.fail("gate/tests-failed", message, help=_again(system))
        return findings.result(_reason(found))


GATE = _Tests()


def _reason(found: Summary) -> str:
    return f"{found.skipped} were skipped and are not counted. {_LIMITS}" if found.skipped else _LIMITS


def _report(system: System, failure: FailedTest, findings: Findings) -> None:
    """Says where it failed, and the assertion."""
    said, file = (text.replace(f"{system.folder.resolve()}/", "") for text in (failure.said, failure.file))
    place = f" at {file}:{failure.line}" if failure.line else f" in {file}" if file else ""
    message = f"the test '{failure.name}' fails{place}{f': {said}' if said else ''}"
    findings.fail("gate/tests-failed", message, Origin(file=file, line=failure.line), _again(system))


def _again(system: System) -> str:
    command = command_line(system.contract, "test")
    return f"Run `{command}` in {system.folder.name} with the variables of .backwright/run.json."
