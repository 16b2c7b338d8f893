"""Tests of lists: pages, filters, sorts."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.relational.columns import json_name
from backwright.lowering.relational.names import column, qualified, unquoted
from backwright.lowering.specimens.values import Fresh, alternatives, ordinary
from backwright.lowering.wire.lists import Filter, filters, sorted_fields
from backwright.plan.expressions import Value
from backwright.plan.model import Exact, Field, Integer, Reference, Text
from backwright.targets.express.tests.code import Test, literal, tidy
from backwright.targets.express.tests.setting import Setting
from backwright.targets.express.tests.titles import words

__all__ = ["list_tests"]


def list_tests(at: Setting) -> Iterator[Test]:
    """All that apply."""
    yield _pages(at)
    for each in filters(at.entity):
        found = _filter(at, each)
        if found:
            yield found
    for field in sorted_fields(at.entity):
        yield _sort(at, field)
    lines = [
        *at.caller(),
        f"  const answer = await send('GET', '{at.base}?surplus=1&limit=0'{at.call});",
        "  assert.equal(answer.status, 422);",
        "  assert.deepEqual(faultsOf(answer), ['limit', 'surplus']);",
    ]
    yield Test("when the list is asked for something it does not know, then that is named", tidy(lines))


def _pages(at: Setting) -> Test:
    things = words(at.entity.plural)
    lines = [*at.arrange(without_row=True)]
    for name in ("first", "second", "third"):
        lines += at.insert(name)
    lines += [
        f"  const one = await send('GET', '{at.base}?limit=2'{at.call});",
        f"  const two = await send('GET', `{at.base}?limit=2&cursor=${{one.body.nextCursor}}`{at.call});",
        "  const ids = idsOf([...(one.body.items ?? []), ...(two.body.items ?? [])]);",
        "  assert.equal(new Set(ids).size, ids.length);",
        "  assert.deepEqual(new Set(ids.slice(0, 3)), new Set([first, second, third]));",
    ]
    return Test(f"when {things} are listed page by page, then the newest come first and none comes twice", tidy(lines))


def _filter(at: Setting, filter: Filter) -> Test | None:
    field = filter.field
    if filter.comparison != "=":
        return _range(at, filter) if filter.comparison == ">=" else None
    if isinstance(field.type, Reference):
        return _of_row(at, filter)
    if isinstance(field.type, Text):
        return _of_text(at, filter)
    return _of_value(at, filter)


def _of_value(at: Setting, filter: Filter) -> Test | None:
    field = filter.field
    seen = [value for value in alternatives(field.type) if _shown(at, field, value)]
    if not seen:
        return None
    name, key = json_name(field), unquoted(column(field))
    lines = [*at.arrange(without_row=True), *at.insert("one", {key: literal(field, seen[0])})]
    if len(seen) > 1:
        lines += at.insert("other", {key: literal(field, seen[1])})
    wanted = literal(field, seen[0])
    lines += [
        f"  const rows = await all('{at.base}?{filter.parameter}={wanted.strip(chr(39))}'{at.call});",
        f"  assert.ok(rows.every((row) => row.{name} === {wanted}));",
        "  assert.ok(rows.some(({ id }) => id === one));",
    ]
    lines += ["  assert.ok(!rows.some(({ id }) => id === other));"] if len(seen) > 1 else []
    things = words(at.entity.plural)
    return Test(f"when {things} are narrowed by {words(field.name)}, then no others are listed", tidy(lines))


def _shown(at: Setting, field: Field, value: Value) -> bool:
    world = at.case.world.copy()
    world.set(at.case.this, field.name, value)
    return world.sound() and world.visible(at.case.this)


def _of_row(at: Setting, filter: Filter) -> Test | None:
    field = filter.field
    assert isinstance(field.type, Reference)
    if field.name in at.case.world.rows[at.case.this].changed or _leads(at, field):
        return None
    key = unquoted(column(field))
    lines = [
        *at.arrange(without_row=True),
        f"  const target = await insert{field.type.entity}();",
        *at.insert("one", {key: "target"}),
        *at.insert("other"),
        f"  const rows = await all(`{at.base}?{filter.parameter}=${{target}}`{at.call});",
        "  assert.deepEqual(idsOf(rows), [one]);",
    ]
    things = words(at.entity.plural)
    return Test(f"when {things} are narrowed to one {words(field.name)}, then no others are listed", tidy(lines))


def _leads(at: Setting, field: Field) -> bool:
    """Whether the caller sees the row only because of what it refers to."""
    target = at.case.world.rows[at.case.this].values[field.name]
    row = at.case.world.rows.get(target) if isinstance(target, str) else None
    return row is not None and bool(row.changed)


def _of_text(at: Setting, filter: Filter) -> Test:
    field = filter.field
    table, key = qualified(at.entity), unquoted(column(field))
    query = f"{filter.parameter}=${{encodeURIComponent(String(row?.{key}))}}"
    lines = [
        *at.arrange(without_row=True),
        *at.insert("one"),
        *at.insert("other"),
        f"  const row = await stored('{table}', one);",
        f"  const rows = await all(`{at.base}?{query}`{at.call});",
        "  assert.deepEqual(idsOf(rows), [one]);",
    ]
    return Test(f"when {words(at.entity.plural)} are looked up by {words(field.name)}, then one is found", tidy(lines))


def _range(at: Setting, filter: Filter) -> Test | None:
    field = filter.field
    value = ordinary(field, fresh=False)
    if isinstance(value, Fresh) or not _shown(at, field, value):
        return None
    others = [each for each in alternatives(field.type) if each != value and _shown(at, field, each)]
    key, wanted = unquoted(column(field)), literal(field, value)
    lines = [*at.arrange(without_row=True), *at.insert("one", {key: wanted})]
    if others:
        lines += at.insert("other", {key: literal(field, others[0])})
    plain = wanted.strip("'")
    query = f"{field.name}.min={plain}&{field.name}.max={plain}"
    lines += [
        f"  const rows = await all('{at.base}?{query}'{at.call});",
        f"  assert.ok(rows.every((row) => row.{json_name(field)} === {wanted}));",
        "  assert.ok(rows.some(({ id }) => id === one));",
    ]
    lines += ["  assert.ok(!rows.some(({ id }) => id === other));"] if others else []
    things = words(at.entity.plural)
    title = f"when {things} are narrowed to a range of {words(field.name)}, then no others are listed"
    return Test(title, tidy(lines))


def _sort(at: Setting, field: Field) -> Test:
    name = json_name(field)
    number = isinstance(field.type, Integer | Exact)
    convert, compare = ("Number", "(a, b) => a - b") if number else ("String", "")
    lines = [*at.arrange(without_row=True), *at.insert("one"), *at.insert("other")]
    lines += [
        f"  const up = (await all('{at.base}?sort={field.name}'{at.call})).map((row) => {convert}(row.{name}));",
        f"  const sorted = up.toSorted({compare});",
        "  assert.deepEqual(up, sorted);",
        f"  const down = (await all('{at.base}?sort=-{field.name}'{at.call})).map((row) => {convert}(row.{name}));",
        "  assert.deepEqual(down, sorted.toReversed());",
    ]
    things = words(at.entity.plural)
    return Test(f"when {things} are sorted by {words(field.name)}, then they come in that order", tidy(lines))
