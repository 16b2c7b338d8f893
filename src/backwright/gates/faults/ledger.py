"""What was promised and what is there: writes that were acknowledged happened once, others at most once."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from backwright.diagnostics import Origin
from backwright.gates.arena import Arena
from backwright.gates.contests import Contest
from backwright.gates.crowd import Call
from backwright.gates.faults.load import Outcome, attempt
from backwright.gates.layout import table
from backwright.gates.state import State
from backwright.gates.work import CREATED, Work, find_work, lists, writes
from backwright.plan.model import Entity

__all__ = ["Ledger", "open_ledger", "resolved"]

_SETTLED_WITHIN = 20.0
_RETRIED = (0, 409, 500, 502, 503, 504)
_PAGE = 5


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
        following = writes(self.arena, self.work, self.before)
        while True:
            if reads:
                yield next(reads)
            write = next(following, None)
            if write is not None:
                yield write
            elif not reads:
                return

    def check(self, outcomes: Iterable[Outcome], url: str, title: str) -> None:
        """Repeats what was left open, then holds the rows against what was acknowledged."""
        written = [each for each in outcomes if each.writes]
        if self.work is None or not written:
            return
        if self.work.contest is not None:
            self._operations(self.work.contest, written, url, title)
        elif self.work.entity is not None:
            self._creations(self.work.entity, written, title)

    def _operations(self, contest: Contest, written: Sequence[Outcome], url: str, title: str) -> None:
        wanted = contest.operation.status
        done = 0
        for each in written:
            outcome = each if each.known and each.reply.code != "in_progress" else resolved(url, each.call)
            self.arena.count += outcome is not each
            if outcome.reply.status == wanted:
                done += 1
            elif not outcome.known:
                reason = f"{title}: repeated under its key for {_SETTLED_WITHIN:g} s, {contest.operation.name} "
                self.arena.fail("gate/faults-recovery", f"{reason}answered {outcome.reply.status}", self.origin)
                return
        sample = [each for each in written if each.reply.status == wanted][:: max(1, len(written) // 10)]
        for each in sample:
            again = resolved(url, each.call).reply
            self.arena.count += 1
            if (again.status, again.body) != (each.reply.status, each.reply.body):
                reason = f"{title}: an acknowledged {contest.operation.name}, repeated under its key, answered "
                self.arena.fail("gate/faults-ledger", f"{reason}{again.status} and not the same", self.origin)
                return
        after, verdicts = self.arena.in_turn(self.before, [contest.callers[0]] * done, contest.decide)
        title = f"{title}: {len(written)} {contest.operation.name}, {done} of them done"
        if all(verdict.after is not None for verdict in verdicts):
            self.arena.settled(self.before, after, title, self.origin)

    def _creations(self, entity: Entity, written: Sequence[Outcome], title: str) -> None:
        there = {str(key) for (key,) in self.arena.store.execute(f"select id from {table(entity)}")}
        new = there - {str(key) for key in self.before.rows[entity.name]}
        made = [each.reply.member("id") for each in written if each.reply.status == CREATED]
        promised = {str(each) for each in made if each is not None}
        unknown = sum(not each.known for each in written)
        # Who may not read what they write is told no id, so those rows are counted alone.
        unnamed = made.count(None)
        if promised - new or not unnamed <= len(new - promised) <= unnamed + unknown:
            reason = f"{title}: {len(made)} new rows of {entity.name} were acknowledged and {unknown} left open; "
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
    work = find_work(arena)
    return Ledger(arena, work, arena.store.state(), tuple(lists(arena, _PAGE)))
