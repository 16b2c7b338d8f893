"""Tests of changed and deleted rows."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.relational.columns import json_name
from backwright.lowering.relational.names import column, qualified, unquoted
from backwright.lowering.specimens.rules import subject_name
from backwright.lowering.specimens.usual import is_changeable, usual_values
from backwright.lowering.specimens.values import ordinary
from backwright.lowering.suites.arranging import arranged, inserted
from backwright.lowering.suites.creation import pointers, tells_time
from backwright.lowering.suites.drawn import other_value, sample, value_of
from backwright.lowering.suites.expressions import Constant, Expression, Members, Name, Nowhere, Object, Said, Stored
from backwright.lowering.suites.setting import Setting
from backwright.lowering.suites.statements import (
    AsBefore,
    Bind,
    FaultsAre,
    IsMember,
    OnlyChanged,
    RefusedAs,
    Send,
    Statement,
    StatusIs,
    StoredGone,
    StoredIs,
    Test,
)
from backwright.lowering.suites.tidying import tidy
from backwright.lowering.suites.titles import a, words
from backwright.lowering.suites.versions import changed_versions, deleted_version
from backwright.lowering.wire.shapes import created_fields, patched_fields
from backwright.plan.expressions import fields_read
from backwright.plan.indexes import references_to
from backwright.plan.model import Entity, Field, Json, Reference

__all__ = ["change_tests", "deletion_tests"]

_ANSWER, _CHANGE = Name("answer"), Name("change")


def change_tests(at: Setting) -> Iterator[Test]:
    """Changes that hold, and changes that are refused."""
    rules = [rule for rule in (at.entity.rule("read"), at.entity.rule("update")) if rule]
    read = {name for rule in rules for _, name in fields_read(rule.expression)}
    read |= {name for check in at.entity.checks for _, name in fields_read(check.expression)}
    free = [field for field in patched_fields(at.plan, at.entity) if field.name not in read and not field.secret]
    free = [field for field in free if is_changeable(at.plan, at.entity, field)]
    told = {name for each in at.entity.computed for _, name in fields_read(each.expression)}
    alone = [field for field in free if field.name not in told and not isinstance(field.type, Reference | Json)]
    if alone and not tells_time(at.entity):
        yield _one_change(at, alone[0])
        change = Object(((json_name(alone[0]), other_value(at.plan, at.entity, alone[0])),))
        yield from changed_versions(at, change)
    empty = next((field for field in free if field.optional and not isinstance(field.type, Reference)), None)
    if empty:
        yield _emptied(at, empty, next((field for field in alone if field is not empty), None))
    yield _refused(at)


def _patch(at: Setting, name: Name, body: Expression) -> Send:
    return Send(name, at.request("PATCH", at.this, body=body))


def _refused(at: Setting) -> Test:
    empty, wrong = Name("empty"), Name("wrong")
    right, faults = _wrong(at)
    statements = [
        *at.arrange(),
        _patch(at, empty, Object()),
        FaultsAre(empty, ("",), 422),
        Bind(_CHANGE, Object((*right, *faults, ("surplus", Constant(1))))),
        _patch(at, wrong, _CHANGE),
        StatusIs(wrong, 422),
        FaultsAre(wrong, pointers([*(name for name, _ in faults), "surplus"])),
    ]
    thing = a(words(at.entity.name))
    return Test(
        f"when a change of {thing} is empty or touches what nobody changes, then it is refused", tidy(statements)
    )


def _wrong(at: Setting) -> tuple[Members, Members]:
    """Members that a change may have, and some that it may not."""
    fields = patched_fields(at.plan, at.entity)
    required = next((field for field in fields if not field.optional and not isinstance(field.type, Json)), None)
    fixed = next((field for field in created_fields(at.plan, at.entity) if field not in fields), None)
    wrong: list[tuple[str, Expression]] = [(json_name(required), Constant(None))] if required else []
    if fixed:
        value = Nowhere() if isinstance(fixed.type, Reference) else value_of(at.plan, at.entity, fixed)
        wrong.append((json_name(fixed), value))
    right = [] if required else [(json_name(field), Constant(None)) for field in fields if field.optional][:1]
    return tuple(right), tuple(wrong)


def _one_change(at: Setting, field: Field) -> Test:
    before = Name("before")
    statements = [
        *at.arrange(),
        Send(before, at.request("GET", at.this)),
        Bind(_CHANGE, Object(((json_name(field), other_value(at.plan, at.entity, field)),))),
        _patch(at, _ANSWER, _CHANGE),
        StatusIs(_ANSWER, 200),
        OnlyChanged(_ANSWER, before, _CHANGE),
    ]
    thing = words(at.entity.name)
    return Test(f"when {at.who} changes the {words(field.name)} of {a(thing)}, then the rest stays", tidy(statements))


def _emptied(at: Setting, field: Field, other: Field | None) -> Test:
    name = json_name(field)
    filled, left, emptied = Name("filled"), Name("left"), Name("emptied")
    usual = usual_values(at.plan, at.entity)[field.name]
    value = sample(at.entity, field, ordinary(field) if usual is None else usual)
    statements: list[Statement] = [
        *at.arrange(),
        _patch(at, filled, Object(((name, value),))),
        AsBefore(Said(filled, name), None),
    ]
    if other:
        change = Object(((json_name(other), other_value(at.plan, at.entity, other)),))
        statements += [_patch(at, left, change), AsBefore(Said(left, name), Said(filled, name))]
    statements += [
        _patch(at, emptied, Object(((name, Constant(None)),))),
        IsMember(Said(emptied, name), Constant(None)),
    ]
    title = f"when the {words(field.name)} is left out, then it stays, and when it is null, then it is empty"
    return Test(title, tidy(statements))


def deletion_tests(at: Setting) -> Iterator[Test]:
    """What is gone, and what keeps a row from going."""
    thing = words(at.entity.name)
    if at.entity.rule("read") and not at.entity.whole:
        statements = [
            *at.arrange(),
            StatusIs(at.request("DELETE", at.this), 204),
            StatusIs(at.request("GET", at.this), 404),
            StatusIs(at.request("DELETE", at.this), 404),
        ]
        yield Test(f"when {a(thing)} has been deleted, then it is not found again", tidy(statements))
        yield deleted_version(at)
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
    name = world.add(holder, subject_name(holder), {field.name: at.case.this}).name
    if not world.sound():
        return None
    row = inserted(world, name)
    thing, other = words(at.entity.name), words(holder.name)
    arranging, request = arranged(world, (at.case.this, name)), at.request("DELETE", at.this)
    if field.type.on_delete == "restrict":
        statements = [*arranging, Send(_ANSWER, request), RefusedAs(_ANSWER, 409, "in_use")]
        return Test(f"when {a(other)} still refers to {a(thing)}, then it cannot be deleted", tidy(statements))
    table = qualified(holder)
    if field.type.on_delete == "cascade":
        statements = [*arranging, StatusIs(request, 204), StoredGone(table, row)]
        return Test(f"when {a(thing)} is deleted, then its {words(holder.plural)} go with it", tidy(statements))
    emptied = StoredIs(Stored(table, row, unquoted(column(field))), Constant(None))
    title = f"when {a(thing)} is deleted, then {a(other)} no longer names it"
    return Test(title, tidy([*arranging, StatusIs(request, 204), emptied]))
