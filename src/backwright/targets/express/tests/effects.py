"""Assertions on what a call has done: the answer, and the rows that were there before."""

from __future__ import annotations

from decimal import Decimal

from backwright.lowering.operations import Routine
from backwright.lowering.relational.columns import json_name
from backwright.lowering.relational.names import column, qualified, unquoted
from backwright.lowering.specimens.values import NOW
from backwright.lowering.specimens.world import World
from backwright.plan.expressions import Value
from backwright.plan.indexes import all_steps
from backwright.plan.model import CreateStep, Date, Exact, Field, Integer, Json, Reference, Timestamp, UpdateStep
from backwright.targets.express.tests.calls import Call, named
from backwright.targets.express.tests.code import hugging, inserted, literal

__all__ = ["effects", "returned", "unchanged"]


def returned(call: Call) -> list[str]:
    """What the answer says of the row that the operation made."""
    operation = call.routine.operation
    assert operation
    name = call.case.result.created.get(operation.returns or "")
    after = call.case.result.after
    if not name or not after.visible(name):
        return []
    row = after.rows[name]
    step = next(s for s in operation.steps if isinstance(s, CreateStep) and s.name == operation.returns)
    members = []
    for assignment in step.assignments:
        field = row.entity.field(assignment.field)
        if field.secret or isinstance(field.type, Date | Timestamp | Json):
            continue
        value = row.values[field.name]
        if isinstance(field.type, Reference) and isinstance(value, str):
            if value in call.case.world.rows and (
                value == after.me or value in named(call.case.world, operation.inputs)
            ):
                members.append(f"{json_name(field)}: {inserted(after, value)}")
        else:
            drawn = call.drawn(row.entity.name, field.name, value)
            if drawn != "":
                members.append(f"{json_name(field)}: {literal(field, value) if drawn is None else drawn}")
    if not members:
        return []
    shown = "  assert.deepEqual(like(answer.body, expected), expected);"
    return [*hugging("const expected = ", members, ";"), shown]


def unchanged(call: Call) -> list[str]:
    """Rows that a success would have changed are as they were."""
    lines = []
    world = call.case.world
    for step_entity, fields in _written(call.routine):
        for name, row in world.rows.items():
            if row.entity.name != step_entity or not (row.changed & fields) or row.role is not None:
                continue
            for field in row.entity.fields:
                if field.name in row.changed & fields and _comparable(field):
                    lines += [_stored(world, name, field, row.values[field.name])]
    return lines


def _written(routine: Routine) -> list[tuple[str, set[str]]]:
    found: dict[str, set[str]] = {}
    for step in all_steps(routine.steps):
        if isinstance(step, UpdateStep):
            found.setdefault(step.entity, set()).update(each.field for each in step.assignments)
    return list(found.items())


def _number(value: Value) -> str:
    """As the formatter writes it: without zeros at the end."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _comparable(field: Field) -> bool:
    return not isinstance(field.type, Timestamp | Json | Reference) and not field.secret


def _actual(world: World, name: str, field: Field) -> str:
    table = qualified(world.rows[name].entity)
    return f"(await stored('{table}', {inserted(world, name)}))?.{unquoted(column(field))}"


def _as_said(actual: str, field: Field, said: str) -> str:
    numbers = isinstance(field.type, Exact) or (isinstance(field.type, Integer) and field.type.wide)
    return f"  assert.equal(Number({actual}), Number({said}));" if numbers else f"  assert.equal({actual}, {said});"


def _stored(world: World, name: str, field: Field, value: Value) -> str:
    actual = _actual(world, name, field)
    if isinstance(field.type, Exact) or (isinstance(field.type, Integer) and field.type.wide):
        return f"  assert.equal(Number({actual}), {_number(value)});"
    return f"  assert.equal({actual}, {literal(field, value)});"


def effects(call: Call, without: set[tuple[str, str]]) -> list[str]:
    """What has changed in rows that were there before."""
    before, after = call.case.world, call.case.result.after
    lines = []
    for name, row in before.rows.items():
        if name not in after.rows:
            lines.append(
                f"  assert.equal(await stored('{qualified(row.entity)}', {inserted(before, name)}), undefined);"
            )
            continue
        for field in row.entity.fields:
            value = after.rows[name].values[field.name]
            if value == row.values[field.name] or (name, field.name) in without:
                continue
            drawn = call.drawn(row.entity.name, field.name, value)
            if drawn is not None:
                lines += [_as_said(_actual(before, name, field), field, drawn)] if drawn else []
            elif _comparable(field) and not (isinstance(field.type, Date) and value == NOW.date()):
                lines.append(_stored(before, name, field, value))
            elif isinstance(field.type, Timestamp | Date) and value is not None:
                lines.append(f"  assert.ok({_actual(before, name, field)});")
            elif isinstance(field.type, Reference) and isinstance(value, str) and value in before.rows:
                lines.append(f"  assert.equal({_actual(before, name, field)}, {inserted(before, value)});")
    return lines
