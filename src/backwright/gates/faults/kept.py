"""Answers that servers keep: whatever happens on their way to the database, none is older than is documented."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from backwright.gates.crowd import Call
from backwright.gates.faults.load import Outcome, attempt
from backwright.gates.faults.stage import Stage, named
from backwright.gates.layout import table
from backwright.gates.system import Server
from backwright.gates.work import works, writes
from backwright.plan.model import Entity
from backwright.plan.naming import collection_path
from backwright.plan.visibility import shown_with

__all__ = ["answers_kept"]

_BOUND = 1.0
"""Seconds that an answer may leave out what was written."""
_OFF, _ON = {"RESPONSE_CACHE_BYTES": "0"}, {"RESPONSE_CACHE_BYTES": "16777216"}
_ROWS = 3
_WRITES = 4
_LATE, _HEAVY = 0.5, 200
_SERVED = 200


def answers_kept(stage: Stage) -> None:
    """Two servers that keep answers, held against one that keeps none."""
    kept = [entity for entity in stage.arena.plan.entities if entity.cached]
    if not kept or not stage.knows(*_OFF):
        return
    stage.arena.reset()
    with (
        stage.server(settings=_OFF) as plain,
        stage.server(proxied=True, settings=_ON) as first,
        stage.server(settings=_ON) as second,
    ):
        for entity in kept:
            for shown in shown_with(stage.arena.plan.entity, entity):
                _written_past(stage, plain, (first, second), entity, shown)
            _written_meanwhile(stage, plain, first, entity)
        _written_by(stage, plain, second, first, kept)
        _unheard(stage, plain, first, kept[0])


def _reads(stage: Stage, entity: Entity) -> list[Call]:
    """A page, and some of its rows, as somebody of each role and as nobody."""
    path, rule = collection_path(entity), entity.rule("read")
    rows = stage.arena.store.execute(f"select id from {table(entity)} order by id desc limit {_ROWS}")
    people = stage.arena.able(rule, 1) if rule else []
    paths = [f"{path}?limit=100", *(f"{path}/{row}" for (row,) in rows)]
    return [Call("GET", path, None, who.token) for path in paths for (who,) in people]


def _write(stage: Stage, entity: Entity, shown: Entity) -> None:
    """Changes something that answers show, past every server: a time, or a row that is gone."""
    rows = table(shown)
    if shown is entity:
        stage.arena.store.execute(f"update {rows} set updated_at = updated_at + interval '1 second'")
    else:
        stage.arena.store.execute(f"delete from {rows} where id = (select id from {rows} order by id desc limit 1)")


def _warm(server: Server, calls: Sequence[Call]) -> None:
    for call in (*calls, *calls):
        attempt(server.url, call)


def _written_past(stage: Stage, plain: Server, servers: Sequence[Server], entity: Entity, shown: Entity) -> None:
    calls = _reads(stage, entity)
    for server in servers:
        _warm(server, calls)
    _write(stage, entity, shown)
    time.sleep(_BOUND)
    for server in servers:
        _compare(stage, plain, server, entity, calls, f"{_BOUND:g} s after a row of {shown.name} was written")


def _written_meanwhile(stage: Stage, plain: Server, server: Server, entity: Entity) -> None:
    """Something is written, and heard of, while an answer that does not show it is on its way from the database."""
    calls = _reads(stage, entity)
    _warm(server, calls)
    _write(stage, entity, entity)
    time.sleep(_BOUND)
    stage.proxy.delay, stage.proxy.heavy = _LATE, _HEAVY
    with ThreadPoolExecutor(len(calls)) as pool:
        under_way = [pool.submit(attempt, server.url, call) for call in calls]
        time.sleep(_LATE / 2)
        _write(stage, entity, entity)
        written = time.monotonic()
        for each in under_way:
            each.result()
    stage.proxy.delay, stage.proxy.heavy = 0.0, 0
    time.sleep(max(0.0, written + _BOUND - time.monotonic()))
    title = f"{_BOUND:g} s after a row of {entity.name} was written while it was read"
    _compare(stage, plain, server, entity, calls, title)


def _unheard(stage: Stage, plain: Server, server: Server, entity: Entity) -> None:
    """Nothing comes from the database any more, and no connection ends: an answer is new, or none."""
    calls = _reads(stage, entity)
    _warm(server, calls)
    stage.proxy.stall()
    _write(stage, entity, entity)
    time.sleep(_BOUND)
    with ThreadPoolExecutor(len(calls)) as pool:
        found = list(pool.map(lambda call: attempt(server.url, call), calls))
    stage.proxy.resume()
    answered = [each for each in found if each.reply.status == _SERVED]
    stage.arena.count += len(found) - len(answered)
    _judge(stage, plain, entity, answered, f"{_BOUND:g} s after a row was written that nobody heard of")


def _written_by(stage: Stage, plain: Server, writer: Server, other: Server, kept: Sequence[Entity]) -> None:
    """Whoever writes through a server reads it back there at once, and from the other one soon."""
    for work in itertools.islice(works(stage.arena), _WRITES):
        calls = [(entity, _reads(stage, entity)) for entity in kept]
        for _, each in calls:
            _warm(writer, each)
            _warm(other, each)
        call = next(writes(stage.arena, work, stage.arena.store.state()), None)
        if call is None:
            continue
        outcome = attempt(writer.url, call)
        for entity, each in calls:
            _compare(stage, plain, writer, entity, each, f"right after {named(outcome)} by the same server")
        time.sleep(_BOUND)
        for entity, each in calls:
            title = f"{_BOUND:g} s after {named(outcome)} by another server"
            _compare(stage, plain, other, entity, each, title)


def _compare(stage: Stage, plain: Server, server: Server, entity: Entity, calls: Sequence[Call], title: str) -> None:
    _judge(stage, plain, entity, [attempt(server.url, call) for call in calls], title)


def _judge(stage: Stage, plain: Server, entity: Entity, found: Sequence[Outcome], title: str) -> None:
    """The answers are those of the server that keeps none."""
    stage.arena.count += len(found)
    for each in found:
        wanted = attempt(plain.url, each.call).reply
        same = each.reply.status == wanted.status and (wanted.status != _SERVED or each.reply.body == wanted.body)
        if not same:
            reason = f"{title}, {named(each)} answered what was there before"
            stage.arena.fail("gate/faults-stale", reason, entity.origin)
            return
