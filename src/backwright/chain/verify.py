"""Runs gates on a project and writes what they found."""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import backwright.gates
from backwright.chain.events import GateFinished, Listener, PhaseStarted, Said
from backwright.chain.project import Project
from backwright.chain.system import ProjectSystem
from backwright.chain.toolchain.failures import ToolchainError, toolchain_error
from backwright.chain.toolchain.postgres import start_postgres
from backwright.diagnostics import Diagnostic, Origin, to_json
from backwright.diagnostics.evidence import GateResult
from backwright.gates.system import Gate

__all__ = ["QUICK", "REPORT", "gate_names", "verify"]

REPORT = "verification.json"
QUICK = ("schema", "build", "tests", "contract", "policy", "races", "seeds")


def gate_names() -> tuple[str, ...]:
    """The gates that are installed, in the order they run."""
    found = {module.name for module in iter_modules(backwright.gates.__path__) if module.ispkg}
    return tuple(name for name in QUICK if name in found) + tuple(sorted(found - set(QUICK)))


def verify(project: Project, names: Sequence[str], listener: Listener) -> tuple[GateResult, ...]:
    """Every named gate on a throw-away PostgreSQL; the report is written at the project's root."""
    unknown = [name for name in names if name not in gate_names()]
    if unknown:
        raise toolchain_error(
            "verify/unknown-gate", f"there is no gate '{unknown[0]}'", f"The gates are {', '.join(gate_names())}."
        )
    started = datetime.now(UTC)
    with tempfile.TemporaryDirectory(prefix="backwright-verify-") as scratch:
        listener(PhaseStarted("starting a throw-away PostgreSQL"))
        with start_postgres(Path(scratch) / "postgres") as postgres:
            system = ProjectSystem(project.folder, project.plan, postgres, Path(scratch) / "logs")
            listener(PhaseStarted("installing the project's packages"))
            system.install()
            listener(PhaseStarted("building"))
            system.expect("build")
            results = tuple(_run(name, system, listener) for name in names or gate_names())
    _write(project, started, results)
    listener(Said(f"wrote {project.folder / REPORT}"))
    return results


def _run(name: str, system: ProjectSystem, listener: Listener) -> GateResult:
    gate: Gate = import_module(f"backwright.gates.{name}").GATE
    listener(PhaseStarted(f"gate {name}"))
    began = time.monotonic()
    try:
        result = gate.run(system)
    except ToolchainError as error:
        result = GateResult(name, "failed", 0, "", failures=(error.diagnostic,))
    except Exception as error:  # noqa: BLE001 - whatever a gate stumbles over, the others still run
        result = GateResult(name, "failed", 0, "", failures=(_stumbled(name, error),))
    result = _honest(replace(result, seconds=round(time.monotonic() - began, 1)))
    listener(GateFinished(result))
    return result


def _stumbled(name: str, error: Exception) -> Diagnostic:
    where = traceback.extract_tb(error.__traceback__)[-1]
    reason = f"the gate {name} broke off: {type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
    return Diagnostic(
        "gate/broke-off", reason, Origin(), "This is a fault of Backwright, or of what the project answered."
    )


def _honest(result: GateResult) -> GateResult:
    """A gate that did nothing has failed."""
    if result.status != "passed" or result.count > 0:
        return result
    nothing = Diagnostic("gate/did-nothing", f"the gate {result.name} checked nothing", Origin())
    return replace(result, status="failed", failures=(*result.failures, nothing))


def _write(project: Project, started: datetime, results: tuple[GateResult, ...]) -> None:
    report = {
        "stack": project.contract.stack,
        "blueprint_digest": hashlib.sha256(project.blueprint.encode()).hexdigest(),
        "started": started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "seconds": round(sum(result.seconds for result in results), 1),
        "gates": [report_of(result) for result in results],
    }
    (project.folder / REPORT).write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def report_of(result: GateResult) -> dict[str, object]:
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
    }
