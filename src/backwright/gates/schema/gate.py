"""Runs the migrations both ways, lints them, and compares the database with the plan."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from backwright.diagnostics.evidence import GateResult
from backwright.gates.findings import Findings, tail
from backwright.gates.schema.conditions import check_conditions
from backwright.gates.schema.promises import check_promises
from backwright.gates.schema.ranges import check_ranges
from backwright.gates.schema.round_trip import round_trip, up_files
from backwright.gates.schema.rules import check_application_role, check_tables
from backwright.gates.schema.squawk import lint
from backwright.gates.system import System

__all__ = ["GATE"]

_LIMITS = "Row policies are not judged here, and neither is how long a migration takes on real data."


@dataclass(frozen=True, slots=True)
class _Schema:
    name: str = "schema"

    def run(self, system: System) -> GateResult:
        """The round trip first; where it fails there is nothing to look at."""
        findings = Findings(self.name, "checks", tool="PostgreSQL, squawk")
        lint(system, up_files(system), findings)
        if round_trip(system, findings):
            with system.migrated() as database:
                seeded = system.run("seed", database)
                if seeded.code:
                    findings.fail("gate/schema-seeds", f"without rows no limits can be tried:\n{tail(seeded.output)}")
                with psycopg.connect(database.admin) as connection:
                    check_tables(connection, findings)
                    check_promises(connection, system.plan, findings)
                    if not seeded.code:
                        check_ranges(connection, system.plan, findings)
                        check_conditions(connection, database, system.plan, findings)
                check_application_role(database, findings)
        return findings.result(_LIMITS)


GATE = _Schema()
