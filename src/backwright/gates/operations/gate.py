"""What must hold while somebody operates the system."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from backwright.diagnostics.evidence import GateResult
from backwright.gates.findings import Findings
from backwright.gates.operations.recovery import backup_and_restore, point_in_time
from backwright.gates.operations.rollback import rolled_back
from backwright.gates.operations.rotation import replaced, secrets_rotated
from backwright.gates.operations.stage import FOLDER, Stage
from backwright.gates.system import System

__all__ = ["GATE", "OperationsGate"]

Part = Callable[[Stage], None]
_SHORT: tuple[Part, ...] = (backup_and_restore, rolled_back)
# The last one loses the rows of the database.
_FULL: tuple[Part, ...] = (*_SHORT, replaced, secrets_rotated, point_in_time)


@dataclass(frozen=True, slots=True)
class OperationsGate:
    """Runs the scripts of `infrastructure/operations`; `parts` are those that a test asks for."""

    name: str = "operations"
    parts: tuple[Part, ...] = ()

    def run(self, system: System) -> GateResult:
        """On a cluster of its own, with seeded rows."""
        findings = Findings(self.name, "checks", "PostgreSQL's programs")
        nothing = replace(GateResult(self.name, "not_run", 0, "checks"), tool=findings.tool)
        if not (system.folder / FOLDER).is_dir():
            return replace(nothing, reason=f"the project has no {FOLDER}", applies=False)
        with system.apart() as (own, cluster):
            if cluster is None:
                return replace(nothing, reason="PostgreSQL was named by its URL, so it is somebody else's")
            with own.migrated(seeded=True) as database, tempfile.TemporaryDirectory(prefix="backwright-op-") as scratch:
                Path(scratch).chmod(0o755)
                stage = Stage(own, cluster, database, findings, Path(scratch))
                for part in self.parts or (_FULL if system.full else _SHORT):
                    part(stage)
        left = [] if system.full else ["point-in-time recovery, replacement and rotation are of the full form only"]
        left += [f"{each} was not run: not on the PATH; callers went to both servers" for each in sorted(stage.absent)]
        return findings.result("; ".join(left))


GATE = OperationsGate()
