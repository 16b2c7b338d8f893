"""Loads the seeds twice, looks at the rows, then at what the API shows of them."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from backwright.diagnostics.evidence import GateResult
from backwright.gates.findings import Findings, tail
from backwright.gates.seeds.rows import check_rows, contents
from backwright.gates.seeds.visible import check_visible
from backwright.gates.system import Database, System

__all__ = ["GATE"]

_LIMITS = "It shows that the rows are whole and varied, not that they read like those of a real business."


@dataclass(frozen=True, slots=True)
class _Seeds:
    name: str = "seeds"

    def run(self, system: System) -> GateResult:
        """Fresh database, seeds, seeds again, then the checks."""
        findings = Findings(self.name, "rows", tool="PostgreSQL")
        with system.migrated() as database:
            if _load(system, database, findings, "first"):
                first = _contents(system, database)
                if _load(system, database, findings, "second"):
                    _compare(first, _contents(system, database), findings)
                with psycopg.connect(database.admin) as connection:
                    check_rows(connection, system.plan, findings)
                check_visible(system, database, findings)
        return findings.result(_LIMITS)


GATE = _Seeds()


def _load(system: System, database: Database, findings: Findings, time: str) -> bool:
    done = system.run("seed", database)
    if done.code:
        message = f"the {time} loading of the seeds ended with exit code {done.code}:\n{tail(done.output)}"
        findings.fail("gate/seeds-load", message, help="Run the step `seed` of .backwright/run.json.")
    return done.code == 0


def _contents(system: System, database: Database) -> dict[str, frozenset[str]]:
    with psycopg.connect(database.admin) as connection:
        return contents(connection, system.plan)


def _compare(first: dict[str, frozenset[str]], second: dict[str, frozenset[str]], findings: Findings) -> None:
    for name, rows in first.items():
        added, gone = len(second[name] - rows), len(rows - second[name])
        if added or gone:
            message = f"loading the seeds again changes {name}: {added} rows are new or other, {gone} are gone or other"
            findings.fail("gate/seeds-repeat", message, help="Give every row a fixed id and insert it only once.")
