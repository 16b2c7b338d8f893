"""Tests of a lifecycle's transitions."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.operations import Routine
from backwright.lowering.specimens.routines import RoutineCase, first_done
from backwright.lowering.suites.calls import Call
from backwright.lowering.suites.effects import effects, emissions
from backwright.lowering.suites.expressions import Constant, Name, Said
from backwright.lowering.suites.refusals import caller_tests, refusal_tests
from backwright.lowering.suites.statements import (
    AtOnce,
    IsMember,
    RefusedAs,
    Send,
    Statement,
    StatusesAre,
    StatusesAreOneOf,
    StatusIs,
    Test,
)
from backwright.lowering.suites.tidying import tidy
from backwright.lowering.suites.titles import a, somebody, words
from backwright.lowering.suites.versions import moved_version
from backwright.plan.model import Plan

__all__ = ["transition_tests"]

_ANSWER = Name("answer")


def transition_tests(plan: Plan, routine: Routine) -> Iterator[Test]:
    """All that apply."""
    move = routine.transition
    assert move is not None
    first: RoutineCase | None = None
    for source in move.sources:
        done = first_done(plan, routine, source)
        if done is None:
            continue
        first = first or done
        yield _moved(plan, routine, done, source)
    if first:
        yield from _wrong_states(plan, routine, first)
        yield from refusal_tests(plan, routine, first)
        yield from _simultaneous(plan, routine, first)
        meant = moved_version(Call(plan, routine, first), routine)
        if meant:
            yield meant
    yield from caller_tests(plan, routine)


def _moved(plan: Plan, routine: Routine, done: RoutineCase, source: str) -> Test:
    subject, move = routine.subject, routine.transition
    assert subject is not None
    assert move is not None
    assert subject.lifecycle is not None
    call = Call(plan, routine, done)
    statements: list[Statement] = [*call.arrange(), Send(_ANSWER, call.request()), StatusIs(_ANSWER, 200)]
    if subject.rule("read") and done.this and done.result.after.visible(done.this):
        statements.append(IsMember(Said(_ANSWER, subject.lifecycle.field), Constant(move.target)))
    statements += [*effects(call, {(done.this or "", subject.lifecycle.field)}), *emissions(call)]
    thing = a(f"{source} {words(subject.name)}")
    title = f"when {somebody(done.role)} calls {words(move.name)} on {thing}, then it is {move.target}"
    return Test(title, tidy(statements))


def _wrong_states(plan: Plan, routine: Routine, done: RoutineCase) -> Iterator[Test]:
    subject, move = routine.subject, routine.transition
    assert subject is not None
    assert move is not None
    assert subject.lifecycle is not None
    assert done.this is not None
    wrong = [state for state in subject.lifecycle.states if state not in move.sources]
    worlds = []
    for state in wrong:
        world = done.world.copy()
        world.set(done.this, subject.lifecycle.field, state)
        if world.visible(done.this) and world.holds(routine.rule.expression, done.this):
            worlds.append((state, world))
    if not worlds:
        return
    state, world = worlds[0]
    call = Call(plan, routine, RoutineCase(done.role, world, done.this, done.result))
    statements = [*call.arrange(), Send(_ANSWER, call.request()), RefusedAs(_ANSWER, 409, "wrong_state")]
    thing = a(f"{state} {words(subject.name)}")
    yield Test(f"when {thing} is told to {words(move.name)}, then it cannot", tidy(statements))


def _simultaneous(plan: Plan, routine: Routine, done: RoutineCase) -> Iterator[Test]:
    subject, move = routine.subject, routine.transition
    assert subject is not None
    assert move is not None
    if move.target in move.sources or done.this is None:
        return
    after = done.result.after
    # Whoever comes second finds the row as the first has left it.
    refused = 409 if after.holds(routine.rule.expression, done.this) else 403
    call = Call(plan, routine, done)
    statements = [
        *call.arrange(),
        AtOnce(2, call.request()),
        # What nobody sees any more is not there for whoever comes later still.
        StatusesAre((200, refused)) if after.visible(done.this) else StatusesAreOneOf(((200, refused), (200, 404))),
    ]
    title = f"when two callers {words(move.name)} one {words(subject.name)} at once, then one does"
    yield Test(title, tidy(statements))
