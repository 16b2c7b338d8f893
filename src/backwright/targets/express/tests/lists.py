"""Tests of lists: pages, filters, sorts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backwright.lowering.relational.columns import json_name
from backwright.lowering.relational.names import column, qualified, unquoted
from backwright.lowering.specimens.usual import usual_values
from backwright.lowering.specimens.values import Fresh, alternatives
from backwright.lowering.wire.lists import Filter, filters, sorted_fields
from backwright.plan.expressions import Value
from backwright.plan.model import Exact, Field, Integer, Reference, Text
from backwright.targets.express.tests.code import Test, inserted, literal, tidy
from backwright.targets.express.tests.setting import Setting, Siblings
from backwright.targets.express.tests.titles import words

__all__ = ["list_tests"]


def list_tests(at: Setting) -> Iterator[Test]:
    """All that apply."""
    found = [_pages(at), *(_filter(at, each) for each in filters(at.entity))]
    found += [_sort(at, field) for field in sorted_fields(at.entity)]
    yield from (test for test in found if test)
    lines = [
        *at.caller(),
        f"  const answer = await send('GET', '{at.base}?surplus=1&limit=0'{at.call});",
        "  assert.equal(answer.status, 422);",
        "  assert.deepEqual(faultsOf(answer), ['limit', 'surplus']);",
    ]
    yield Test("when the list is asked for something it does not know, then that is named", tidy(lines))


def _pages(at: Setting) -> Test | None:
    things = words(at.entity.plural)
    rows = at.siblings(("earliest", {}), ("middle", {}), ("latest", {}))
    if rows is None:
        return None
    lines = [
        *rows.lines,
        f"  const one = await send('GET', '{at.base}?limit=2'{at.call});",
        f"  const two = await send('GET', `{at.base}?limit=2&cursor=${{one.body.nextCursor}}`{at.call});",
        "  const ids = idsOf([...itemsOf(one), ...itemsOf(two)]);",
        "  assert.equal(new Set(ids).size, ids.length);",
        f"  assert.deepEqual(new Set(ids.slice(0, 3)), new Set([{', '.join(rows.ids)}]));",
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
    found = _apart(at, field, [value for value in alternatives(field.type) if _shown(at, field, value)])
    if found is None:
        return None
    rows, value = found
    wanted = literal(field, value)
    things = words(at.entity.plural)
    lines = _narrowed(at, field, rows, wanted, f"{filter.parameter}={wanted.strip(chr(39))}")
    return Test(f"when {things} are narrowed by {words(field.name)}, then no others are listed", tidy(lines))


def _apart(at: Setting, field: Field, values: list[Value]) -> tuple[Siblings, Value] | None:
    """A row with the first value, and one with another where that can be."""
    for chosen in ([*values[:1], other] for other in values[1:]):
        rows = at.siblings(*zip(("wanted", "unwanted"), ({field.name: value} for value in chosen), strict=True))
        if rows:
            return rows, chosen[0]
    rows = at.siblings(("wanted", {field.name: values[0]})) if values else None
    return (rows, values[0]) if rows else None


def _narrowed(at: Setting, field: Field, rows: Siblings, wanted: str, query: str) -> list[str]:
    lines = [
        *rows.lines,
        f"  const rows = await all('{at.base}?{query}'{at.call});",
        f"  assert.deepEqual(new Set(rows.map((row) => row.{json_name(field)})), new Set([{wanted}]));",
        f"  assert.ok(idsOf(rows).includes({rows.ids[0]}));",
    ]
    return lines + [f"  assert.ok(!idsOf(rows).includes({other}));" for other in rows.ids[1:]]


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
    lines = [
        *rows.lines,
        f"  const rows = await all(`{at.base}?{filter.parameter}=${{{inserted(world, target)}}}`{at.call});",
        f"  assert.deepEqual(idsOf(rows), [{rows.ids[0]}]);",
    ]
    things = words(at.entity.plural)
    return Test(f"when {things} are narrowed to one {words(field.name)}, then no others are listed", tidy(lines))


def _leads(at: Setting, field: Field) -> bool:
    """Whether the caller sees the row only because of what it refers to."""
    target = at.case.world.rows[at.case.this].values[field.name]
    row = at.case.world.rows.get(target) if isinstance(target, str) else None
    return row is not None and bool(row.changed)


def _of_text(at: Setting, filter: Filter) -> Test | None:
    field = filter.field
    rows = at.siblings(("wanted", {}), ("unwanted", {}))
    if rows is None or usual_values(at.plan, at.entity)[field.name] is None:
        return None
    table, key = qualified(at.entity), unquoted(column(field))
    query = f"{filter.parameter}=${{encodeURIComponent(String(row?.{key}))}}"
    lines = [
        *rows.lines,
        f"  const row = await stored('{table}', {rows.ids[0]});",
        f"  const rows = await all(`{at.base}?{query}`{at.call});",
        f"  assert.deepEqual(idsOf(rows), [{rows.ids[0]}]);",
    ]
    return Test(f"when {words(at.entity.plural)} are looked up by {words(field.name)}, then one is found", tidy(lines))


def _range(at: Setting, filter: Filter) -> Test | None:
    field = filter.field
    usual = usual_values(at.plan, at.entity)[field.name]
    values = [] if isinstance(usual, Fresh) else [usual]
    values += [each for each in alternatives(field.type) if each not in values]
    found = _apart(at, field, [value for value in values if _shown(at, field, value)])
    if found is None:
        return None
    rows, value = found
    wanted = literal(field, value)
    plain = wanted.strip("'")
    lines = _narrowed(at, field, rows, wanted, f"{field.name}.min={plain}&{field.name}.max={plain}")
    things = words(at.entity.plural)
    title = f"when {things} are narrowed to a range of {words(field.name)}, then no others are listed"
    return Test(title, tidy(lines))


def _sort(at: Setting, field: Field) -> Test | None:
    name = json_name(field)
    number = isinstance(field.type, Integer | Exact)
    convert, compare = ("Number", "(a, b) => a - b") if number else ("String", "")
    rows = at.siblings(("one", {}), ("other", {})) or at.siblings(("one", {}))
    if rows is None:
        return None
    lines = [
        *rows.lines,
        f"  const up = (await all('{at.base}?sort={field.name}'{at.call})).map((row) => {convert}(row.{name}));",
        f"  const sorted = up.toSorted({compare});",
        "  assert.deepEqual(up, sorted);",
        f"  const down = (await all('{at.base}?sort=-{field.name}'{at.call})).map((row) => {convert}(row.{name}));",
        "  assert.deepEqual(down, sorted.toReversed());",
    ]
    things = words(at.entity.plural)
    return Test(f"when {things} are sorted by {words(field.name)}, then they come in that order", tidy(lines))
