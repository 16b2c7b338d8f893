"""Tests of what is refused: named errors, and callers who may not."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.operations import Routine
from backwright.lowering.specimens.routines import RoutineCase, error_cases_of, other_cases
from backwright.lowering.suites.calls import Call, path_of
from backwright.lowering.suites.effects import unchanged
from backwright.lowering.suites.expressions import CALLER, EACH_ROLE, Expression, Name, Nowhere, Request
from backwright.lowering.suites.statements import RefusedAs, Send, SignIn, Statement, StatusIs, Test
from backwright.lowering.suites.tidying import tidy
from backwright.lowering.suites.titles import a, somebody, words
from backwright.lowering.wire.routes import path_inputs
from backwright.plan.model import Plan

__all__ = ["caller_tests", "refusal_tests"]


def refusal_tests(plan: Plan, routine: Routine, done: RoutineCase) -> Iterator[Test]:
    """Every named error, and callers whom the rule or the row excludes."""
    name = words(routine.transition.name if routine.transition else routine.name)
    answer = Name("answer")
    for case in error_cases_of(routine, done):
        call = Call(plan, routine, case)
        error = case.result.error
        assert error
        statements = [
            *call.arrange(),
            Send(answer, call.request()),
            RefusedAs(answer, error.status, error.name),
            *unchanged(call),
        ]
        yield Test(f"when {name} ends in {words(error.name)}, then nothing has happened", tidy(statements))
    for case in other_cases(routine, done):
        call = Call(plan, routine, case)
        status = 403 if case.result.kind == "forbidden" else 404
        statements = [*call.arrange(), StatusIs(call.request(), status)]
        what = f"{a(words(routine.subject.name))} that is not theirs" if routine.subject else "it"
        then = "that is forbidden" if status == 403 else "it is not there"
        verb = f"calls {name} on {what}" if routine.subject else f"calls {name} against its rule"
        yield Test(f"when {somebody(case.role)} {verb}, then {then}", tidy(statements))


def caller_tests(plan: Plan, routine: Routine) -> Iterator[Test]:
    """Callers whom the rule excludes whatever the row is."""
    if routine.rule.anonymous or plan.identity is None:
        return
    name = words(routine.transition.name if routine.transition else routine.name)
    refused = tuple(role for role in plan.identity.roles if role not in routine.rule.roles)
    if refused:
        alone = len(refused) == 1
        who = somebody(refused[0]) if alone else f"somebody with role {EACH_ROLE}"
        statements = _by(refused[0] if alone else EACH_ROLE, routine, 403)
        yield Test(f"when {who} calls {name}, then that is forbidden", statements, () if alone else refused)
    title = f"when somebody without an account calls {name}, then an account is needed"
    yield Test(title, (StatusIs(_nowhere(routine, None), 401),))
    if routine.subject and routine.rule.roles:
        title = f"when what {name} is called on does not exist, then it is not found"
        yield Test(title, _by(routine.rule.roles[0], routine, 404))


def _by(role: str, routine: Routine, status: int) -> tuple[Statement, ...]:
    return SignIn(role), StatusIs(_nowhere(routine, CALLER), status)


def _nowhere(routine: Routine, caller: Name | None) -> Request:
    """The routine called on what does not exist."""
    names = [each.name for each in path_inputs(routine.operation)] if routine.operation else ["id"]
    given: dict[str, Expression] = {name: Nowhere() for name in names}
    method = routine.operation.method if routine.operation else "POST"
    return Request(method, path_of(routine, given), caller)
