"""Channels over live sockets: who hears what, and what nobody may do."""

from __future__ import annotations

import time
from contextlib import closing

import psycopg

from backwright.diagnostics.evidence import GateResult
from backwright.gates.accounts import Accounts, SignInFailed
from backwright.gates.arena import Arena
from backwright.gates.findings import Findings
from backwright.gates.realtime.delivery import delivery, late_commit, permissions, replay
from backwright.gates.realtime.document import Document, read_document
from backwright.gates.realtime.hostile import KNOWN_ORIGIN, expired, frames, log, origins, stops, tickets
from backwright.gates.realtime.stage import Stage
from backwright.gates.state import Store
from backwright.gates.system import Database, System
from backwright.gates.values import Values
from backwright.gates.wire import Connection

__all__ = ["GATE", "RealtimeGate"]

_PARTS = (delivery, replay, late_commit, tickets, origins, frames, permissions)
_LIMITS = "It does not show sockets that last for hours, many thousands of them, or what stands before the server."


class RealtimeGate:
    """Opens sockets as everybody, and holds what they hear against the plan."""

    name = "realtime"

    def run(self, system: System) -> GateResult:
        if not system.plan.channels:
            return GateResult(self.name, "not_run", 0, "", reason="It does not apply: the blueprint has no channels.")
        findings = Findings(
            self.name, "cells and hostile acts", tool="the AsyncAPI document, live sockets, the plan's rules"
        )
        path = system.contract.get("asyncapi")
        document = None
        if isinstance(path, str):
            document = read_document(system.folder / path, system.plan, findings)
        else:
            findings.fail("gate/realtime-document", "the run contract names no AsyncAPI document")
        if document is not None:
            try:
                with system.migrated() as database:
                    _sockets(system, database, document, findings)
            except SignInFailed as problem:
                findings.fail("gate/realtime-sign-in", str(problem))
        return findings.result(_LIMITS)


def _sockets(system: System, database: Database, document: Document, findings: Findings) -> None:
    plan, values = system.plan, Values()
    with (
        closing(Store(plan, database.admin)) as store,
        psycopg.connect(database.admin, autocommit=True) as admin,
        system.serve(database, {"SOCKETS_PER_ADDRESS": "1000"}) as first,
        system.serve(database, {"SOCKETS_PER_ADDRESS": "1000", "CORS_ORIGINS": KNOWN_ORIGIN}) as second,
        closing(Connection(first.url)) as connection,
    ):
        accounts = Accounts(plan, connection, store, values)
        arena = Arena(plan, first.url, store, values, accounts, "gate/realtime-delivery")
        for role in plan.identity.roles if plan.identity else ():
            arena.callers(role, 2)
        arena.prepare()
        stage = Stage(plan, findings, document, arena, (first, second), admin, store.state())
        # It grows old while the others are at work.
        old, made = stage.ticket(stage.people()[1]), time.monotonic()
        for part in _PARTS:
            part(stage)
        expired(stage, old, made)
        stops(stage)
        log(stage)


GATE = RealtimeGate()
