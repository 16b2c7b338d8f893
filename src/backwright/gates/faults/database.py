"""The database answers slowly, not at all, or is gone: nothing hangs, nothing is lost, nothing happens twice."""

from __future__ import annotations

import time

from backwright.gates.faults.ledger import open_ledger, resolved
from backwright.gates.faults.load import Outcome, attempt
from backwright.gates.faults.stage import DEADLINE, Stage
from backwright.gates.system import Server
from backwright.gates.work import writes

__all__ = ["database_killed", "database_troubled"]

_MOST_MESSAGES = 12
_DELAY = 0.05
_CUTS = 10
_DOWN = 1.0


def database_troubled(stage: Stage) -> None:
    """One server whose way to the database is slow, lossy, cut and frozen in turn."""
    with stage.server(proxied=True) as server:
        _lost(stage, server, replies=True)
        _lost(stage, server, replies=False)
        _slow(stage, server)
        _cut(stage, server)
        _frozen(stage, server)


def _lost(stage: Stage, server: Server, *, replies: bool) -> None:
    """Each message of one write to the database, or each reply, is lost in turn; repeated, the write happens once."""
    ledger = open_ledger(stage.arena)
    title = "a reply of the database is lost" if replies else "what a write says to the database is lost"
    done: list[Outcome] = []
    following = writes(stage.arena, ledger.work, ledger.before)
    for passing in range(_MOST_MESSAGES):
        warm, call = (next(following, None) for _ in range(2))
        if warm is None or call is None:
            break
        done.append(resolved(server.url, warm))
        stage.proxy.lose(passing, replies=replies)
        done.append(attempt(server.url, call))
        if not stage.proxy.lost():
            break
    stage.judge(done, title)
    ledger.check(done, server.url, title)


def _slow(stage: Stage, server: Server) -> None:
    """Every reply takes its time; every request still succeeds."""
    title = f"the database answers {_DELAY * 1000:g} ms late"
    ledger = open_ledger(stage.arena)
    with stage.load(ledger, server.url) as load:
        stage.proxy.delay = _DELAY
        time.sleep(1.5)
    stage.proxy.delay = 0.0
    stage.judge(load.outcomes, title, refused=False)
    ledger.check(load.outcomes, server.url, title)


def _cut(stage: Stage, server: Server) -> None:
    """All connections to the database break, again and again."""
    title = f"connections to the database break {_CUTS} times"
    ledger = open_ledger(stage.arena)
    with stage.load(ledger, server.url) as load:
        for _ in range(_CUTS):
            stage.proxy.cut()
            time.sleep(0.15)
        stage.recovered(load, server.url, title)
    stage.judge(load.outcomes, title)
    ledger.check(load.outcomes, server.url, title)


def _frozen(stage: Stage, server: Server) -> None:
    """Not a byte comes from the database, and no connection ends."""
    title = "the database is frozen"
    ledger = open_ledger(stage.arena)
    with stage.load(ledger, server.url) as load:
        stage.proxy.stall()
        time.sleep(DEADLINE / 2)
        stage.health(server.url, title, ready=False)
        stage.proxy.resume()
        stage.recovered(load, server.url, title)
    stage.judge(load.outcomes, title)
    ledger.check(load.outcomes, server.url, title)


def database_killed(stage: Stage) -> None:
    """PostgreSQL is killed under load and comes back."""
    if stage.cluster is None:
        return
    title = "PostgreSQL is killed"
    ledger = open_ledger(stage.arena)
    with stage.server() as server, stage.load(ledger, server.url) as load:
        stage.cluster.kill()
        time.sleep(_DOWN)
        stage.health(server.url, title, ready=False)
        stage.cluster.restart()
        stage.arena.store.connect()
        stage.recovered(load, server.url, title)
    with stage.server() as server:
        stage.judge(load.outcomes, title)
        ledger.check(load.outcomes, server.url, title)
