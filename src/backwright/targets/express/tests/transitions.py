"""Tests of a lifecycle's transitions."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.operations import Routine
from backwright.lowering.specimens.routines import RoutineCase, done_case
from backwright.plan.model import Plan
from backwright.targets.express.tests.calls import Call
from backwright.targets.express.tests.code import Test, tidy
from backwright.targets.express.tests.effects import effects
from backwright.targets.express.tests.refusals import caller_tests, refusal_tests
from backwright.targets.express.tests.titles import a, somebody, words

__all__ = ["transition_tests"]


def transition_tests(plan: Plan, routine: Routine) -> Iterator[Test]:
    """All that apply."""
    subject, move = routine.subject, routine.transition
    assert subject is not None
    assert move is not None
    assert subject.lifecycle is not None
    thing, verb = words(subject.name), words(move.name)
    first: RoutineCase | None = None
    for source in move.sources:
        done = next((case for role in routine.rule.roles if (case := done_case(plan, routine, role, source))), None)
        if done is None and routine.rule.anonymous:
            done = done_case(plan, routine, None, source)
        if done is None:
            continue
        first = first or done
        call = Call(plan, routine, done)
        lines = [*call.arrange(), f"  const answer = await {call.send()};", "  assert.equal(answer.status, 200);"]
        if subject.rule("read") and done.this and done.result.after.visible(done.this):
            lines.append(f"  assert.equal(answer.body.{subject.lifecycle.field}, '{move.target}');")
        lines += effects(call, {(done.this or "", subject.lifecycle.field)})
        who = somebody(done.role)
        yield Test(f"when {who} calls {verb} on {a(f'{source} {thing}')}, then it is {move.target}", tidy(lines))
    if first:
        yield from _wrong_states(plan, routine, first)
        yield from refusal_tests(plan, routine, first)
        yield from _simultaneous(plan, routine, first)
    yield from caller_tests(plan, routine)


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
    lines = [
        *call.arrange(),
        f"  const answer = await {call.send()};",
        "  assert.deepEqual([answer.status, answer.body.code], [409, 'wrong_state']);",
    ]
    yield Test(f"when {a(f'{state} {words(subject.name)}')} is told to {words(move.name)}, then it cannot", tidy(lines))


def _simultaneous(plan: Plan, routine: Routine, done: RoutineCase) -> Iterator[Test]:
    subject, move = routine.subject, routine.transition
    assert subject is not None
    assert move is not None
    if move.target in move.sources:
        return
    call = Call(plan, routine, done)
    lines = [
        *call.arrange(),
        f"  const call = () => {call.send()};",
        "  const answers = await Promise.all([call(), call()]);",
        "  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);",
    ]
    yield Test(f"when two callers {words(move.name)} one {words(subject.name)} at once, then one does", tidy(lines))
