"""Tests of new rows: what is kept, what is refused and how that is said."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.relational.columns import json_name
from backwright.lowering.specimens.usual import unique_groups, usual_values
from backwright.lowering.specimens.values import Fresh, default, faulty
from backwright.lowering.suites.arranging import constant, shown_rows
from backwright.lowering.suites.bodies import body_members
from backwright.lowering.suites.expressions import BODY, Constant, Expression, Member, Name, Nowhere, Object, Said
from backwright.lowering.suites.setting import Setting
from backwright.lowering.suites.statements import (
    Bind,
    BodiesAreEqual,
    FaultsAre,
    IsMember,
    LocationIs,
    NewBody,
    Omit,
    RefusedAs,
    Send,
    Shows,
    Statement,
    StatusIs,
    Test,
)
from backwright.lowering.suites.tidying import tidy
from backwright.lowering.suites.titles import a, words
from backwright.lowering.wire.shapes import created_fields
from backwright.plan.expressions.tree import Variable, walk
from backwright.plan.model import Entity, Field, Json, Reference

__all__ = ["creation_tests", "pointers", "tells_time"]

_ANSWER = Name("answer")


def creation_tests(at: Setting) -> Iterator[Test]:
    """All that apply."""
    thing = words(at.entity.name)
    statements = [*at.arrange(without_row=True), _new(at), _post(at, BODY), StatusIs(_ANSWER, 201)]
    if at.case.world.visible(at.case.this):
        statements += _shown(at)
        if at.entity.rule("read") and not tells_time(at.entity):
            again = Name("again")
            statements.append(Send(again, at.request("GET", Said(_ANSWER, "id"))))
            statements.append(BodiesAreEqual(again, _ANSWER))
    yield Test(f"when {at.who} creates {a(thing)}, then it is there as it was given", tidy(statements))
    yield from _defaults(at)
    yield from _faults(at)
    yield from _unknown_references(at)
    yield from _conflicts(at)


def _new(at: Setting) -> NewBody:
    return NewBody(at.entity.name, body_members(at.case.world, at.case.this))


def _post(at: Setting, body: Expression) -> Send:
    return Send(_ANSWER, at.request("POST", body=body))


def _shown(at: Setting) -> list[Statement]:
    secret = tuple(json_name(field) for field in created_fields(at.plan, at.entity) if field.secret)
    sent = Name("shown") if secret else BODY
    omitted: list[Statement] = [Omit(sent, BODY, secret)] if secret else []
    return [*omitted, Shows(_ANSWER, sent), LocationIs(_ANSWER, at.base)]


def tells_time(entity: Entity) -> bool:
    """Whether a computed field may change with time alone."""
    return any(
        isinstance(node, Variable) and node.name == "now" for each in entity.computed for node in walk(each.expression)
    )


def _defaults(at: Setting) -> Iterator[Test]:
    fields = _left_out(at)
    if not fields:
        return
    members = body_members(at.case.world, at.case.this)
    statements = [
        *at.arrange(without_row=True),
        NewBody(at.entity.name, members, without=tuple(json_name(field) for field in fields)),
        _post(at, BODY),
        *(IsMember(Said(_ANSWER, json_name(field)), constant(field, default(field))) for field in fields),
    ]
    title = f"when {a(words(at.entity.name))} leaves out what has a default, then the default stands"
    yield Test(title, tidy(statements))


def _left_out(at: Setting) -> list[Field]:
    """Fields whose defaults, all together, make a row that may be there more than once."""
    row = at.case.world.rows[at.case.this]
    fields = [field for field in created_fields(at.plan, at.entity) if field.default is not None and not field.secret]
    names = {field.name for field in fields}
    alone = {name for group in unique_groups(at.entity) if names.issuperset(group) for name in group}
    fields = [field for field in fields if field.name not in alone]
    world = at.case.world.copy()
    for field in fields:
        world.set(at.case.this, field.name, default(field))
    rule = at.entity.rule("create")
    may = rule is not None and world.holds(rule.expression, at.case.this) and world.visible(at.case.this)
    return fields if may and world.sound() and not row.changed & {field.name for field in fields} else []


def _faults(at: Setting) -> Iterator[Test]:
    fields = created_fields(at.plan, at.entity)
    thing = words(at.entity.name)
    required = [json_name(field) for field in fields if not field.optional and field.default is None]
    required += [part.name for part in at.entity.parts if part.min_size > 0]
    if required:
        statements = [*at.caller(), _post(at, Object()), StatusIs(_ANSWER, 422)]
        statements.append(FaultsAre(_ANSWER, pointers(required)))
        yield Test(f"when {a(thing)} lacks what it must have, then every missing member is named", tidy(statements))
    bad = [(json_name(field), _spoilt(field)) for field in fields if not isinstance(field.type, Json)]
    bad += [(part.name, Constant(1)) for part in at.entity.parts]
    bad.append(("surplus", Constant(True)))
    names = [name for name, _ in bad]
    statements = [*at.caller(), Bind(BODY, Object(tuple(bad))), _post(at, BODY), StatusIs(_ANSWER, 422)]
    missing = [name for name in required if name not in names]
    statements.append(FaultsAre(_ANSWER, pointers([*names, *missing])))
    yield Test(f"when nothing about {a(thing)} is right, then every fault is named at once", tidy(statements))


def _spoilt(field: Field) -> Expression:
    value = faulty(field.type)
    return Constant(value) if isinstance(value, str | int) else Object()


def pointers(names: list[str]) -> tuple[str, ...]:
    """How a refusal names these members."""
    return tuple(f"/{name}" for name in sorted(names))


def _unknown_references(at: Setting) -> Iterator[Test]:
    for field in created_fields(at.plan, at.entity):
        if not isinstance(field.type, Reference):
            continue
        name = json_name(field)
        members = [member for member in body_members(at.case.world, at.case.this) if member[0] != name]
        statements = [
            *at.arrange(without_row=True),
            NewBody(at.entity.name, (*members, (name, Nowhere()))),
            _post(at, BODY),
            StatusIs(_ANSWER, 422),
            FaultsAre(_ANSWER, pointers([name])),
        ]
        title = f"when the {words(field.name)} of {a(words(at.entity.name))} does not exist, then that is named"
        yield Test(title, tidy(statements))


def _conflicts(at: Setting) -> Iterator[Test]:
    open_fields = {field.name: field for field in created_fields(at.plan, at.entity)}
    for group in unique_groups(at.entity):
        if not all(name in open_fields for name in group) or any(open_fields[name].secret for name in group):
            continue
        if not _clashes_alone(at, group):
            continue
        names = [json_name(open_fields[name]) for name in group]
        what = " and ".join(words(name) for name in group)
        title = f"when a second {words(at.entity.name)} has the {what} of the first, then it is refused"
        yield Test(title, tidy(_conflict(at, names)))


def _conflict(at: Setting, names: list[str]) -> list[Statement]:
    one, other = Name("one"), Name("other")
    members = body_members(at.case.world, at.case.this)
    alike = [(name, Member(one, name)) for name in names]
    return [
        *at.arrange(without_row=True),
        NewBody(at.entity.name, members, one),
        NewBody(at.entity.name, (*(each for each in members if each[0] not in names), *alike), other),
        StatusIs(at.request("POST", body=one), 201),
        _post(at, other),
        RefusedAs(_ANSWER, 409, "already_exists"),
        FaultsAre(_ANSWER, pointers(names)),
    ]


def _clashes_alone(at: Setting, names: tuple[str, ...]) -> bool:
    """Whether a second row with these values of the first shares no other combination with it, and this one surely."""
    usual = usual_values(at.plan, at.entity)
    row = at.case.world.rows[at.case.this]
    alike = {*names, *([at.entity.owner] if at.entity.owner else []), *row.changed}
    alike |= {name for name, value in usual.items() if not isinstance(value, Fresh)}
    alike |= {name for name, value in row.values.items() if name != "id" and value in shown_rows(at.case.world)}
    none = {name for name, value in usual.items() if value is None and name not in row.changed}
    none |= {name for name, value in row.values.items() if value is None and name not in usual}
    others = [set(group) for group in unique_groups(at.entity) if group != names]
    return not none & set(names) and not any(group <= alike - none for group in others)
