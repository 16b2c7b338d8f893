"""Tests of changed and deleted rows."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.relational.columns import json_name
from backwright.lowering.relational.names import column, qualified, unquoted
from backwright.lowering.specimens.rules import subject_name
from backwright.lowering.specimens.usual import is_changeable, usual_values
from backwright.lowering.specimens.values import ordinary
from backwright.lowering.wire.shapes import created_fields, patched_fields
from backwright.plan.expressions import fields_read
from backwright.plan.indexes import references_to
from backwright.plan.model import Entity, Field, Json, Reference
from backwright.targets.express.tests.code import Test, arranged, hugging, inserted, tidy
from backwright.targets.express.tests.creation import expected, tells_time
from backwright.targets.express.tests.drawn import other_value, sample, value_of
from backwright.targets.express.tests.setting import NOWHERE, Setting
from backwright.targets.express.tests.titles import a, words

__all__ = ["change_tests", "deletion_tests"]


def change_tests(at: Setting) -> Iterator[Test]:
    """Changes that hold, and changes that are refused."""
    thing = words(at.entity.name)
    fields = patched_fields(at.plan, at.entity)
    rules = [rule for rule in (at.entity.rule("read"), at.entity.rule("update")) if rule]
    read = {name for rule in rules for _, name in fields_read(rule.expression)}
    read |= {name for check in at.entity.checks for _, name in fields_read(check.expression)}
    free = [field for field in fields if field.name not in read and not field.secret]
    free = [field for field in free if is_changeable(at.plan, at.entity, field)]
    told = {name for each in at.entity.computed for _, name in fields_read(each.expression)}
    alone = [field for field in free if field.name not in told and not isinstance(field.type, Reference | Json)]
    if alone and not tells_time(at.entity):
        yield _one_change(at, alone[0])
    empty = next((field for field in free if field.optional and not isinstance(field.type, Reference)), None)
    if empty:
        yield _emptied(at, empty, next((field for field in alone if field is not empty), None))
    lines = [*at.arrange(), f"  const empty = await send('PATCH', {at.path}, {at.with_body('{}')});"]
    lines.append("  assert.deepEqual([empty.status, ...faultsOf(empty)], [422, '']);")
    required = next((field for field in fields if not field.optional and not isinstance(field.type, Json)), None)
    fixed = next((field for field in created_fields(at.plan, at.entity) if field not in fields), None)
    wrong = [f"{json_name(required)}: null"] if required else []
    wrong += [f"{json_name(fixed)}: {_wrong(at, fixed)}"] if fixed else []
    right = [] if required else [f"{json_name(field)}: null" for field in fields if field.optional][:1]
    lines += [
        *hugging("const change = ", [*right, *wrong, "surplus: 1"], ";"),
        f"  const wrong = await send('PATCH', {at.path}, {at.with_body('body: change')});",
        "  assert.equal(wrong.status, 422);",
        *expected("faultsOf(wrong)", [*(each.split(":")[0] for each in wrong), "surplus"]),
    ]
    yield Test(f"when a change of {a(thing)} is empty or touches what nobody changes, then it is refused", tidy(lines))


def _wrong(at: Setting, field: Field) -> str:
    if isinstance(field.type, Reference):
        return f"'{NOWHERE}'"
    return value_of(at.plan, at.entity, field)


def _one_change(at: Setting, field: Field) -> Test:
    name = json_name(field)
    lines = [
        *at.arrange(),
        f"  const before = await send('GET', {at.path}{at.call});",
        f"  const change = {{ {name}: {other_value(at.plan, at.entity, field)} }};",
        f"  const answer = await send('PATCH', {at.path}, {at.with_body('body: change')});",
        "  assert.equal(answer.status, 200);",
        "  const { updatedAt } = answer.body;",
        "  assert.deepEqual(answer.body, { ...before.body, ...change, updatedAt });",
    ]
    thing = words(at.entity.name)
    return Test(f"when {at.who} changes the {words(field.name)} of {a(thing)}, then the rest stays", tidy(lines))


def _emptied(at: Setting, field: Field, other: Field | None) -> Test:
    name = json_name(field)
    usual = usual_values(at.plan, at.entity)[field.name]
    value = sample(at.entity, field, ordinary(field) if usual is None else usual)
    lines = [
        *at.arrange(),
        f"  const filled = await send('PATCH', {at.path}, {at.with_body(f'{{ {name}: {value} }}')});",
        f"  assert.notEqual(filled.body.{name}, null);",
    ]
    if other:
        change = f"{{ {json_name(other)}: {other_value(at.plan, at.entity, other)} }}"
        lines += [
            f"  const left = await send('PATCH', {at.path}, {at.with_body(change)});",
            f"  assert.deepEqual(left.body.{name}, filled.body.{name});",
        ]
    lines += [
        f"  const emptied = await send('PATCH', {at.path}, {at.with_body(f'{{ {name}: null }}')});",
        f"  assert.equal(emptied.body.{name}, null);",
    ]
    return Test(
        f"when the {words(field.name)} is left out, then it stays, and when it is null, then it is empty", tidy(lines)
    )


def deletion_tests(at: Setting) -> Iterator[Test]:
    """What is gone, and what keeps a row from going."""
    thing = words(at.entity.name)
    if at.entity.rule("read") and not at.entity.whole:
        lines = [
            *at.arrange(),
            f"  assert.equal((await send('DELETE', {at.path}{at.call})).status, 204);",
            f"  assert.equal((await send('GET', {at.path}{at.call})).status, 404);",
            f"  assert.equal((await send('DELETE', {at.path}{at.call})).status, 404);",
        ]
        yield Test(f"when {a(thing)} has been deleted, then it is not found again", tidy(lines))
    for holder, field in references_to(at.plan, at.entity.name):
        assert isinstance(field.type, Reference)
        if holder.name == at.entity.name or (holder.whole == at.entity.name and field.type.on_delete == "cascade"):
            continue
        found = _referred(at, holder, field)
        if found:
            yield found


def _referred(at: Setting, holder: Entity, field: Field) -> Test | None:
    assert isinstance(field.type, Reference)
    world = at.case.world.copy()
    row = world.add(holder, subject_name(holder), {field.name: at.case.this}).name
    if not world.sound():
        return None
    name = inserted(world, row)
    thing, other = words(at.entity.name), words(holder.name)
    arranging = arranged(world, (at.case.this, row))
    if field.type.on_delete == "restrict":
        lines = [
            *arranging,
            f"  const answer = await send('DELETE', {at.path}{at.call});",
            "  assert.deepEqual([answer.status, answer.body.code], [409, 'in_use']);",
        ]
        return Test(f"when {a(other)} still refers to {a(thing)}, then it cannot be deleted", tidy(lines))
    lines = [*arranging, f"  assert.equal((await send('DELETE', {at.path}{at.call})).status, 204);"]
    if field.type.on_delete == "cascade":
        lines.append(f"  assert.equal(await stored('{qualified(holder)}', {name}), undefined);")
        return Test(f"when {a(thing)} is deleted, then its {words(holder.plural)} go with it", tidy(lines))
    lines.append(f"  assert.equal((await stored('{qualified(holder)}', {name}))?.{unquoted(column(field))}, null);")
    return Test(f"when {a(thing)} is deleted, then {a(other)} no longer names it", tidy(lines))
