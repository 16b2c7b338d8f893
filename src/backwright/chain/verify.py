"""Runs gates on a project and writes what they found."""

from __future__ import annotations

import contextlib
import difflib
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path

from backwright.chain.beside import Beside
from backwright.chain.events import GateFinished, Listener, PhaseStarted, Said
from backwright.chain.installed import gate_names
from backwright.chain.project import Project
from backwright.chain.report import REPORT, Entry, Report
from backwright.chain.system import ProjectSystem
from backwright.chain.toolchain.failures import ToolchainError, toolchain_error
from backwright.chain.toolchain.postgres import start_postgres
from backwright.diagnostics import Diagnostic, Origin
from backwright.diagnostics.evidence import GateResult
from backwright.gates.system import Gate

__all__ = ["Verification", "verify"]

_BESIDE = ("tests", "realtime")
"""They work in processes of their own, on databases of their own, and mostly wait."""
_TURNS = {"realtime": 1, "faults": 1, "load": 2, "security": 3}
"""Gates of one turn may run side by side. Those of the last ones measure time; of `faults` and `realtime` only whether
something happens within seconds."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What the gates found now, what is kept of earlier calls, and the whole report."""

    ran: tuple[GateResult, ...]
    kept: tuple[Entry, ...]
    document: Mapping[str, object]


def verify(project: Project, names: Sequence[str], listener: Listener, *, full: bool = False) -> Verification:
    """Every named gate on a throw-away PostgreSQL, in its short form unless `full`; writes the report."""
    chosen = _chosen(names)
    project.refuse_read_only()
    report = Report(project, gate_names(), full)
    try:
        results = _run_all(project, chosen, report, listener)
    except ToolchainError as error:
        report.not_run(chosen, error.diagnostic.message.partition("\n")[0])
        raise
    listener(Said(f"wrote {project.folder / REPORT}"))
    return Verification(results, report.kept, report.document())


def _chosen(names: Sequence[str]) -> tuple[str, ...]:
    for name in names:
        if name not in gate_names():
            near = difflib.get_close_matches(name, gate_names(), 1)
            meant = f"Did you mean '{near[0]}'? " if near else ""
            raise toolchain_error(
                "verify/unknown-gate", f"there is no gate '{name}'", f"{meant}The gates are {', '.join(gate_names())}."
            )
    return tuple(dict.fromkeys(names)) or gate_names()


def _run_all(project: Project, names: Sequence[str], report: Report, listener: Listener) -> tuple[GateResult, ...]:
    with tempfile.TemporaryDirectory(prefix="backwright-verify-") as scratch:
        listener(PhaseStarted("starting a throw-away PostgreSQL"))
        with start_postgres(Path(scratch) / "postgres") as postgres:
            logs = Path(scratch) / "logs"
            system = ProjectSystem(project.folder, project.plan, postgres, logs, project.secrets(), full=report.full)
            listener(PhaseStarted("installing the project's packages"))
            system.install()
            listener(PhaseStarted("building"))
            system.expect("build")
            ran = _in_turns(names, system, listener, report)
    return tuple(ran[name] for name in names)


def _in_turns(
    names: Sequence[str], system: ProjectSystem, listener: Listener, report: Report
) -> Mapping[str, GateResult]:
    """One gate after the other, but for those that may run beside others of their turn."""
    ran: dict[str, GateResult] = {}

    def done(result: GateResult) -> None:
        listener(GateFinished(result))
        ran[result.name] = result
        report.add(result)

    with contextlib.ExitStack() as stack:
        for turn in _turns(names):
            beside: dict[str, Beside] = {}
            for name in turn:
                for other in [each for each in beside if beside[each].finished()]:
                    done(_result(other, beside.pop(other)))
                listener(PhaseStarted(f"gate {name}"))
                if name in _BESIDE and len(turn) > 1 and _processors() > 1:
                    own = replace(system, scratch=system.scratch / name)
                    beside[name] = stack.enter_context(Beside(partial(_run, name, own)))
                else:
                    done(_run(name, system))
            for name, waited in beside.items():
                done(_result(name, waited))
    return ran


def _turns(names: Sequence[str]) -> list[list[str]]:
    """In each turn first what goes on beside the others."""
    turns: dict[int, list[str]] = {}
    for name in sorted(names, key=lambda each: each not in _BESIDE):
        turns.setdefault(_TURNS.get(name, 0), []).append(name)
    return [turns[number] for number in sorted(turns)]


def _result(name: str, beside: Beside) -> GateResult:
    return beside.result() or GateResult(name, "failed", 0, "", failures=(_stumbled(name),))


def _processors() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform.startswith("linux") else os.cpu_count() or 1


def _run(name: str, system: ProjectSystem) -> GateResult:
    gate: Gate = import_module(f"backwright.gates.{name}").GATE
    began = time.monotonic()
    try:
        result = gate.run(system)
    except ToolchainError as error:
        result = GateResult(name, "failed", 0, "", failures=(error.diagnostic,))
    except Exception as error:  # noqa: BLE001 - whatever a gate stumbles over, the others still run
        result = GateResult(name, "failed", 0, "", failures=(_stumbled(name, error),))
    return _honest(replace(result, seconds=round(time.monotonic() - began, 1)))


def _stumbled(name: str, error: Exception | None = None) -> Diagnostic:
    reason = f"the gate {name} broke off"
    if error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        reason += f": {type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
    return Diagnostic(
        "gate/broke-off", reason, Origin(), "This is a fault of Backwright, or of what the project answered."
    )


def _honest(result: GateResult) -> GateResult:
    """A gate that did nothing has failed."""
    if result.status != "passed" or result.count > 0:
        return result
    nothing = Diagnostic("gate/did-nothing", f"the gate {result.name} checked nothing", Origin())
    return replace(result, status="failed", failures=(*result.failures, nothing))
