"""Channels over live sockets: who hears what, and what nobody may do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg

from backwright.diagnostics.evidence import GateResult
from backwright.gates.accounts import Accounts, SignInFailed
from backwright.gates.arena import Arena
from backwright.gates.findings import Findings
from backwright.gates.realtime.crowd import crowd, many_files
from backwright.gates.realtime.delivery import delivery, late_commit, permissions, replay
from backwright.gates.realtime.document import Document, read_document
from backwright.gates.realtime.hostile import KNOWN_ORIGIN, expired, frames, log, origins, stops, tickets, unread
from backwright.gates.realtime.stage import Stage
from backwright.gates.state import Store
from backwright.gates.system import Database, Server, System
from backwright.gates.values import Values
from backwright.gates.wire import Connection

__all__ = ["GATE", "RealtimeGate"]

_PARTS = (delivery, replay, late_commit, tickets, origins, frames, unread, permissions)
_LIMITS = "It does not show sockets that last for hours, many thousands of them, or what stands before the server."
_SHORT = f"{_LIMITS} A thousand at once, deaf ones and a storm of those that come back: under --full."
_NO_FILES = f"{_LIMITS} A thousand sockets: this machine lets a process open too few files."
_MANY = {"SOCKETS_PER_ADDRESS": "2000", "SOCKETS_PER_ACCOUNT": "2000"}


class RealtimeGate:
    """Opens sockets as everybody, and holds what they hear against the plan."""

    name = "realtime"

    def run(self, system: System) -> GateResult:
        if not system.plan.channels:
            return GateResult(self.name, "not_run", 0, "", reason="the blueprint has no channels", applies=False)
        findings = Findings(
            self.name, "cells and hostile acts", tool="the AsyncAPI document, live sockets, the plan's rules"
        )
        path = system.contract.get("asyncapi")
        document, limits = None, _SHORT
        if isinstance(path, str):
            document = read_document(system.folder / path, system.plan, findings)
        else:
            findings.fail("gate/realtime-document", "the run contract names no AsyncAPI document")
        if document is not None:
            try:
                with system.migrated() as database:
                    _sockets(system, database, document, findings)
                if system.full:
                    limits = _crowd(system, document, findings)
            except SignInFailed as problem:
                findings.fail("gate/realtime-sign-in", str(problem))
        return findings.result(limits)


def _sockets(system: System, database: Database, document: Document, findings: Findings) -> None:
    many = {"SOCKETS_PER_ADDRESS": "1000"}
    with (
        system.serve(database, many) as first,
        system.serve(database, many | {"CORS_ORIGINS": KNOWN_ORIGIN}) as second,
        _stage(system, database, document, findings, (first, second)) as stage,
    ):
        # It grows old while the others are at work.
        old, made = stage.ticket(stage.people()[1]), time.monotonic()
        for part in _PARTS:
            part(stage)
        expired(stage, old, made)
        stops(stage)
        log(stage)


def _crowd(system: System, document: Document, findings: Findings) -> str:
    """What this run does not show."""
    with many_files() as enough:
        if not enough:
            return _NO_FILES
        with (
            system.migrated() as database,
            system.serve(database, _MANY) as first,
            system.serve(database, _MANY) as second,
            _stage(system, database, document, findings, (first, second)) as stage,
        ):
            crowd(stage)
    return _LIMITS


@contextmanager
def _stage(
    system: System, database: Database, document: Document, findings: Findings, servers: tuple[Server, ...]
) -> Iterator[Stage]:
    """Callers of every role, and rows."""
    plan, values = system.plan, Values()
    with (
        closing(Store(plan, database.admin)) as store,
        psycopg.connect(database.admin, autocommit=True) as admin,
        closing(Connection(servers[-1].url)) as connection,
    ):
        accounts = Accounts(plan, connection, store, values)
        arena = Arena(plan, servers[-1].url, store, values, accounts, "gate/realtime-delivery")
        for role in plan.identity.roles if plan.identity else ():
            arena.callers(role, 2)
        arena.prepare()
        yield Stage(plan, findings, document, arena, servers, admin, store.state())


GATE = RealtimeGate()
