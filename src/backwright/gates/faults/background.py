"""What runs by itself: calls, what follows from them, events and jobs happen once though servers are killed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress

import psycopg

from backwright.gates.arena import Arena
from backwright.gates.contests import Contest, call_of, contests
from backwright.gates.crowd import rush
from backwright.gates.faults.stage import Stage
from backwright.gates.layout import CALLS, JOBS, OUTBOX, column, table
from backwright.gates.system import Server
from backwright.gates.work import repeatable
from backwright.plan.indexes import all_steps, called, emits
from backwright.plan.model import Bool, EmitStep, Entity, Enumeration, Exact, Integer

__all__ = ["background_killed"]

Figures = Mapping[str, object]

_OPERATIONS = 24
_CALLERS = 4
_KILLED_AFTER = (0.03, 0.0, 0.1)
_PATIENCE = 5.0
_WITHIN = 30.0
_HELD = 7_290_514
_FOLLOWING = {"CALLS": "on", "CALLS_POLL_MS": "50", "CALLS_LEASE_MS": "1000"}
_FOLLOWING |= {"OUTBOX": "on", "OUTBOX_POLL_MS": "50", "OUTBOX_LEASE_MS": "1000"}
_RUNNING = {"JOBS": "on", "JOBS_POLL_MS": "50"}

# Whoever has come so far waits for the gate.
_HOLD = f"""create function internal.gate_hold() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared({_HELD});
  return new;
