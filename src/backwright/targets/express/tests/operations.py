"""Tests of declared operations."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.operations import Routine
from backwright.lowering.specimens.routines import RoutineCase, done_case, with_other_input
from backwright.lowering.wire.routes import body_inputs
from backwright.plan.model import Input, ListOf, Plan, Record, Reference
from backwright.targets.express import text
from backwright.targets.express.tests.calls import Call, wire_member
from backwright.targets.express.tests.code import Test, hugging, tidy
from backwright.targets.express.tests.effects import effects, returned
from backwright.targets.express.tests.refusals import caller_tests, refusal_tests
from backwright.targets.express.tests.setting import NOWHERE
from backwright.targets.express.tests.titles import somebody, words

__all__ = ["operation_tests"]


def operation_tests(plan: Plan, routine: Routine) -> Iterator[Test]:
    """All that apply."""
    operation = routine.operation
    assert operation
    done = _first_done(plan, routine)
    name = words(operation.name)
    if done:
        call = Call(plan, routine, done)
        lines = [*call.arrange(), f"  const answer = await {call.send()};"]
        lines.append(f"  assert.equal(answer.status, {operation.status});")
        lines += returned(call)
        lines += effects(call, set())
        yield Test(f"when {somebody(done.role)} calls {name}, then it is done", tidy(lines))
        if operation.idempotent:
            yield from _idempotency(call)
        yield from refusal_tests(plan, routine, done)
        yield from _missing(call)
    yield from caller_tests(plan, routine)


def _first_done(plan: Plan, routine: Routine) -> RoutineCase | None:
    for role in routine.rule.roles:
        found = done_case(plan, routine, role)
        if found:
            return found
    return done_case(plan, routine, None) if routine.rule.anonymous else None


def _idempotency(call: Call) -> Iterator[Test]:
    operation = call.routine.operation
    assert operation
    name = words(operation.name)
    header = "  const headers = { 'idempotency-key': unique() };"
    lines = [*call.arrange(), header, f"  const first = await {call.send(key='key')};"]
    lines += [f"  const again = await {call.send(key='key')};"]
    lines += ["  assert.deepEqual([again.status, again.body], [first.status, first.body]);", *effects(call, set())]
    yield Test(
        f"when {name} is sent again with its key, then the answer is the same and nothing happens twice", tidy(lines)
    )
    lines = [*call.arrange(), header, f"  const call = () => {call.send(key='key')};"]
    lines += [
        "  const answers = await Promise.all([call(), call(), call()]);",
        f"  assert.ok(answers.every(({{ status }}) => status === {operation.status} || status === 409));",
        f"  assert.ok(answers.some(({{ status }}) => status === {operation.status}));",
        *effects(call, set()),
    ]
    yield Test(f"when {name} is sent three times at once with one key, then it happens once", tidy(lines))
    other = with_other_input(call.routine, call.case.world)
    if other and call.has_body():
        changed = hugging("const other = ", call.members(other), ";")
        lines = [
            *call.arrange(),
            *changed,
            header,
            f"  assert.equal((await {call.send(key='key')}).status, {operation.status});",
        ]
        lines += [
            f"  const answer = await {call.send(body='body: other', key='key')};",
            "  assert.deepEqual([answer.status, answer.body.code], [422, 'idempotency_key_reused']);",
        ]
        yield Test(f"when the key of {name} comes with another payload, then it is refused", tidy(lines))
    without = call.send(key="''").replace(", headers: { 'idempotency-key': '' }", "")
    lines = [
        *call.arrange(),
        f"  const answer = await {without};",
        "  assert.deepEqual([answer.status, answer.body.code], [400, 'idempotency_key_missing']);",
    ]
    yield Test(f"when {name} comes without a key, then it is refused", tidy(lines))


def _missing(call: Call) -> Iterator[Test]:
    operation = call.routine.operation
    assert operation
    name = words(operation.name)
    required = [wire_member(each) for each in body_inputs(operation) if not each.optional]
    if required:
        pointers = ", ".join(text.string(f"/{each}") for each in sorted([*required, "surplus"]))
        lines = [
            *call.arrange(body=False),
            f"  const answer = await {call.send(body='body: { surplus: 1 }')};",
            "  assert.equal(answer.status, 422);",
            f"  assert.deepEqual(faultsOf(answer), [{pointers}]);",
        ]
        yield Test(f"when nothing about the input of {name} is right, then every fault is named", tidy(lines))
    for each in body_inputs(operation):
        if isinstance(each.type, Reference):
            lines = [
                *call.arrange(),
                f"  const wrong = {{ ...body, {wire_member(each)}: '{NOWHERE}' }};",
                f"  const answer = await {call.send(body='body: wrong')};",
                "  assert.equal(answer.status, 422);",
                f"  assert.deepEqual(faultsOf(answer), ['/{wire_member(each)}']);",
            ]
            yield Test(f"when the {words(each.name)} of {name} does not exist, then that is named", tidy(lines))
        if isinstance(each.type, ListOf) and isinstance(each.type.item, Record):
            yield from _missing_in_list(call, each, each.type.item)


def _missing_in_list(call: Call, each: Input, item: Record) -> Iterator[Test]:
    name = words(call.routine.name)
    for member in item.inputs:
        if isinstance(member.type, Reference):
            lines = [
                *call.arrange(),
                f"  const [first] = body.{each.name};",
                f"  const wrong = {{ ...body, {each.name}: [{{ ...first, {wire_member(member)}: '{NOWHERE}' }}] }};",
                f"  const answer = await {call.send(body='body: wrong')};",
                "  assert.equal(answer.status, 422);",
                f"  assert.deepEqual(faultsOf(answer), ['/{each.name}/0/{wire_member(member)}']);",
            ]
            title = (
                f"when a {words(member.name)} in the {words(each.name)} of {name} does not exist, then that is named"
            )
            yield Test(title, tidy(lines))
