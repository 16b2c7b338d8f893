"""Writes that can be asked for again and again, and reads beside them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from uuid import uuid4

from backwright.diagnostics import Origin
from backwright.gates.arena import Arena
from backwright.gates.contests import Contest, call_of, contests, make_room, pressed
from backwright.gates.crowd import Call
from backwright.gates.oracle import Principal
from backwright.gates.state import State
from backwright.plan.model import Entity
from backwright.plan.naming import collection_path

__all__ = ["CREATED", "Work", "find_work", "lists", "repeatable", "repeats", "works", "writes"]

_ROOM = 100_000
CREATED = 201


@dataclass(frozen=True, slots=True)
class Work:
    """A write that can be repeated: an operation under keys of its own, or new rows of an entity."""

    origin: Origin
    contest: Contest | None = None
    entity: Entity | None = None
    who: Principal = field(default=Principal("anonymous"))
    variant: int = 0


def find_work(arena: Arena) -> Work | None:
    """The first that the plan has, with room for every write; rows are as at the start."""
    return next(works(arena), None)


def works(arena: Arena) -> Iterator[Work]:
    """Every input of idempotent operations that can be repeated, for other callers and rows; then new rows."""
    yield from _operations(arena)
    yield from _creations(arena)


def repeats(arena: Arena, work: Work, before: State) -> bool:
    """Whether the plan allows it again and again; a new row may take a key of which there is no other."""
    if work.entity is None:
        return True
    bodies, state = arena.bodies(before), before
    for _ in range(2):
        given = next(itertools.islice(bodies.rows.creates(work.who, work.entity), work.variant, None), None)
        verdict = arena.oracle(state).create(work.who, work.entity, *given) if given else None
        if verdict is None or verdict.after is None or verdict.status != CREATED:
            return False
        state = verdict.after
    return True


def writes(arena: Arena, work: Work | None, before: State) -> Iterator[Call]:
    """Writes that the plan allows one after the other, without end; none where it allows none."""
    match work:
        case Work(contest=Contest() as contest):
            call = call_of(arena, contest, contest.callers[0])
            while True:
                yield replace(call, headers={"Idempotency-Key": str(uuid4())})
        case Work(entity=Entity() as entity, who=who, variant=variant):
            bodies = arena.bodies(before)
            while given := next(itertools.islice(bodies.rows.creates(who, entity), variant, None), None):
                yield Call("POST", collection_path(entity), bodies.wire(entity, *given), who.token)


def lists(arena: Arena, limit: int) -> Iterator[Call]:
    """A page of every list, for the first who may see it."""
    for entity in arena.plan.entities:
        rule = entity.rule("read")
        if rule is not None and entity.whole is None:
            for (who,) in arena.able(rule, 1)[:1]:
                yield Call("GET", f"{collection_path(entity)}?limit={limit}", None, who.token)


def _operations(arena: Arena) -> Iterator[Work]:
    for operation in arena.plan.operations:
        if operation.idempotent:
            for contest in contests(arena, operation, 1):
                if repeatable(arena, contest):
                    yield Work(operation.origin, contest)


def repeatable(arena: Arena, contest: Contest) -> bool:
    """Makes room for many calls; whether the plan allows one after the other."""
    for number in pressed(arena.store.state(), contest):
        make_room(arena, number, _ROOM)
    _, verdicts = arena.in_turn(arena.store.state(), [contest.callers[0]] * 3, contest.decide)
    return all(verdict.after is not None and verdict.status == contest.operation.status for verdict in verdicts)


def _creations(arena: Arena) -> Iterator[Work]:
    for entity in arena.plan.entities:
        rule = entity.rule("create")
        if rule is None or entity.whole is not None:
            continue
        for (who,) in arena.able(rule, 1):
            bodies = arena.bodies(arena.store.state())
            some = itertools.islice(bodies.rows.creates(who, entity), 5)
            for variant, (values, parts) in enumerate(some):
                if bodies.oracle.create(who, entity, values, parts).status == CREATED:
                    yield Work(rule.origin, entity=entity, who=who, variant=variant)
                    break