end
$$"""
_CALL_SETTLED = f"""create trigger gate_hold before update on {CALLS} for each row
when (new.state <> old.state) execute function internal.gate_hold()"""
_SECOND_ROW_REACHED = f"""create trigger gate_hold before update on {JOBS} for each row
when (old.reached is not null and new.reached is not null) execute function internal.gate_hold()"""
_LET_GO = "drop function internal.gate_hold cascade"
_WAITING = """select pid from pg_stat_activity
where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'advisory'"""
_END_HALF = f"""select pg_terminate_backend(pid)
from (select pid, row_number() over (order by pid) as number from ({_WAITING}) as waiting) as numbered
where number % 2 = 1"""


def background_killed(stage: Stage) -> None:
    """The same work is done twice, once while servers are killed over and over: both end alike."""
    plan = stage.arena.plan
    if called(plan) or emits(plan):
        _compare(stage, "calls and events", _FOLLOWING)
    if plan.jobs:
        _compare(stage, "jobs", _RUNNING)


def _compare(stage: Stage, what: str, variables: Mapping[str, str]) -> None:
    title = f"servers are killed while they work on {what}"
    contest = _leaving(stage.arena) if variables is _FOLLOWING else None
    if variables is _FOLLOWING and contest is None:
        stage.left_out.append(f"No server is killed over {what}: no operation that leaves any can be repeated.")
        return
    found: list[Figures] = []
    for disturbed in (False, True):
        _prepare(stage, contest)
        before = _figures(stage.arena)
        if disturbed:
            _killed(stage, variables)
        with stage.server(settings=variables):
            if not _idle(stage, variables):
                reason = f"{title}: after {_WITHIN:g} s there are still {_left(stage, variables)}"
                stage.fail("gate/faults-background", reason)
                return
        found.append(_figures(stage.arena))
    undisturbed, after = found
    if undisturbed == before:
        stage.left_out.append(f"Nothing is shown of {what}: there was nothing to do.")
    names = sorted(name for name in {*undisturbed, *after} if undisturbed.get(name, 0) != after.get(name, 0))
    wrong = [f"{name} is {after.get(name, 0)} and not {undisturbed.get(name, 0)}" for name in names]
    if wrong:
        stage.fail("gate/faults-background", f"{title}: not everything happened once: {'; '.join(wrong)[:500]}")


def _leaving(arena: Arena) -> Contest | None:
    """An operation that can be repeated and leaves something behind, a call rather than an event."""
    calling = [each for each in arena.plan.operations if each.then]
    emitting = [each for each in arena.plan.operations if any(isinstance(s, EmitStep) for s in all_steps(each.steps))]
    for operation in (*calling, *emitting):
        for contest in contests(arena, operation, 1):
            if repeatable(arena, contest):
                return contest
    return None


def _prepare(stage: Stage, contest: Contest | None) -> None:
    """Rows as at the start, and work that waits: what an operation has left behind, or every job."""
    arena, store = stage.arena, stage.arena.store
    arena.reset()
    for name in (CALLS, OUTBOX):
        if _there(stage, name):
            store.execute(f"delete from {name}")
    if _there(stage, JOBS):
        due = "'infinity'" if contest else "now()"
        store.execute(f"update {JOBS} set due_at = {due}, started_at = null, reached = null")
    if contest:
        repeatable(arena, contest)
        with stage.server() as server:
            replies = rush(
                server.url, [call_of(arena, contest, contest.callers[0]) for _ in range(_OPERATIONS)], _CALLERS
            )
        arena.count += len(replies)


def _killed(stage: Stage, variables: Mapping[str, str]) -> None:
    if variables is _RUNNING:
        for job in stage.arena.plan.jobs:
            due = f"update {JOBS} set due_at = case name when %s then now() else 'infinity' end"
            stage.arena.store.execute(due, [job.name])
            _between(stage, variables, _SECOND_ROW_REACHED, 1, f"between two rows of the job {job.name}")
    elif called(stage.arena.plan):
        _between(stage, variables, _CALL_SETTLED, 2, "between a call and its outcome")
    for patience in _KILLED_AFTER if stage.system.full else _KILLED_AFTER[:1]:
        with stage.server(settings=variables) as server:
            time.sleep(patience)
            _kill(server)
        _expire(stage, variables)


def _between(stage: Stage, variables: Mapping[str, str], trigger: str, servants: int, where: str) -> None:
    """The server dies when a call has been made and nobody knows what came of it, or between two rows of a job.

    Of what it has said last to the database, half happens and half does not.
    """
    store = stage.arena.store
    with psycopg.connect(store.url, autocommit=True) as holder:
        holder.execute(f"select pg_advisory_lock({_HELD})".encode())
        store.execute(_HOLD)
        store.execute(trigger)
        with stage.server(settings=variables) as server:
            until = time.monotonic() + _PATIENCE
            while len(store.execute(_WAITING)) < servants and time.monotonic() < until:
                time.sleep(0.05)
            held = len(store.execute(_WAITING))
            stage.arena.count += held
            if not held:
                stage.left_out.append(f"No server was killed {where}: none came so far.")
            _kill(server)
        store.execute(_END_HALF)
    while store.execute(_WAITING):
        time.sleep(0.05)
    store.execute(_LET_GO)
    _expire(stage, variables)


def _expire(stage: Stage, variables: Mapping[str, str]) -> None:
    """Whoever is dead keeps its run for a minute, which nobody waits for."""
    if variables is _RUNNING:
        stage.arena.store.execute(f"update {JOBS} set due_at = now() where started_at is not null")


def _kill(server: Server) -> None:
    with suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)


def _idle(stage: Stage, variables: Mapping[str, str]) -> bool:
    until = time.monotonic() + _WITHIN
    while _left(stage, variables):
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def _left(stage: Stage, variables: Mapping[str, str]) -> str:
    """What still waits to be done."""
    if variables is _RUNNING:
        waiting = {"jobs": f"{JOBS} where started_at is not null or due_at <= now()"}
    else:
        tables = {"calls": CALLS, "events": OUTBOX}
        waiting = {what: f"{name} where state = 'pending'" for what, name in tables.items() if _there(stage, name)}
    store = stage.arena.store
    counts = {what: store.execute(f"select count(*) from {where}")[0][0] for what, where in waiting.items()}
    return " and ".join(f"{count} {what}" for what, count in counts.items() if count)


def _there(stage: Stage, name: str) -> bool:
    return stage.arena.store.execute("select to_regclass(%s)", [name]) != [(None,)]


def _figures(arena: Arena) -> dict[str, object]:
    """How many rows there are, how many of each kind, and what their numbers add up to: ids and times differ."""
    found: dict[str, object] = {}
    for entity in arena.plan.entities:
        counted = ", ".join(["count(*)", *(text for _, text in _measures(entity))])
        names = ["rows", *(name for name, _ in _measures(entity))]
        [values] = arena.store.execute(f"select {counted} from {table(entity)}")
        found |= {f"{entity.name} {name}": value for name, value in zip(names, values, strict=True)}
    if called(arena.plan):
        grouped = f"select operation, state, outcome, count(*) from {CALLS} group by 1, 2, 3"
        for operation, state, outcome, count in arena.store.execute(grouped):
            found[f"calls of {operation} {state} as {outcome}"] = count
    if emits(arena.plan):
        found |= {
            f"events {event}": n for event, n in arena.store.execute(f"select event, count(*) from {OUTBOX} group by 1")
        }
    return found


def _measures(entity: Entity) -> Iterator[tuple[str, str]]:
    for each in entity.fields:
        name = column(each)
        match each.type:
            case Integer() | Exact():
                yield f"sum of {each.name}", f"coalesce(sum({name}), 0)"
            case Bool():
                yield f"{each.name}", f"count(*) filter (where {name})"
            case Enumeration(values):
                yield from ((f"{each.name} {value}", f"count(*) filter (where {name} = '{value}')") for value in values)
            case _:
                pass
