"""Tests of declared operations."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.operations import Routine
from backwright.lowering.specimens.routines import first_done, with_other_input
from backwright.lowering.suites.calls import Call, wire_member
from backwright.lowering.suites.creation import pointers
from backwright.lowering.suites.effects import effects, emissions, returned
from backwright.lowering.suites.expressions import BODY, Constant, Name, Nowhere, Object
from backwright.lowering.suites.refusals import caller_tests, refusal_tests
from backwright.lowering.suites.statements import (
    AtOnce,
    Bind,
    FaultsAre,
    NewKey,
    OnceDone,
    RefusedAs,
    SameAnswer,
    Send,
    Spoil,
    Statement,
    StatusIs,
    Test,
)
from backwright.lowering.suites.tidying import tidy
from backwright.lowering.suites.titles import somebody, words
from backwright.lowering.wire.routes import body_inputs
from backwright.plan.model import Input, ListOf, Operation, Plan, Record, Reference

__all__ = ["operation_tests"]

_ANSWER = Name("answer")


def operation_tests(plan: Plan, routine: Routine) -> Iterator[Test]:
    """All that apply."""
    operation = routine.operation
    assert operation
    done = first_done(plan, routine)
    if done:
        call = Call(plan, routine, done)
        statements = [
            *call.arrange(),
            Send(_ANSWER, call.request()),
            StatusIs(_ANSWER, operation.status),
            *returned(call),
            *effects(call, set()),
            *emissions(call),
        ]
        yield Test(f"when {somebody(done.role)} calls {words(operation.name)}, then it is done", tidy(statements))
        if operation.idempotent:
            yield from _idempotency(call, operation)
        yield from refusal_tests(plan, routine, done)
        yield from _missing(call, operation)
    yield from caller_tests(plan, routine)


def _idempotency(call: Call, operation: Operation) -> Iterator[Test]:
    name, shared = words(operation.name), call.request(key="shared")
    first, again = Name("first"), Name("again")
    repeated: list[Statement] = [Send(first, shared), Send(again, shared), SameAnswer(again, first)]
    yield Test(
        f"when {name} is sent again with its key, then the answer is the same and nothing happens twice",
        tidy([*call.arrange(), NewKey(), *repeated, *effects(call, set())]),
    )
    at_once: list[Statement] = [AtOnce(3, shared), OnceDone(operation.status)]
    yield Test(
        f"when {name} is sent three times at once with one key, then it happens once",
        tidy([*call.arrange(), NewKey(), *at_once, *effects(call, set())]),
    )
    changed = with_other_input(call.routine, call.case.world)
    if changed and call.has_body():
        other = Name("other")
        statements = [
            *call.arrange(),
            Bind(other, Object(call.members(changed))),
            NewKey(),
            StatusIs(shared, operation.status),
            Send(_ANSWER, call.request(body=other, key="shared")),
            RefusedAs(_ANSWER, 422, "idempotency_key_reused"),
        ]
        yield Test(f"when the key of {name} comes with another payload, then it is refused", tidy(statements))
    refused: list[Statement] = [
        Send(_ANSWER, call.request(key=None)),
        RefusedAs(_ANSWER, 400, "idempotency_key_missing"),
    ]
    yield Test(f"when {name} comes without a key, then it is refused", tidy([*call.arrange(), *refused]))


def _missing(call: Call, operation: Operation) -> Iterator[Test]:
    name = words(operation.name)
    required = [wire_member(each) for each in body_inputs(operation) if not each.optional]
    if required:
        statements = [
            *call.arrange(body=False),
            Send(_ANSWER, call.request(body=Object((("surplus", Constant(1)),)))),
            StatusIs(_ANSWER, 422),
            FaultsAre(_ANSWER, pointers([*required, "surplus"])),
        ]
        title = f"when nothing about the input of {name} is right, then every fault is named"
        yield Test(title, tidy(statements))
    for each in body_inputs(operation):
        if isinstance(each.type, Reference):
            title = f"when the {words(each.name)} of {name} does not exist, then that is named"
            yield _nowhere(call, title, (wire_member(each),))
        if isinstance(each.type, ListOf) and isinstance(each.type.item, Record):
            yield from _missing_in_list(call, each, each.type.item)


def _missing_in_list(call: Call, each: Input, item: Record) -> Iterator[Test]:
    name = words(call.routine.name)
    for member in item.inputs:
        if isinstance(member.type, Reference):
            what = f"a {words(member.name)} in the {words(each.name)} of {name}"
            yield _nowhere(call, f"when {what} does not exist, then that is named", (each.name, wire_member(member)))


def _nowhere(call: Call, title: str, members: tuple[str, ...]) -> Test:
    """A body that refers to what does not exist."""
    wrong = Name("wrong")
    statements = [
        *call.arrange(),
        Spoil(wrong, BODY, members, Nowhere()),
        Send(_ANSWER, call.request(body=wrong)),
        StatusIs(_ANSWER, 422),
        FaultsAre(_ANSWER, (f"/{'/0/'.join(members)}",)),
    ]
    return Test(title, tidy(statements))
