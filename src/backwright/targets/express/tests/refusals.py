"""Tests of what is refused: named errors, and callers who may not."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.operations import Routine
from backwright.lowering.specimens.routines import RoutineCase, error_cases_of, other_cases
from backwright.lowering.wire.routes import BASE, path_inputs
from backwright.plan.model import Plan
from backwright.plan.naming import transition_path
from backwright.targets.express import text
from backwright.targets.express.tests.calls import Call
from backwright.targets.express.tests.code import Test, tidy
from backwright.targets.express.tests.effects import unchanged
from backwright.targets.express.tests.setting import NOWHERE
from backwright.targets.express.tests.titles import a, somebody, words

__all__ = ["caller_tests", "refusal_tests"]


def refusal_tests(plan: Plan, routine: Routine, done: RoutineCase) -> Iterator[Test]:
    """Every named error, and callers whom the rule or the row excludes."""
    name = words(routine.transition.name if routine.transition else routine.name)
    for case in error_cases_of(routine, done):
        call = Call(plan, routine, case)
        error = case.result.error
        assert error
        before = unchanged(call)
        lines = [
            *call.arrange(),
            f"  const answer = await {call.send()};",
            f"  assert.deepEqual([answer.status, answer.body.code], [{error.status}, '{error.name}']);",
            *before,
        ]
        yield Test(f"when {name} ends in {words(error.name)}, then nothing has happened", tidy(lines))
    for case in other_cases(routine, done):
        call = Call(plan, routine, case)
        status = 403 if case.result.kind == "forbidden" else 404
        lines = [*call.arrange(), f"  assert.equal((await {call.send()}).status, {status});"]
        what = f"{a(words(routine.subject.name))} that is not theirs" if routine.subject else "it"
        then = "that is forbidden" if status == 403 else "it is not there"
        verb = f"calls {name} on {what}" if routine.subject else f"calls {name} against its rule"
        yield Test(f"when {somebody(case.role)} {verb}, then {then}", tidy(lines))


def caller_tests(plan: Plan, routine: Routine) -> Iterator[Test]:
    """Callers whom the rule excludes whatever the row is."""
    if routine.rule.anonymous or plan.identity is None:
        return
    name = words(routine.transition.name if routine.transition else routine.name)
    operation = routine.operation
    path = ""
    if routine.subject and routine.transition:
        path = f"{BASE}{transition_path(routine.subject, routine.transition)}".replace("{id}", NOWHERE)
    if operation:
        path = f"{BASE}{operation.path}"
        for each in path_inputs(operation):
            path = path.replace(f"{{{each.name}}}", NOWHERE)
    method = operation.method if operation else "POST"
    refused = tuple(role for role in plan.identity.roles if role not in routine.rule.roles)
    if refused:
        lines = [
            "  const caller = await signIn(role);"
            if len(refused) > 1
            else f"  const caller = await signIn({text.string(refused[0])});",
            f"  assert.equal((await send('{method}', '{path}', {{ as: caller }})).status, 403);",
        ]
        who = "somebody with role ${role}" if len(refused) > 1 else somebody(refused[0])
        yield Test(
            f"when {who} calls {name}, then that is forbidden", tuple(lines), refused if len(refused) > 1 else ()
        )
    lines = [f"  assert.equal((await send('{method}', '{path}')).status, 401);"]
    yield Test(f"when somebody without an account calls {name}, then an account is needed", tuple(lines))
    if routine.subject and routine.rule.roles:
        role = routine.rule.roles[0]
        lines = [
            f"  const caller = await signIn({text.string(role)});",
            f"  assert.equal((await send('{method}', '{path}', {{ as: caller }})).status, 404);",
        ]
        yield Test(f"when what {name} is called on does not exist, then it is not found", tuple(lines))
