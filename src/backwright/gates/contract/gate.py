"""Lints the document, then talks to the running server as everybody."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace

import psycopg

from backwright.diagnostics.evidence import GateResult
from backwright.gates.accounts import Accounts, SignInFailed
from backwright.gates.contract.cases import generated
from backwright.gates.contract.cursors import check_cursors
from backwright.gates.contract.document import Document, lint, load
from backwright.gates.contract.exchange import Exchange
from backwright.gates.contract.filters import check_filters
from backwright.gates.contract.known_rows import KnownRows
from backwright.gates.contract.preconditions import check_preconditions
from backwright.gates.contract.principals import principals
from backwright.gates.contract.refusals import Refusals
from backwright.gates.contract.routes import check_routes
from backwright.gates.contract.sessions import check_recovery, check_sessions
from backwright.gates.findings import Findings
from backwright.gates.state import Store
from backwright.gates.system import Database, Server, System
from backwright.gates.values import Values
from backwright.gates.wire import Connection

__all__ = ["GATE", "ContractGate"]

_LIMITS = (
    "Generated data reaches few deep states; whether an answer is right, not only well formed, is for other gates."
)
_FULL = 4


@dataclass(frozen=True, slots=True)
class ContractGate:
    """Of each operation, so many systematic and random cases are sent as every caller, for so many seconds at most.

    `factor` times as many random ones, and for as many times as long.
    """

    name: str = "contract"
    systematic: int = 30
    random: int = 6
    seconds: float = 60.0
    factor: int = 1

    def run(self, system: System) -> GateResult:
        """Nothing is sent where the document itself is wrong."""
        if system.full and self.factor == 1:
            return replace(self, factor=_FULL).run(system)
        findings = Findings(self.name, "requests", tool="openapi-spec-validator, schemathesis")
        document = load(system, findings)
        said = ""
        if document and lint(document, findings):
            said = self._talk(system, document, findings)
        return findings.result(f"{said}{_LIMITS}")

    def _talk(self, system: System, document: Document, findings: Findings) -> str:
        with system.migrated(seeded=True) as database, system.serve(database) as server:
            callers = principals(system, server.url, findings)
            check_routes(document, server.url, callers[-1], findings)
            check_cursors(document, server.url, callers[-1], findings)
            check_filters(document, server.url, callers[-1], findings)
            check_preconditions(document, server.url, callers[-1], findings)
            succeeded = check_sessions(system, document, server.url, findings)
            succeeded |= self._recovery(system, document, database, server, findings)
            with psycopg.connect(database.admin) as connection:
                rows = KnownRows(connection, system.plan)
            exchange = Exchange(server, document, callers, rows, Refusals(system.plan), findings, succeeded)
            cases = generated(document, self.systematic, self.random * self.factor)
            unsent = exchange.run(cases, self.seconds * self.factor - findings.seconds)
        labels = dict.fromkeys(case.operation.label for case in cases)
        never = [label for label in labels if label not in exchange.succeeded]
        said = f"{unsent} requests were not sent for lack of time. " if unsent else ""
        said += f"{len(labels) - len(never)} of {len(labels)} operations answered with success at least once. "
        return said + (f"Never: {', '.join(never)}. " if never else "")

    def _recovery(
        self, system: System, document: Document, database: Database, server: Server, findings: Findings
    ) -> set[str]:
        identity = system.plan.identity
        if identity is None:
            return set()
        with closing(Store(system.plan, database.admin)) as store, closing(Connection(server.url)) as connection:
            accounts = Accounts(system.plan, connection, store, Values())
            try:
                return check_recovery(accounts, document, server.url, findings)
            except SignInFailed as failure:
                findings.fail("gate/contract-sessions", str(failure), identity.origin)
                return set()


GATE = ContractGate()
