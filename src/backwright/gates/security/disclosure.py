"""J1, J5: what a server tells when it fails, and what its log keeps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from backwright.gates.layout import table
from backwright.gates.security.exemplars import Cast, Exemplar
from backwright.gates.security.stage import INSIDE, KEY, Stage
from backwright.gates.wire import Reply
from backwright.plan.model import Entity

__all__ = ["disclosure", "logged"]

_MEMBERS = {"type", "title", "status", "code", "detail", "instance", "requestId", "errors"}
_FAILED = (500, 503, 504)
_BUSY = (503, 504)
_RECOVERED = 20.0


def disclosure(stage: Stage, cast: Cast) -> None:
    """Each class of error is provoked through the database's administrator, and undone."""
    found = [each for each in (*cast.reads, *cast.with_body) if each.entity is not None]
    for each in found[:4]:
        assert each.entity
        with _renamed(stage, each.entity):
            _judge(stage, each, "a table is not there", *_FAILED)
    for each in found[:1]:
        assert each.entity
        with _locked(stage, each.entity):
            _judge(stage, each, "a table is locked", *_BUSY)
    with _unreachable(stage):
        for each in (*found[:3], *cast.identity):
            _judge(stage, each, "the database is away", *_BUSY, 401)
    probe = found[0] if found else None
    deadline = time.monotonic() + _RECOVERED
    while probe and stage.exchange(probe.attack).status != probe.success and time.monotonic() < deadline:
        time.sleep(0.2)
    stage.restore()


def _judge(stage: Stage, each: Exemplar, title: str, *wanted: int) -> None:
    stage.findings.done()
    attack = each.as_check("J1", title, *wanted)
    reply = stage.exchange(attack)
    if reply.status not in wanted:
        stage.fail("gate/security-answer", attack, reply, f"answered {reply.status or 'nothing'}")
        return
    wrong = _told(reply)
    if wrong:
        stage.fail("gate/security-leak", attack, reply, wrong)
    if reply.status in _FAILED and not (reply.member("requestId") or reply.header("x-request-id")):
        stage.fail("gate/security-answer", attack, reply, "no request id that would lead to the log")


def _told(reply: Reply) -> str:
    document = reply.json
    if not isinstance(document, dict):
        return "the error is no problem document"
    extra = sorted(document.keys() - _MEMBERS)
    inside = INSIDE.search(reply.body)
    return f"the error tells {', '.join(extra)}" if extra else f"the error shows '{inside[0]}'" if inside else ""


@contextmanager
def _renamed(stage: Stage, entity: Entity) -> Iterator[None]:
    """The table has another name: a defect that no handler expects."""
    name = table(entity)
    hidden = f"{name.rpartition('.')[2]}_away"
    stage.arena.store.execute(f"alter table {name} rename to {hidden}")
    try:
        yield
    finally:
        stage.arena.store.execute(f"alter table app.{hidden} rename to {name.rpartition('.')[2]}")


@contextmanager
def _locked(stage: Stage, entity: Entity) -> Iterator[None]:
    """Statements on the table wait until they run out of time."""
    stage.arena.store.execute("begin")
    stage.arena.store.execute(f"lock table {table(entity)} in access exclusive mode")
    try:
        yield
    finally:
        stage.arena.store.execute("rollback")


@contextmanager
def _unreachable(stage: Stage) -> Iterator[None]:
    """No connection of the application's is let in, and those it had are ended."""
    name = f'"{stage.database.name}"'
    store = stage.arena.store
    store.execute(f"alter database {name} connection limit 0")
    store.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()",
        [stage.database.name],
    )
    try:
        yield
    finally:
        store.execute(f"alter database {name} connection limit -1")


def logged(stage: Stage, _cast: Cast) -> None:
    """J5: no password, no token and no key of anybody is in the log."""
    log = stage.server.log()
    stage.holds(bool(log.strip()), "gate/security-log", "J5: the server logged nothing, so nothing was looked at")
    found = [secret for secret in (*stage.known, KEY) if len(secret) >= 12 and secret in log]
    line = next((line for line in log.splitlines() if found and found[0] in line), "")
    shown = line.replace(found[0], "…") if found else ""
    reason = f"J5: {len(found)} passwords or tokens are in the log: {shown[:300]}"
    stage.holds(not found, "gate/security-log", reason)
    query = next((line for line in log.splitlines() if "pg_sleep" in line and '"path"' in line and "?" in line), "")
    stage.holds(not query, "gate/security-log", f"J5: the log keeps queries, which hold personal data: {query[:200]}")
