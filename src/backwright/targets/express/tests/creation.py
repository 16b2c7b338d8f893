"""Tests of new rows: what is kept, what is refused and how that is said."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.relational.columns import json_name
from backwright.lowering.specimens.usual import unique_groups, usual_values
from backwright.lowering.specimens.values import Fresh, default, faulty
from backwright.lowering.wire.shapes import created_fields
from backwright.plan.expressions.tree import Variable, walk
from backwright.plan.model import Entity, Field, Json, Reference
from backwright.targets.express import text
from backwright.targets.express.tests.bodies import body_members, new
from backwright.targets.express.tests.code import Test, hugging, literal, shown_rows, tidy
from backwright.targets.express.tests.setting import NOWHERE, Setting
from backwright.targets.express.tests.titles import a, words

__all__ = ["creation_tests", "expected", "tells_time"]


def creation_tests(at: Setting) -> Iterator[Test]:
    """All that apply."""
    thing = words(at.entity.name)
    secret = [json_name(field) for field in created_fields(at.plan, at.entity) if field.secret]
    lines = [*at.arrange(without_row=True), *new(at)]
    lines += [
        f"  const answer = await send('POST', '{at.base}', {at.with_body('body')});",
        "  assert.equal(answer.status, 201);",
    ]
    if at.case.world.visible(at.case.this):
        sent = "body"
        if secret:
            lines.append(f"  const {{ {', '.join(f'{name}: _{name}' for name in secret)}, ...shown }} = body;")
            sent = "shown"
        lines += [
            f"  assert.deepEqual(like(answer.body, {sent}), {sent});",
            f"  assert.equal(answer.headers.get('location'), `{at.base}/${{answer.body.id}}`);",
        ]
        if at.entity.rule("read") and not tells_time(at.entity):
            lines += [
                f"  const again = await send('GET', `{at.base}/${{answer.body.id}}`{at.call});",
                "  assert.deepEqual(again.body, answer.body);",
            ]
    yield Test(f"when {at.who} creates {a(thing)}, then it is there as it was given", tidy(lines))
    yield from _defaults(at)
    yield from _faults(at)
    yield from _unknown_references(at)
    yield from _conflicts(at)


def tells_time(entity: Entity) -> bool:
    """Whether a computed field may change with time alone."""
    return any(
        isinstance(node, Variable) and node.name == "now" for each in entity.computed for node in walk(each.expression)
    )


def _defaults(at: Setting) -> Iterator[Test]:
    fields = _left_out(at)
    if not fields:
        return
    thing = words(at.entity.name)
    lines = [*at.arrange(without_row=True)]
    members = body_members(at.case.world, at.case.this)
    given = f"{{ {', '.join(members)} }}" if members else ""
    taken = [*(f"{json_name(field)}: _{json_name(field)}" for field in fields), "...body"]
    lines.append(f"  const {{ {', '.join(taken)} }} = await new{at.entity.name}({given});")
    lines.append(f"  const answer = await send('POST', '{at.base}', {at.with_body('body')});")
    lines += [f"  assert.equal(answer.body.{json_name(field)}, {literal(field, default(field))});" for field in fields]
    yield Test(f"when {a(thing)} leaves out what has a default, then the default stands", tidy(lines))


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
        lines = at.caller()
        lines.append(f"  const answer = await send('POST', '{at.base}', {at.with_body('{}')});")
        lines.append("  assert.equal(answer.status, 422);")
        lines += expected("faultsOf(answer)", required)
        yield Test(f"when {a(thing)} lacks what it must have, then every missing member is named", tidy(lines))
    bad = [(json_name(field), faulty(field.type)) for field in fields if not isinstance(field.type, Json)]
    members = [f"{name}: {_json(value)}" for name, value in bad] + [f"{part.name}: 1" for part in at.entity.parts]
    lines = [*at.caller(), *hugging("const body = ", [*members, "surplus: true"], ";")]
    lines.append(f"  const answer = await send('POST', '{at.base}', {at.with_body('body')});")
    lines.append("  assert.equal(answer.status, 422);")
    names = [name for name, _ in bad] + [part.name for part in at.entity.parts] + ["surplus"]
    missing = [name for name in required if name not in names]
    lines += expected("faultsOf(answer)", [*names, *missing])
    yield Test(f"when nothing about {a(thing)} is right, then every fault is named at once", tidy(lines))


def expected(actual: str, names: list[str]) -> list[str]:
    """The assertion that these members are named."""
    items = [text.string(f"/{name}") for name in sorted(names)]
    line = f"  assert.deepEqual({actual}, [{', '.join(items)}]);"
    if len(line) <= text.LINE:
        return [line]
    return [f"  assert.deepEqual({actual}, [", *(f"    {item}," for item in items), "  ]);"]


def _json(value: object) -> str:
    match value:
        case str():
            return text.string(value)
        case bool():
            return "true" if value else "false"
        case dict():
            return "{}"
        case _:
            return str(value)


def _unknown_references(at: Setting) -> Iterator[Test]:
    for field in created_fields(at.plan, at.entity):
        if not isinstance(field.type, Reference):
            continue
        name = json_name(field)
        lines = [*at.arrange(without_row=True)]
        members = [m for m in body_members(at.case.world, at.case.this) if not m.startswith(f"{name}:")]
        lines += hugging(f"const body = await new{at.entity.name}(", [*members, f"{name}: '{NOWHERE}'"], ");")
        lines += [
            f"  const answer = await send('POST', '{at.base}', {at.with_body('body')});",
            "  assert.equal(answer.status, 422);",
            f"  assert.deepEqual(faultsOf(answer), ['/{name}']);",
        ]
        title = f"when the {words(field.name)} of {a(words(at.entity.name))} does not exist, then that is named"
        yield Test(title, tidy(lines))


def _conflicts(at: Setting) -> Iterator[Test]:
    open_fields = {field.name: field for field in created_fields(at.plan, at.entity)}
    for names in unique_groups(at.entity):
        if not all(name in open_fields for name in names) or any(open_fields[name].secret for name in names):
            continue
        fields = [open_fields[name] for name in names]
        if not _clashes_alone(at, names):
            continue
        lines = [*at.arrange(without_row=True), *new(at, "one")]
        members = [f"{json_name(field)}: one.{json_name(field)}" for field in fields]
        usual = [m for m in body_members(at.case.world, at.case.this) if m.split(":")[0] not in map(json_name, fields)]
        lines += hugging(f"const other = await new{at.entity.name}(", [*usual, *members], ");")
        lines += [
            f"  assert.equal((await send('POST', '{at.base}', {at.with_body('one')})).status, 201);",
            f"  const answer = await send('POST', '{at.base}', {at.with_body('other')});",
            "  assert.deepEqual([answer.status, answer.body.code], [409, 'already_exists']);",
        ]
        lines += expected("faultsOf(answer)", [json_name(field) for field in fields])
        what = " and ".join(words(name) for name in names)
        yield Test(
            f"when a second {words(at.entity.name)} has the {what} of the first, then it is refused", tidy(lines)
        )


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
