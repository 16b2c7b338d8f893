"""Declared operations: what is there once is given once, and a key makes a request happen once."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import cycle, islice
from uuid import UUID, uuid4

from backwright.gates.oracle import Oracle, Principal, Verdict
from backwright.gates.planting import amend
from backwright.gates.races.arena import Arena
from backwright.gates.races.crowd import Call
from backwright.gates.state import State
from backwright.gates.steps import CONFLICT
from backwright.gates.wire import Reply
from backwright.plan.expressions import Value
from backwright.plan.indexes import all_steps, error_cases
from backwright.plan.model import DeleteStep, Entity, Exact, Field, Integer, ListOf, Operation, UpdateStep

__all__ = ["race_keys", "race_operations"]

_BUYERS = 300
_UNITS = 100
_ONCE = 20
_SAME_KEY = 100
_OPPOSITE = 80

Given = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class _Contest:
    """An operation with a body that succeeds for these callers."""

    operation: Operation
    given: Given
    callers: tuple[Principal, ...]

    def decide(self, oracle: Oracle, who: Principal) -> Verdict:
        return oracle.operation(who, self.operation, self.given)


@dataclass(frozen=True, slots=True)
class _Pressed:
    """A number that one call moves by `step`."""

    entity: Entity
    row: UUID
    field: Field
    step: Decimal


@dataclass(frozen=True, slots=True)
class _Wanted:
    """How many of the calls can succeed from these rows, and what the others are told when they come in turn."""

    title: str
    possible: int
    before: State
    refusals: frozenset[int | None]


def race_operations(arena: Arena) -> None:
    """Bounded numbers and conditions that only some of many callers can meet."""
    for operation in arena.plan.operations:
        for contest in _contests(arena, operation):
            if _limited(arena, contest):
                break
        _opposite(arena, operation)


def _contests(arena: Arena, operation: Operation, callers: int = 4) -> Iterator[_Contest]:
    groups = arena.able(operation.rule, callers)
    state = arena.reset()
    for group in groups:
        bodies = arena.bodies(state)
        oracle = bodies.oracle
        for given in bodies.inputs(group[0], operation):
            able = tuple(who for who in group if _succeeds(oracle.operation(who, operation, given)))
            if able:
                yield _Contest(operation, given, able)


def _succeeds(verdict: Verdict) -> bool:
    return verdict.after is not None and verdict.status is not None and verdict.status < 300


def _limited(arena: Arena, contest: _Contest) -> bool:
    """Sends more calls than can succeed; false where nothing limits them."""
    before = arena.reset()
    count = _ONCE
    for pressed in _pressed(before, contest):
        units = _give(arena, pressed)
        if units:
            count = min(_BUYERS, 3 * units)
            before = arena.store.state()
            break
    everyone = list(islice(cycle(contest.callers), count))
    _, verdicts = arena.in_turn(before, everyone, contest.decide)
    refusals = frozenset(verdict.status for verdict in verdicts if not _succeeds(verdict))
    possible = sum(_succeeds(verdict) for verdict in verdicts)
    if possible == count:
        return False
    title = f"{contest.operation.name}: {count} calls of {len(contest.callers)} callers for {possible}"
    replies = arena.race([_call(arena, contest, who) for who in everyone], contest.operation.origin, title)
    _judge(arena, contest, everyone, replies, _Wanted(title, possible, before, refusals))
    return True


def _pressed(before: State, contest: _Contest) -> Iterator[_Pressed]:
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
                        yield _Pressed(entity, key, field, moved)


def _moved(old: Value, new: Value) -> Decimal:
    if isinstance(old, int | Decimal) and isinstance(new, int | Decimal):
        return Decimal(new) - Decimal(old)
    return Decimal(0)


def _give(arena: Arena, pressed: _Pressed) -> int:
    """Leaves room for a hundred calls, or as many as the plan allows; how many, 0 where the number has no end there."""
    kind = pressed.field.type
    assert isinstance(kind, Integer | Exact)
    low = kind.minimum if isinstance(kind, Integer) or kind.minimum is not None else None
    high = kind.maximum
    end = low if pressed.step < 0 else high
    other = high if pressed.step < 0 else low
    if end is None or (isinstance(kind, Integer) and abs(int(end)) >= 2**53 - 1):
        return 0
    units = _UNITS if other is None else min(_UNITS, int((Decimal(other) - Decimal(end)) / -pressed.step))
    while units:
        start = Decimal(end) - pressed.step * units
        wanted: Value = int(start) if isinstance(kind, Integer) else start
        if amend(arena.store, pressed.entity, pressed.row, {pressed.field.name: wanted}):
            break
        units //= 2
    return units


def _call(arena: Arena, contest: _Contest, who: Principal, key: str | None = None) -> Call:
    path, body = arena.bodies(arena.store.state()).request(contest.operation, contest.given)
    headers = {"Idempotency-Key": key or str(uuid4())} if contest.operation.idempotent else {}
    return Call(contest.operation.method, path, body, who.token, headers)


def _declared(operation: Operation) -> set[tuple[int, str]]:
    """A step that writes a row and has no word for finding none speaks of a conflict."""
    found = {(case.status, case.name) for case in error_cases(operation.steps)}
    writing = [step for step in all_steps(operation.steps) if isinstance(step, UpdateStep | DeleteStep)]
    return found | {(CONFLICT, "conflict") for step in writing if step.otherwise is None}


def _judge(
    arena: Arena,
    contest: _Contest,
    everyone: Sequence[Principal],
    replies: Sequence[Reply],
    wanted: _Wanted,
) -> None:
    title, possible, before = wanted.title, wanted.possible, wanted.before
    origin = contest.operation.origin
    winners = [who for who, reply in zip(everyone, replies, strict=True) if reply.status == contest.operation.status]
    if len(winners) != possible:
        arena.fail("gate/races-limit", f"{title}: {len(winners)} succeeded", origin)
    known = _declared(contest.operation)
    strange = [
        reply
        for reply in replies
        if 400 <= reply.status < 500 and (reply.status, reply.code) not in known and reply.status not in wanted.refusals
    ]
    if strange:
        reason = f"{title}: refused with {strange[0].status} {strange[0].code}, which the operation does not declare"
        arena.fail("gate/races-refusal", reason, origin)
    after, _ = arena.in_turn(before, winners, contest.decide)
    if len(winners) == possible:
        arena.settled(before, after, title, origin)


def _opposite(arena: Arena, operation: Operation) -> None:
    """Two rows in one order and the other, from many callers: nobody waits for anybody forever."""
    lists = [each for each in operation.inputs if isinstance(each.type, ListOf) and each.type.max_size > 1]
    if not lists or not any(isinstance(step, UpdateStep) for step in all_steps(operation.steps)):
        return
    name = lists[0].name
    contests = [contest for contest in _contests(arena, operation) if _length(contest.given.get(name)) == 1]
    items = list({repr(contest.given[name]): contest for contest in contests}.values())
    for one, other in itertools.combinations(items, 2):
        both = _joined(one.given[name], other.given[name])
        turns = [replace(one, given={**one.given, name: each}) for each in (both, both[::-1])]
        before = arena.reset()
        pairs = list(zip(cycle(turns), islice(cycle(one.callers), _OPPOSITE), strict=False))
        state, wanted = before, 0
        for each, who in pairs:
            verdict = each.decide(arena.oracle(state), who)
            state, wanted = verdict.after or state, wanted + _succeeds(verdict)
        if wanted < len(pairs):
            continue
        title = f"{operation.name}: {len(pairs)} calls with two rows one way and the other way round"
        replies = arena.race([_call(arena, each, who) for each, who in pairs], operation.origin, title)
        succeeded = sum(reply.status == operation.status for reply in replies)
        if succeeded != wanted:
            arena.fail("gate/races-limit", f"{title}: {succeeded} succeeded, not {wanted}", operation.origin)
        else:
            arena.settled(before, state, title, operation.origin)
        return


def _length(value: Value) -> int:
    return len(value) if isinstance(value, list) else 0


def _joined(one: Value, other: Value) -> list[Value]:
    return [*one, *other] if isinstance(one, list) and isinstance(other, list) else []


def race_keys(arena: Arena) -> None:
    """Every idempotent operation under one key."""
    for operation in arena.plan.operations:
        if operation.idempotent:
            contests = list(islice(_contests(arena, operation), 8))
            if contests:
                _same_key(arena, contests[0])
                _after(arena, contests)


def _same_key(arena: Arena, contest: _Contest) -> None:
    before = arena.reset()
    who, key, origin = contest.callers[0], str(uuid4()), contest.operation.origin
    title = f"{contest.operation.name}: {_SAME_KEY} calls under one key"
    call = _call(arena, contest, who, key)
    replies = arena.race([call] * _SAME_KEY, origin, title)
    done = {reply.body for reply in replies if reply.status == contest.operation.status}
    if len(done) != 1:
        arena.fail("gate/races-key", f"{title}: {len(done)} different successes", origin)
    others = [reply for reply in replies if reply.status != contest.operation.status]
    strange = [reply for reply in others if (reply.status, reply.code) != (409, "in_progress")]
    if strange:
        arena.fail("gate/races-key", f"{title}: one answered {strange[0].status} {strange[0].code}", origin)
    arena.settled(before, arena.in_turn(before, [who], contest.decide)[0], title, origin)
    again = arena.alone(call)
    if again.status != contest.operation.status or {again.body} != done:
        arena.fail("gate/races-key", f"{title}: asked again, it answered {again.status} and not the same", origin)
    arena.settled(before, arena.in_turn(before, [who], contest.decide)[0], f"{title}, asked again", origin)


def _after(arena: Arena, contests: Sequence[_Contest]) -> None:
    """The key with another payload, of another caller, and no key at all."""
    before = arena.reset()
    first = contests[0]
    who, key, operation = first.callers[0], str(uuid4()), first.operation
    title, origin = operation.name, operation.origin
    call = _call(arena, first, who, key)
    done = arena.alone(call)
    state, _ = arena.in_turn(before, [who], first.decide)
    other = next((each for each in contests[1:] if _call(arena, each, who).body != call.body), None)
    if other is not None:
        reply = arena.alone(_call(arena, other, who, key))
        if reply.status != 422:
            arena.fail("gate/races-key", f"{title}: a key with another payload answered {reply.status}", origin)
    if len(first.callers) > 1 and done.status == operation.status:
        verdict = first.decide(arena.oracle(state), first.callers[1])
        reply = arena.alone(_call(arena, first, first.callers[1], key))
        if reply.status != verdict.status or (done.body and reply.body == done.body):
            arena.fail("gate/races-key", f"{title}: the key of another caller answered {reply.status}", origin)
        state = verdict.after or state
    missing = arena.alone(Call(call.method, call.path, call.body, call.token))
    if missing.status != 400:
        arena.fail("gate/races-key", f"{title}: without a key it answered {missing.status}, not 400", origin)
    arena.settled(before, state, f"{title} under keys of its own", origin)
