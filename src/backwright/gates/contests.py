"""Declared operations with bodies that succeed, and the bounded numbers that they move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from backwright.gates.arena import Arena
from backwright.gates.crowd import Call
from backwright.gates.oracle import Oracle, Principal, Verdict
from backwright.gates.planting import amend
from backwright.gates.state import State
from backwright.plan.expressions import Value
from backwright.plan.indexes import all_steps
from backwright.plan.model import Entity, Exact, Field, Integer, Operation, UpdateStep

__all__ = ["Contest", "call_of", "contests", "make_room", "pressed", "succeeds"]


Given = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Contest:
    """An operation with a body that succeeds for these callers."""

    operation: Operation
    given: Given
    callers: tuple[Principal, ...]

    def decide(self, oracle: Oracle, who: Principal) -> Verdict:
        """What happens when this caller asks for it."""
        return oracle.operation(who, self.operation, self.given)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A number that one call moves by `step`."""

    entity: Entity
    row: UUID
    field: Field
    step: Decimal


def contests(arena: Arena, operation: Operation, callers: int = 4) -> Iterator[Contest]:
    """Inputs that succeed from the rows of the start, for callers of every role in turn."""
    groups = arena.able(operation.rule, callers)
    state = arena.reset()
    for group in groups:
        bodies = arena.bodies(state)
        oracle = bodies.oracle
        for given in bodies.inputs(group[0], operation):
            able = tuple(who for who in group if succeeds(oracle.operation(who, operation, given)))
            if able:
                yield Contest(operation, given, able)


def succeeds(verdict: Verdict) -> bool:
    """Whether the plan says that it happens."""
    return verdict.after is not None and verdict.status is not None and verdict.status < 300


def pressed(before: State, contest: Contest) -> Iterator[Pressed]:
    """The bounded numbers that one call moves."""
    verdict = contest.decide(Oracle(before.plan, before, datetime.now(UTC)), contest.callers[0])
    if verdict.after is None:
        return
    for step in all_steps(contest.operation.steps):
        if isinstance(step, UpdateStep):
            entity = before.plan.entity(step.entity)
            for assignment in step.assignments:
                field = entity.field(assignment.field)
                for key, row in before.rows[entity.name].items():
                    moved = _moved(row.values[field.name], verdict.after.rows[entity.name][key].values[field.name])
                    if moved and isinstance(field.type, Integer | Exact):
                        yield Pressed(entity, key, field, moved)


def _moved(old: Value, new: Value) -> Decimal:
    if isinstance(old, int | Decimal) and isinstance(new, int | Decimal):
        return Decimal(new) - Decimal(old)
    return Decimal(0)


def make_room(arena: Arena, number: Pressed, most: int = 100) -> int:
    """Leaves room for so many calls, or as many as the plan allows; how many, 0 where the number has no end there."""
    kind = number.field.type
    assert isinstance(kind, Integer | Exact)
    low = kind.minimum if isinstance(kind, Integer) or kind.minimum is not None else None
    high = kind.maximum
    end = low if number.step < 0 else high
    other = high if number.step < 0 else low
    if end is None or (isinstance(kind, Integer) and abs(int(end)) >= 2**53 - 1):
        return 0
    units = most if other is None else min(most, int((Decimal(other) - Decimal(end)) / -number.step))
    while units:
        start = Decimal(end) - number.step * units
        wanted: Value = int(start) if isinstance(kind, Integer) else start
        if amend(arena.store, number.entity, number.row, {number.field.name: wanted}):
            break
        units //= 2
    return units


def call_of(arena: Arena, contest: Contest, who: Principal, key: str | None = None) -> Call:
    """The request; an idempotent operation gets a key of its own where none is given."""
    path, body = arena.bodies(arena.store.state()).request(contest.operation, contest.given)
    headers = {"Idempotency-Key": key or str(uuid4())} if contest.operation.idempotent else {}
    return Call(contest.operation.method, path, body, who.token, headers)
