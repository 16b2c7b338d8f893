"""`tests/integration/pipeline.test.ts`: one round trip or plain transactions, the answers are the same."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.operations import collection, routines
from backwright.lowering.specimens.routines import done_case, error_cases_of
from backwright.lowering.wire.routes import BASE
from backwright.plan.model import Entity, Plan
from backwright.targets.express.tests.calls import Call
from backwright.targets.express.tests.code import Test, tidy
from backwright.targets.express.tests.effects import effects
from backwright.targets.express.tests.setting import NOWHERE, setting
from backwright.targets.express.tests.titles import words

__all__ = ["pipeline_tests"]


def pipeline_tests(plan: Plan) -> Iterator[Test]:
    """Reads of every collection, then every routine with its first refusal."""
    for entity in plan.entities:
        if not entity.whole:
            yield from _reads(plan, entity)
    for routine in routines(plan):
        roles = routine.rule.roles or (None,)
        done = next((case for role in roles if (case := done_case(plan, routine, role))), None)
        if done is None:
            continue
        call = Call(plan, routine, done)
        status = routine.operation.status if routine.operation else 200
        lines = [*call.arrange(), f"  const answer = await {call.send(function='sendPlain')};"]
        lines += [f"  assert.equal(answer.status, {status});", *effects(call, set())]
        name = words(routine.name.replace(".", " ").replace("-", " "))
        yield Test(f"when {name} runs in a plain transaction, then it does the same", tidy(lines))
        for case in error_cases_of(routine, done)[:1]:
            refused = Call(plan, routine, case)
            error = case.result.error
            assert error
            lines = [*refused.arrange(), f"  await {refused.send(function='same')};"]
            yield Test(f"when {name} ends in {words(error.name)}, then both ways say so", tidy(lines))


def _reads(plan: Plan, entity: Entity) -> Iterator[Test]:
    base = f"{BASE}/{collection(entity)}"
    at = setting(plan, entity, base, "read")
    if at is None:
        return
    lines = [
        *at.arrange(),
        f"  await same('GET', '{base}?limit=3'{at.call});",
        f"  await same('GET', {at.path}{at.call});",
        f"  await same('GET', '{base}/{NOWHERE}'{at.call});",
        f"  await same('GET', '{base}?surplus=1'{at.call});",
    ]
    yield Test(f"when {words(entity.plural)} are read, then both ways answer alike", tidy(lines))
