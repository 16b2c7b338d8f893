"""What must hold when the server, the database or the way between them breaks."""

from __future__ import annotations

import time
from contextlib import closing

from backwright.diagnostics import Diagnostic, Origin
from backwright.diagnostics.evidence import GateResult, GateStatus
from backwright.gates.accounts import Accounts, SignInFailed
from backwright.gates.arena import Arena
from backwright.gates.faults.background import background_killed
from backwright.gates.faults.database import database_killed, database_troubled
from backwright.gates.faults.kept import answers_kept
from backwright.gates.faults.ledger import open_ledger
from backwright.gates.faults.proxy import Proxy
from backwright.gates.faults.servers import overload, rolling_restart, server_killed, stop_under_way
from backwright.gates.faults.stage import Stage
from backwright.gates.state import Store
from backwright.gates.system import Cluster, Database, System
from backwright.gates.values import Values
from backwright.gates.wire import Connection

__all__ = ["GATE", "FaultsGate"]

_FAULTS = (
    database_troubled,
    server_killed,
    rolling_restart,
    stop_under_way,
    overload,
    background_killed,
    answers_kept,
    database_killed,
)


class FaultsGate:
    """Kills, stops, freezes, slows and overloads, and holds every acknowledged write against the rows."""

    name = "faults"

    def run(self, system: System) -> GateResult:
        started = time.monotonic()
        try:
            with system.apart() as (own, cluster), own.migrated() as database:
                count, failures, reason = _break(own, cluster, database)
        except SignInFailed as problem:
            count, failures, reason = 0, [Diagnostic("gate/faults-sign-in", str(problem), Origin())], ""
        status: GateStatus = "failed" if failures else "passed" if count else "not_run"
        return GateResult(
            name=self.name,
            status=status,
            count=count,
            unit="requests while something breaks",
            failures=tuple(failures),
            reason=reason,
            seconds=round(time.monotonic() - started, 3),
            tool="a TCP proxy, SIGKILL, and a ledger of what was acknowledged",
            applies=status != "not_run",
        )


def _break(system: System, cluster: Cluster | None, database: Database) -> tuple[int, list[Diagnostic], str]:
    plan, values = system.plan, Values()
    with Proxy(database.application) as proxy, closing(Store(plan, database.admin)) as store:
        with system.serve(database) as server:
            connection = Connection(server.url)
            accounts = Accounts(plan, connection, store, values)
            arena = Arena(plan, server.url, store, values, accounts, "gate/faults-ledger")
            arena.prepare()
            ledger = open_ledger(arena)
            connection.close()
        if ledger.work is None and not ledger.reads:
            return 0, [], "the plan has nothing that can be asked again and again"
        stage = Stage(system, cluster, database, arena, proxy)
        for fault in _FAULTS:
            fault(stage)
        return arena.count, arena.failures, _left_out(stage, ledger.work is None)


def _left_out(stage: Stage, nothing_written: bool) -> str:
    said = ["It does not show what the loss of the machine, full disks or clocks that differ do."]
    said += ["Nothing is written: the plan has no write that can be repeated."] if nothing_written else []
    said += [] if stage.cluster else ["PostgreSQL was not killed: it was named by its URL, so it is somebody else's."]
    return " ".join((*said, *stage.left_out))


GATE = FaultsGate()
