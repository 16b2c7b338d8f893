"""Lints the document, then talks to the running server as everybody."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from backwright.diagnostics.evidence import GateResult
from backwright.gates.contract.cases import generated
from backwright.gates.contract.document import Document, lint, load
from backwright.gates.contract.exchange import Exchange
from backwright.gates.contract.known_rows import KnownRows
from backwright.gates.contract.principals import principals
from backwright.gates.contract.routes import check_routes
from backwright.gates.findings import Findings
from backwright.gates.system import System

__all__ = ["GATE"]

_PER_OPERATION = 24
_SECONDS = 30.0
_LIMITS = (
    "Generated data reaches few deep states; whether an answer is right, not only well formed, is for other gates."
)


@dataclass(frozen=True, slots=True)
class _Contract:
    name: str = "contract"

    def run(self, system: System) -> GateResult:
        """Nothing is sent where the document itself is wrong."""
        findings = Findings(self.name, "requests", tool="openapi-spec-validator, schemathesis")
        document = load(system, findings)
        unsent = 0
        if document and lint(document, findings):
            unsent = _talk(system, document, findings)
        return findings.result(f"{unsent} requests were not sent for lack of time. {_LIMITS}" if unsent else _LIMITS)


GATE = _Contract()


def _talk(system: System, document: Document, findings: Findings) -> int:
    with system.migrated(seeded=True) as database, system.serve(database) as server:
        callers = principals(system, server.url, findings)
        check_routes(document, server.url, callers[-1], findings)
        with psycopg.connect(database.admin) as connection:
            rows = KnownRows(connection, system.plan)
        exchange = Exchange(server.url + document.base, callers, rows, findings, document.path)
        return exchange.run(generated(document, _PER_OPERATION), _SECONDS)
