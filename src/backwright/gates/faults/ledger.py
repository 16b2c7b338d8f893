"""What was promised and what is there: writes that were acknowledged happened once, others at most once."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from uuid import uuid4

from backwright.diagnostics import Origin
from backwright.gates.arena import Arena
from backwright.gates.contests import Contest, call_of, contests, make_room, pressed
from backwright.gates.crowd import Call
from backwright.gates.faults.load import Outcome, attempt
from backwright.gates.layout import table
from backwright.gates.oracle import Principal
from backwright.gates.state import State
from backwright.plan.model import Entity
from backwright.plan.naming import collection_path

__all__ = ["Ledger", "Work", "open_ledger", "resolved"]

_ROOM = 100_000
_SETTLED_WITHIN = 20.0
_RETRIED = (0, 409, 500, 502, 503, 504)
_CREATED = 201


@dataclass(frozen=True, slots=True)
class Work:
    """A write that can be repeated: an operation under keys of its own, or new rows of an entity."""

    origin: Origin
    contest: Contest | None = None
    entity: Entity | None = None
    who: Principal = field(default=Principal("anonymous"))
    variant: int = 0


@dataclass(slots=True)
class Ledger:
    """The rows before, and every request of a scenario; `check` compares."""

    arena: Arena
    work: Work | None
    before: State
    reads: tuple[Call, ...]

    def calls(self) -> Iterator[Call]:
        """A read, a write, a read, … without end."""
        reads = itertools.cycle(self.reads) if self.reads else None
        writes = self.writes()
        while True:
            if reads:
                yield next(reads)
            write = next(writes, None)
            if write is not None:
                yield write
            elif not reads:
                return

    def writes(self) -> Iterator[Call]:
        """Writes that the plan allows one after the other, without end; none where it allows none."""
        match self.work:
            case Work(contest=Contest() as contest):
                call = call_of(self.arena, contest, contest.callers[0])
                while True:
                    yield replace(call, headers={"Idempotency-Key": str(uuid4())})
            case Work(entity=Entity() as entity, who=who, variant=variant):
                bodies = self.arena.bodies(self.before)
                while given := next(itertools.islice(bodies.rows.creates(who, entity), variant, None), None):
                    yield Call("POST", collection_path(entity), bodies.wire(entity, *given), who.token)

    def check(self, outcomes: Iterable[Outcome], url: str, title: str) -> None:
        """Repeats what was left open, then holds the rows against what was acknowledged."""
        writes = [each for each in outcomes if each.writes]
        if self.work is None or not writes:
            return
        if self.work.contest is not None:
            self._operations(self.work.contest, writes, url, title)
        elif self.work.entity is not None:
            self._creations(self.work.entity, writes, title)

    def _operations(self, contest: Contest, writes: Sequence[Outcome], url: str, title: str) -> None:
        wanted = contest.operation.status
        done = 0
        for each in writes:
            outcome = each if each.known and each.reply.code != "in_progress" else resolved(url, each.call)
            self.arena.count += outcome is not each
            if outcome.reply.status == wanted:
                done += 1
            elif not outcome.known:
                reason = f"{title}: repeated under its key for {_SETTLED_WITHIN:g} s, {contest.operation.name} "
                self.arena.fail("gate/faults-recovery", f"{reason}answered {outcome.reply.status}", self.origin)
                return
        sample = [each for each in writes if each.reply.status == wanted][:: max(1, len(writes) // 10)]
        for each in sample:
            again = resolved(url, each.call).reply
            self.arena.count += 1
            if (again.status, again.body) != (each.reply.status, each.reply.body):
                reason = f"{title}: an acknowledged {contest.operation.name}, repeated under its key, answered "
                self.arena.fail("gate/faults-ledger", f"{reason}{again.status} and not the same", self.origin)
                return
        after, verdicts = self.arena.in_turn(self.before, [contest.callers[0]] * done, contest.decide)
        title = f"{title}: {len(writes)} {contest.operation.name}, {done} of them done"
        if all(verdict.after is not None for verdict in verdicts):
            self.arena.settled(self.before, after, title, self.origin)

    def _creations(self, entity: Entity, writes: Sequence[Outcome], title: str) -> None:
        there = {str(key) for (key,) in self.arena.store.execute(f"select id from {table(entity)}")}
        new = there - {str(key) for key in self.before.rows[entity.name]}
        promised = {str(each.reply.member("id")) for each in writes if each.reply.status == _CREATED}
        unknown = sum(not each.known for each in writes)
        if promised - new or len(new - promised) > unknown:
            reason = f"{title}: {len(promised)} new rows of {entity.name} were acknowledged and {unknown} left open; "
            reason += f"{len(promised - new)} of the acknowledged are missing, {len(new - promised)} others are there"
            self.arena.fail("gate/faults-ledger", reason, self.origin)

    @property
    def origin(self) -> Origin:
        """The element that is written."""
        return self.work.origin if self.work else Origin()


def resolved(url: str, call: Call) -> Outcome:
    """Sends a call again until its answer says what happened."""
    deadline = time.monotonic() + _SETTLED_WITHIN
    while True:
        outcome = attempt(url, call)
        open_still = outcome.reply.status in _RETRIED and outcome.reply.code in ("", "in_progress", "unavailable")
        if not open_still or time.monotonic() > deadline:
            return outcome
        time.sleep(0.1)


def open_ledger(arena: Arena) -> Ledger:
    """Rows as at the start, with room for every write of a scenario."""
    arena.reset()
    work = _operation(arena) or _creation(arena)
    return Ledger(arena, work, arena.store.state(), tuple(_reads(arena)))


def _operation(arena: Arena) -> Work | None:
    for operation in arena.plan.operations:
        if operation.idempotent:
            for contest in contests(arena, operation, 1):
                for number in pressed(arena.store.state(), contest):
                    make_room(arena, number, _ROOM)
                if _repeatable(arena, contest):
                    return Work(operation.origin, contest)
    return None


def _repeatable(arena: Arena, contest: Contest) -> bool:
    _, verdicts = arena.in_turn(arena.store.state(), [contest.callers[0]] * 3, contest.decide)
    return all(verdict.after is not None and verdict.status == contest.operation.status for verdict in verdicts)


def _creation(arena: Arena) -> Work | None:
    for entity in arena.plan.entities:
        rule = entity.rule("create")
        if rule is None or entity.whole is not None:
            continue
        for (who,) in arena.able(rule, 1):
            bodies = arena.bodies(arena.store.state())
            some = itertools.islice(bodies.rows.creates(who, entity), 5)
            for variant, (values, parts) in enumerate(some):
                if bodies.oracle.create(who, entity, values, parts).status == _CREATED:
                    return Work(rule.origin, entity=entity, who=who, variant=variant)
    return None


def _reads(arena: Arena) -> Iterator[Call]:
    for entity in arena.plan.entities:
        rule = entity.rule("read")
        if rule is not None and entity.whole is None:
            for (who,) in arena.able(rule, 1)[:1]:
                yield Call("GET", f"{collection_path(entity)}?limit=5", None, who.token)
