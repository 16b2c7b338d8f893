"""What the blueprint states about load, held against the running server."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from backwright.diagnostics import Diagnostic, Origin
from backwright.diagnostics.evidence import GateResult, GateStatus
from backwright.gates.accounts import Accounts, SignInFailed
from backwright.gates.arena import Arena
from backwright.gates.crowd import Call
from backwright.gates.load.client import offer
from backwright.gates.load.own import own_test
from backwright.gates.load.scans import Scans
from backwright.gates.load.verdict import Round, event_loop_p99
from backwright.gates.load.volume import Volume
from backwright.gates.state import State, Store
from backwright.gates.system import Database, System
from backwright.gates.values import Values
from backwright.gates.wire import Connection
from backwright.gates.work import Work, lists, repeats, works, writes
from backwright.plan.objectives import StatedLoad, stated_load, unread_load

__all__ = ["GATE", "LoadGate"]

_PAGE = 20
_ROWS = 3
_WRITES = 5
"""One request of so many writes."""
_KINDS = 8
"""So that writes do not all wait for the lock of one row."""
_WARMING = 2.0
_TRIES = 3


@dataclass(frozen=True, slots=True)
class LoadGate:
    """An open loop for so many `seconds` over so many `rows` of each kind; `most` requests a second at most."""

    name: str = "load"
    seconds: float = 10.0
    rows: int = 5_000
    full_seconds: float = 60.0
    full_rows: int = 50_000
    most: int = 500

    def run(self, system: System) -> GateResult:
        """A blueprint that states no load is not judged."""
        started = time.monotonic()
        promise = stated_load(system.plan)
        count, failures, reason = 0, list[Diagnostic](), unread_load(system.plan)
        if promise is not None:
            try:
                with system.apart() as (own, _), own.migrated() as database:
                    count, failures, reason = self._measure(own, database, promise)
                    if count and not failures:
                        sent, failures = own_test(own, database)
                        count += sent
            except SignInFailed as problem:
                failures = [Diagnostic("gate/load-sign-in", str(problem), Origin())]
        status: GateStatus = "failed" if failures else "passed" if count else "not_run"
        return GateResult(
            name=self.name,
            status=status,
            count=count,
            unit="requests at the stated rate",
            failures=tuple(failures),
            reason=reason,
            seconds=round(time.monotonic() - started, 3),
            tool="an open loop, and PostgreSQL's statistics",
            applies=promise is not None,
        )

    def _measure(self, system: System, database: Database, promise: StatedLoad) -> tuple[int, list[Diagnostic], str]:
        seconds = self.full_seconds if system.full else self.seconds
        rate = min(promise.rate, self.most)
        with closing(Store(system.plan, database.admin)) as store, system.serve(database, _MEASURED) as server:
            values = Values()
            connection = Connection(server.url)
            accounts = Accounts(system.plan, connection, store, values)
            arena = Arena(system.plan, server.url, store, values, accounts, "gate/load-answer")
            arena.prepare()
            connection.close()
            mix = _mix(arena, round(rate * (_TRIES * seconds + _WARMING) / _WRITES))
            if mix is None:
                return 0, [], "the plan has nothing that anybody may read"
            volume = Volume(system.plan, store, values)
            volume.fill(self._sizes(system, promise))
            # What every process does once, and statements that are planned anew over so many rows.
            offer(server.url, mix, rate / 2, _WARMING)
            rounds = []
            for _ in range(_TRIES):
                scans = Scans(store, volume.tables)
                scans.begin()
                measured = offer(server.url, mix, rate, seconds)
                scanned = scans.per_request(len(measured))
                rounds.append(Round(promise, rate, measured, scanned, event_loop_p99(server.log())))
                # Neighbours on the machine make it slower and never faster.
                if rounds[-1].is_in_time:
                    break
        best = min(rounds, key=lambda each: each.p95)
        if not best.is_in_time and best.is_own_fault and not best.failures():
            return 0, [], f"the client itself was too late on this machine. {best.described()}"
        count = sum(len(each.measured) for each in rounds)
        return count, best.failures(), self._reason(best, volume)

    def _reason(self, best: Round, volume: Volume) -> str:
        said = [best.described()]
        if best.rate < best.promise.rate:
            said.append(f"{best.promise.rate} are stated; this client offers no more than {self.most}.")
        if volume.left_out:
            said.append(f"Few rows of: {'; '.join(volume.left_out)}.")
        said.append("Client, server and database share this machine: it does not show what they do apart.")
        return " ".join(said)

    def _sizes(self, system: System, promise: StatedLoad) -> dict[str, int]:
        rows = self.full_rows if system.full else self.rows
        accounts = system.plan.identity.entity if system.plan.identity else ""
        return {each.name: min(promise.users, rows) if each.name == accounts else rows for each in system.plan.entities}


_MEASURED = {"METRICS_PORT": "0"}


def _mix(arena: Arena, most: int) -> Iterator[Call] | None:
    """Reads in turn, and after every fourth a write where the plan has one; at most so many writes, without end."""
    arena.reset()
    some = list(itertools.islice(works(arena), 2 * _KINDS))
    pages = list(lists(arena, _PAGE))
    reads = [*pages, *(call for page in pages for call in _rows(arena, page))]
    before = arena.store.state()
    found = [work for work in some if repeats(arena, work, before)][:_KINDS]
    written = list(itertools.islice(_written(arena, found, before), most))
    return _in_turn(reads, written) if reads else None


def _written(arena: Arena, found: Sequence[Work], before: State) -> Iterator[Call]:
    """Writes of every kind in turn; a kind ends where the plan would refuse the next one after all those before."""
    state = before
    streams = [(work, writes(arena, work, before)) for work in found]
    while streams:
        for each in tuple(streams):
            work, following = each
            if work.contest:
                state, [verdict] = arena.in_turn(state, work.contest.callers[:1], work.contest.decide)
                if verdict.after is None or verdict.status != work.contest.operation.status:
                    streams.remove(each)
                    continue
            call = next(following, None)
            if call is None:
                streams.remove(each)
            else:
                yield call


def _in_turn(reads: Sequence[Call], written: Sequence[Call]) -> Iterator[Call]:
    reading, writing = itertools.cycle(reads), iter(written)
    while True:
        yield from itertools.islice(reading, _WRITES - 1)
        yield next(writing, None) or next(reading)


def _rows(arena: Arena, page: Call) -> Iterator[Call]:
    """Reads of single rows that a list shows."""
    items = arena.alone(page).member("items")
    for item in items[:_ROWS] if isinstance(items, list) else ():
        yield Call("GET", f"{page.path.partition('?')[0]}/{item['id']}", None, page.token)


GATE = LoadGate()
