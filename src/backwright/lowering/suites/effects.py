"""What a call has done: the answer, and the rows that were there before."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from backwright.lowering.operations import Routine, collection
from backwright.lowering.relational.columns import json_name
from backwright.lowering.relational.names import column, qualified, unquoted
from backwright.lowering.specimens.routines import named_rows
from backwright.lowering.specimens.values import NOW
from backwright.lowering.specimens.world import World
from backwright.lowering.suites.arranging import constant, inserted
from backwright.lowering.suites.calls import Call
from backwright.lowering.suites.expressions import Amount, Expression, Name, Object, Said, Stored
from backwright.lowering.suites.statements import Bind, EventsAre, Shows, Statement, StoredGone, StoredIs, StoredSet
from backwright.plan.expressions import Value
from backwright.plan.indexes import all_steps
from backwright.plan.model import CreateStep, Date, Exact, Field, Integer, Json, Reference, Timestamp, UpdateStep

__all__ = ["effects", "emissions", "returned", "unchanged"]


def returned(call: Call) -> list[Statement]:
    """What the answer says of the row that the operation made."""
    operation = call.routine.operation
    assert operation
    name = call.case.result.created.get(operation.returns or "")
    after = call.case.result.after
    if not name or not after.visible(name):
        return []
    row = after.rows[name]
    step = next(s for s in operation.steps if isinstance(s, CreateStep) and s.name == operation.returns)
    members: list[tuple[str, Expression]] = []
    for assignment in step.assignments:
        field = row.entity.field(assignment.field)
        if field.secret or isinstance(field.type, Date | Timestamp | Json):
            continue
        value = row.values[field.name]
        if isinstance(field.type, Reference) and isinstance(value, str):
            if value in call.case.world.rows and (
                value == after.me or value in named_rows(call.case.world, operation.inputs)
            ):
                members.append((json_name(field), inserted(after, value)))
        else:
            drawn = call.drawn(row.entity.name, field.name, value)
            said = (constant(field, value),) if drawn is None else drawn
            members += [(json_name(field), each) for each in said]
    if not members:
        return []
    expected = Name("expected")
    return [Bind(expected, Object(tuple(members))), Shows(Name("answer"), expected)]


def unchanged(call: Call) -> Iterator[Statement]:
    """Rows that a success would have changed are as they were."""
    world = call.case.world
    for step_entity, fields in _written(call.routine):
        for name, row in world.rows.items():
            if row.entity.name != step_entity or not (row.changed & fields) or row.role is not None:
                continue
            for field in row.entity.fields:
                if field.name in row.changed & fields and _comparable(field):
                    yield _holds(_stored(world, name, field), field, row.values[field.name])


def _written(routine: Routine) -> list[tuple[str, set[str]]]:
    found: dict[str, set[str]] = {}
    for step in all_steps(routine.steps):
        if isinstance(step, UpdateStep):
            found.setdefault(step.entity, set()).update(each.field for each in step.assignments)
    return list(found.items())


def _comparable(field: Field) -> bool:
    return not isinstance(field.type, Timestamp | Json | Reference) and not field.secret


def _is_exact(field: Field) -> bool:
    return isinstance(field.type, Exact) or (isinstance(field.type, Integer) and field.type.wide)


def _stored(world: World, name: str, field: Field) -> Stored:
    return Stored(qualified(world.rows[name].entity), inserted(world, name), unquoted(column(field)))


def _holds(stored: Stored, field: Field, value: Value) -> StoredIs:
    if not _is_exact(field):
        return StoredIs(stored, constant(field, value))
    amount = f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
    return StoredIs(stored, Amount(amount), number=True)


def effects(call: Call, without: set[tuple[str, str]]) -> Iterator[Statement]:
    """What has changed in rows that were there before."""
    before, after = call.case.world, call.case.result.after
    for name, row in before.rows.items():
        if name not in after.rows:
            yield StoredGone(qualified(row.entity), inserted(before, name))
            continue
        for field in row.entity.fields:
            value = after.rows[name].values[field.name]
            if value != row.values[field.name] and (name, field.name) not in without:
                yield from _effect(call, name, field, value)


def _effect(call: Call, name: str, field: Field, value: Value) -> Iterator[Statement]:
    before = call.case.world
    stored = _stored(before, name, field)
    drawn = call.drawn(before.rows[name].entity.name, field.name, value)
    if drawn is not None:
        yield from (StoredIs(stored, each, number=_is_exact(field)) for each in drawn)
    elif _comparable(field) and not (isinstance(field.type, Date) and value == NOW.date()):
        yield _holds(stored, field, value)
    elif isinstance(field.type, Timestamp | Date) and value is not None:
        yield StoredSet(stored)
    elif isinstance(field.type, Reference) and isinstance(value, str) and value in before.rows:
        yield StoredIs(stored, inserted(before, value))


def emissions(call: Call) -> Iterator[Statement]:
    """The events about rows that the test can name: those that were there before, and the one that is answered."""
    result, operation = call.case.result, call.routine.operation
    made = result.created.get(operation.returns or "") if operation else None
    for subject in dict.fromkeys(subject for _, subject in result.emitted):
        events = tuple(event for event, about in result.emitted if about == subject)
        if subject in call.case.world.rows:
            prefix = f"{collection(call.case.world.rows[subject].entity)}/"
            yield EventsAre(prefix, inserted(call.case.world, subject), events)
        elif subject == made and result.after.visible(subject):
            yield EventsAre(f"{collection(result.after.rows[subject].entity)}/", Said(Name("answer"), "id"), events)
