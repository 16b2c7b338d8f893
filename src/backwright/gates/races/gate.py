"""What must hold when many ask for the same thing at once."""

from __future__ import annotations

import time
from contextlib import closing

from backwright.diagnostics import Diagnostic, Origin
from backwright.diagnostics.evidence import GateResult, GateStatus
from backwright.gates.accounts import Accounts, SignInFailed
from backwright.gates.arena import Arena
from backwright.gates.races.moves import race_transitions
from backwright.gates.races.operations import race_keys, race_operations
from backwright.gates.races.refreshing import race_refresh
from backwright.gates.races.uniqueness import race_registration, race_unique_keys
from backwright.gates.races.versions import race_versions
from backwright.gates.state import Store
from backwright.gates.system import System
from backwright.gates.values import Values
from backwright.gates.wire import Connection

__all__ = ["GATE", "RacesGate"]

_RACES = (
    race_operations,
    race_keys,
    race_transitions,
    race_versions,
    race_unique_keys,
    race_registration,
    race_refresh,
)


class RacesGate:
    """Bounded numbers, idempotency keys, transitions, versions, unique fields and refresh tokens under load."""

    name = "races"

    def run(self, system: System) -> GateResult:
        started = time.monotonic()
        try:
            count, failures, unplanted = _race(system)
        except SignInFailed as problem:
            count, failures, unplanted = 0, [Diagnostic("gate/races-sign-in", str(problem), Origin())], ""
        status: GateStatus = "failed" if failures else "passed" if count else "not_run"
        return GateResult(
            name=self.name,
            status=status,
            count=count,
            unit="concurrent requests",
            failures=tuple(failures),
            reason=unplanted if status != "not_run" else "the plan has nothing that two callers could compete for",
            seconds=round(time.monotonic() - started, 3),
            tool="real connections, and the plan's steps run in turn",
            applies=status != "not_run",
        )


def _race(system: System) -> tuple[int, list[Diagnostic], str]:
    plan = system.plan
    with system.migrated() as database, system.serve(database) as server, closing(Store(plan, database.admin)) as store:
        values = Values()
        connection = Connection(server.url)
        arena = Arena(plan, server.url, store, values, Accounts(plan, connection, store, values), "gate/races-rows")
        unplanted = arena.prepare()
        for race in _RACES:
            race(arena)
        connection.close()
        return arena.count, arena.failures, unplanted


GATE = RacesGate()
