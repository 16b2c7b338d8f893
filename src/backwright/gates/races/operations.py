"""Declared operations: what is there once is given once, and a key makes a request happen once."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from uuid import uuid4

from backwright.gates.arena import Arena
from backwright.gates.contests import Contest, call_of, contests, make_room, pressed, succeeds
from backwright.gates.crowd import Call
from backwright.gates.oracle import Principal
from backwright.gates.state import State
from backwright.gates.steps import CONFLICT
from backwright.gates.wire import Reply
from backwright.plan.expressions import Value
from backwright.plan.indexes import all_steps, error_cases
from backwright.plan.model import DeleteStep, ListOf, Operation, UpdateStep

__all__ = ["race_keys", "race_operations"]

_BUYERS = 300
_ONCE = 20
_SAME_KEY = 40
_KEYS = 4
_OPPOSITE = 80


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
        for contest in contests(arena, operation):
            if _limited(arena, contest):
                break
        _opposite(arena, operation)


def _limited(arena: Arena, contest: Contest) -> bool:
    """Sends more calls than can succeed; false where nothing limits them."""
    before = arena.reset()
    count = _ONCE
    for number in pressed(before, contest):
        units = make_room(arena, number)
        if units:
            count = min(_BUYERS, 3 * units)
            before = arena.store.state()
            break
    everyone = list(islice(cycle(contest.callers), count))
    _, verdicts = arena.in_turn(before, everyone, contest.decide)
    refusals = frozenset(verdict.status for verdict in verdicts if not succeeds(verdict))
    possible = sum(succeeds(verdict) for verdict in verdicts)
    if possible == count:
        return False
    title = f"{contest.operation.name}: {count} calls of {len(contest.callers)} callers for {possible}"
    replies = arena.race([call_of(arena, contest, who) for who in everyone], contest.operation.origin, title)
    _judge(arena, contest, everyone, replies, _Wanted(title, possible, before, refusals))
    return True


def _declared(operation: Operation) -> set[tuple[int, str]]:
    """A step that writes a row and has no word for finding none speaks of a conflict."""
    found = {(case.status, case.name) for case in error_cases(operation.steps)}
    writing = [step for step in all_steps(operation.steps) if isinstance(step, UpdateStep | DeleteStep)]
    return found | {(CONFLICT, "conflict") for step in writing if step.otherwise is None}


def _judge(
    arena: Arena,
    contest: Contest,
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
    single = [contest for contest in contests(arena, operation) if _length(contest.given.get(name)) == 1]
    items = list({repr(contest.given[name]): contest for contest in single}.values())
    for one, other in itertools.combinations(items, 2):
        both = _joined(one.given[name], other.given[name])
        turns = [replace(one, given={**one.given, name: each}) for each in (both, both[::-1])]
        before = arena.reset()
        pairs = list(zip(cycle(turns), islice(cycle(one.callers), _OPPOSITE), strict=False))
        state, wanted = before, 0
        for each, who in pairs:
            verdict = each.decide(arena.oracle(state), who)
            state, wanted = verdict.after or state, wanted + succeeds(verdict)
        if wanted < len(pairs):
            continue
        title = f"{operation.name}: {len(pairs)} calls with two rows one way and the other way round"
        replies = arena.race([call_of(arena, each, who) for each, who in pairs], operation.origin, title)
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
            some = list(islice(contests(arena, operation), 8))
            if some:
                # Whether two requests meet is chance; those after the first round find the server's connections open.
                for _ in range(_KEYS):
                    _same_key(arena, some[0])
                _after(arena, some)


def _same_key(arena: Arena, contest: Contest) -> None:
    before = arena.reset()
    who, key, origin = contest.callers[0], str(uuid4()), contest.operation.origin
    title = f"{contest.operation.name}: {_SAME_KEY} calls under one key"
    call = call_of(arena, contest, who, key)
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


def _after(arena: Arena, some: Sequence[Contest]) -> None:
    """The key with another payload, of another caller, and no key at all."""
    before = arena.reset()
    first = some[0]
    who, key, operation = first.callers[0], str(uuid4()), first.operation
    title, origin = operation.name, operation.origin
    call = call_of(arena, first, who, key)
    done = arena.alone(call)
    state, _ = arena.in_turn(before, [who], first.decide)
    other = next((each for each in some[1:] if call_of(arena, each, who).body != call.body), None)
    if other is not None:
        reply = arena.alone(call_of(arena, other, who, key))
        if reply.status != 422:
            arena.fail("gate/races-key", f"{title}: a key with another payload answered {reply.status}", origin)
    if len(first.callers) > 1 and done.status == operation.status:
        verdict = first.decide(arena.oracle(state), first.callers[1])
        reply = arena.alone(call_of(arena, first, first.callers[1], key))
        if reply.status != verdict.status or (done.body and reply.body == done.body):
            arena.fail("gate/races-key", f"{title}: the key of another caller answered {reply.status}", origin)
        state = verdict.after or state
    missing = arena.alone(Call(call.method, call.path, call.body, call.token))
    if missing.status != 400:
        arena.fail("gate/races-key", f"{title}: without a key it answered {missing.status}, not 400", origin)
    arena.settled(before, state, f"{title} under keys of its own", origin)
