"""Tests of lists: pages, filters, sorts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from backwright.lowering.relational.columns import json_name
from backwright.lowering.relational.names import column, qualified, unquoted
from backwright.lowering.specimens.usual import usual_values
from backwright.lowering.specimens.values import Fresh, alternatives
from backwright.lowering.suites.arranging import constant, inserted
from backwright.lowering.suites.expressions import Constant, Expression, Member, Members, Name, Said
from backwright.lowering.suites.setting import Setting, Siblings, setting
from backwright.lowering.suites.statements import (
    AllAre,
    FaultsAre,
    IsListed,
    ListAll,
    OnlyListed,
    PagesFollow,
    ReadStored,
    Send,
    Sorted,
    Statement,
    StatusIs,
    Test,
)
from backwright.lowering.suites.tidying import tidy
from backwright.lowering.suites.titles import words
from backwright.lowering.wire.includes import includes
from backwright.lowering.wire.lists import Filter, filters, searched_fields, sorted_fields
from backwright.plan.expressions import Value
from backwright.plan.model import Entity, Exact, Field, Integer, Plan, Reference, Text, Type

__all__ = ["list_tests"]

_WORD, _OTHER = "amber", "beryl"


def list_tests(plan: Plan, entity: Entity, base: str) -> Iterator[Test]:
    """All that apply."""
    at = setting(plan, entity, base, "read")
    if at is None or entity.whole or at.case.this == at.case.world.me:
        return
    found = [_pages(at), *(_filter(at, each) for each in filters(at.entity))]
    found += [_sort(at, field) for field in sorted_fields(at.entity)]
    yield from (test for test in found if test)
    answer = Name("answer")
    wrong: dict[str, str | int] = {"surplus": 1, "limit": 0}
    for first in includes(plan, entity)[:1]:
        wrong |= {"include": f"{first.name},{first.name}"}
    statements = [
        *at.caller(),
        Send(answer, at.request("GET", query=tuple((name, Constant(value)) for name, value in wrong.items()))),
        StatusIs(answer, 422),
        FaultsAre(answer, tuple(sorted(wrong))),
    ]
    yield Test("when the list is asked for something it does not know, then that is named", tidy(statements))


def _pages(at: Setting) -> Test | None:
    rows = at.siblings(("earliest", {}), ("middle", {}), ("latest", {}))
    if rows is None:
        return None
    one, two, limit = Name("one"), Name("two"), ("limit", Constant(2))
    statements = [
        *rows.statements,
        Send(one, at.request("GET", query=(limit,))),
        Send(two, at.request("GET", query=(limit, ("cursor", Said(one, "nextCursor"))))),
        PagesFollow((one, two), rows.ids),
    ]
    things = words(at.entity.plural)
    title = f"when {things} are listed page by page, then the newest come first and none comes twice"
    return Test(title, tidy(statements))


def _filter(at: Setting, filter: Filter) -> Test | None:
    field = filter.field
    if filter.comparison == "@@":
        return _searched(at, filter)
    if filter.comparison != "=":
        return _range(at, filter) if filter.comparison == ">=" else None
    if isinstance(field.type, Reference):
        return _of_row(at, filter)
    if isinstance(field.type, Text):
        return _of_text(at, filter)
    return _of_value(at, filter)


def _searched(at: Setting, filter: Filter) -> Test | None:
    fields = (each for each in searched_fields(at.entity) if not each.unique and _holds_words(each.type))
    field = next(fields, None)
    if field is None:
        return None
    rows = at.siblings(("wanted", {field.name: f"{_WORD} {_OTHER}"}), ("unwanted", {field.name: _OTHER}))
    if rows is None:
        return None
    statements = [
        *rows.statements,
        ListAll(at.request("GET", query=((filter.parameter, Constant(_WORD.upper())),))),
        IsListed(rows.ids[0], True),
        IsListed(rows.ids[1], False),
    ]
    title = f"when {words(at.entity.plural)} are searched for a word, then those with it are listed"
    return Test(title, tidy(statements))


def _holds_words(kind: Type) -> bool:
    lengths = (len(_OTHER), len(_WORD) + len(_OTHER) + 1)
    return (
        isinstance(kind, Text)
        and kind.format == "plain"
        and kind.pattern is None
        and all(kind.min_length <= length <= kind.max_length for length in lengths)
    )


def _of_value(at: Setting, filter: Filter) -> Test | None:
    field = filter.field
    found = _apart(at, field, [value for value in alternatives(field.type) if _shown(at, field, value)])
    if found is None:
        return None
    rows, value = found
    statements = _narrowed(at, field, rows, value, (filter.parameter,))
    title = f"when {words(at.entity.plural)} are narrowed by {words(field.name)}, then no others are listed"
    return Test(title, tidy(statements))


def _apart(at: Setting, field: Field, values: list[Value]) -> tuple[Siblings, Value] | None:
    """A row with the first value, and one with another where that can be."""
    for chosen in ([*values[:1], other] for other in values[1:]):
        rows = at.siblings(*zip(("wanted", "unwanted"), ({field.name: value} for value in chosen), strict=True))
        if rows:
            return rows, chosen[0]
    rows = at.siblings(("wanted", {field.name: values[0]})) if values else None
    return (rows, values[0]) if rows else None


def _narrowed(at: Setting, field: Field, rows: Siblings, value: Value, parameters: tuple[str, ...]) -> list[Statement]:
    wanted = constant(field, value)
    query = tuple((parameter, wanted) for parameter in parameters)
    return [
        *rows.statements,
        ListAll(at.request("GET", query=query)),
        AllAre(json_name(field), wanted),
        IsListed(rows.ids[0], True),
        *(IsListed(other, False) for other in rows.ids[1:]),
    ]


def _shown(at: Setting, field: Field, value: Value) -> bool:
    world = at.case.world.copy()
    world.set(at.case.this, field.name, value)
    return world.sound() and world.visible(at.case.this)


def _of_row(at: Setting, filter: Filter) -> Test | None:
    field = filter.field
    assert isinstance(field.type, Reference)
    if field.name in at.case.world.rows[at.case.this].changed or _leads(at, field):
        return None
    world = at.case.world.copy()
    target = world.add(at.plan.entity(field.type.entity), "target").name
    around = replace(at, case=replace(at.case, world=world))
    rows = around.siblings(("wanted", {field.name: target}), ("unwanted", {}))
    if rows is None:
        return None
    statements = [*rows.statements, *_found(at, rows, ((filter.parameter, inserted(world, target)),))]
    title = f"when {words(at.entity.plural)} are narrowed to one {words(field.name)}, then no others are listed"
    return Test(title, tidy(statements))


def _found(at: Setting, rows: Siblings, query: Members) -> list[Statement]:
    return [ListAll(at.request("GET", query=query)), OnlyListed(rows.ids[0])]


def _leads(at: Setting, field: Field) -> bool:
    """Whether the caller sees the row only because of what it refers to."""
    target = at.case.world.rows[at.case.this].values[field.name]
    row = at.case.world.rows.get(target) if isinstance(target, str) else None
    return row is not None and bool(row.changed)


def _of_text(at: Setting, filter: Filter) -> Test | None:
    field, row = filter.field, Name("row")
    rows = at.siblings(("wanted", {}), ("unwanted", {}))
    if rows is None or usual_values(at.plan, at.entity)[field.name] is None:
        return None
    wanted: Expression = Member(row, unquoted(column(field)))
    statements = [
        *rows.statements,
        ReadStored(row, qualified(at.entity), rows.ids[0]),
        *_found(at, rows, ((filter.parameter, wanted),)),
    ]
    title = f"when {words(at.entity.plural)} are looked up by {words(field.name)}, then one is found"
    return Test(title, tidy(statements))


def _range(at: Setting, filter: Filter) -> Test | None:
    field = filter.field
    usual = usual_values(at.plan, at.entity)[field.name]
    values = [] if isinstance(usual, Fresh) else [usual]
    values += [each for each in alternatives(field.type) if each not in values]
    found = _apart(at, field, [value for value in values if _shown(at, field, value)])
    if found is None:
        return None
    rows, value = found
    statements = _narrowed(at, field, rows, value, (f"{field.name}.min", f"{field.name}.max"))
    things = words(at.entity.plural)
    title = f"when {things} are narrowed to a range of {words(field.name)}, then no others are listed"
    return Test(title, tidy(statements))


def _sort(at: Setting, field: Field) -> Test | None:
    rows = at.siblings(("one", {}), ("other", {})) or at.siblings(("one", {}))
    if rows is None:
        return None
    order = Sorted(at.request("GET"), field.name, json_name(field), _kind(field))
    title = f"when {words(at.entity.plural)} are sorted by {words(field.name)}, then they come in that order"
    return Test(title, tidy([*rows.statements, order]))


def _kind(field: Field) -> Literal["text", "number", "exact"]:
    match field.type:
        case Integer(wide=False):
            return "number"
        case Integer() | Exact():
            return "exact"
        case _:
            return "text"
