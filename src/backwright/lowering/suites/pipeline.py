"""Tests of both ways to the database: one round trip or plain transactions, the answers are the same."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.operations import Routine, collection, routines
from backwright.lowering.specimens.routines import error_cases_of, first_done
from backwright.lowering.suites.calls import Call
from backwright.lowering.suites.effects import effects
from backwright.lowering.suites.expressions import Constant, Name, Nowhere
from backwright.lowering.suites.setting import setting
from backwright.lowering.suites.statements import SameBothWays, Send, StatusIs, Test
from backwright.lowering.suites.tidying import tidy
from backwright.lowering.suites.titles import words
from backwright.lowering.wire.routes import BASE
from backwright.plan.model import Entity, Plan

__all__ = ["pipeline_tests"]


def pipeline_tests(plan: Plan) -> Iterator[Test]:
    """Reads of every collection, then every routine with its first refusal."""
    for entity in plan.entities:
        if not entity.whole:
            yield from _reads(plan, entity)
    for routine in routines(plan):
        yield from _runs(plan, routine)


def _reads(plan: Plan, entity: Entity) -> Iterator[Test]:
    at = setting(plan, entity, f"{BASE}/{collection(entity)}", "read")
    if at is None:
        return
    requests = (
        at.request("GET", query=(("limit", Constant(3)),)),
        at.request("GET", at.this),
        at.request("GET", Nowhere()),
        at.request("GET", query=(("surplus", Constant(1)),)),
    )
    title = f"when {words(entity.plural)} are read, then both ways answer alike"
    yield Test(title, tidy([*at.arrange(), *map(SameBothWays, requests)]))


def _runs(plan: Plan, routine: Routine) -> Iterator[Test]:
    done = first_done(plan, routine)
    if done is None:
        return
    call = Call(plan, routine, done)
    answer = Name("answer")
    status = routine.operation.status if routine.operation else 200
    statements = [*call.arrange(), Send(answer, call.request(), plain=True), StatusIs(answer, status)]
    name = words(routine.name.replace(".", " ").replace("-", " "))
    title = f"when {name} runs in a plain transaction, then it does the same"
    yield Test(title, tidy([*statements, *effects(call, set())]))
    for case in error_cases_of(routine, done)[:1]:
        refused = Call(plan, routine, case)
        error = case.result.error
        assert error
        title = f"when {name} ends in {words(error.name)}, then both ways say so"
        yield Test(title, tidy([*refused.arrange(), SameBothWays(refused.request())]))
