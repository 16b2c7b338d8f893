"""Bodies of requests: the usual one, and what a test says apart from it."""

from __future__ import annotations

from backwright.lowering.relational.columns import json_name
from backwright.lowering.specimens.world import World
from backwright.lowering.wire.shapes import created_fields, managed_fields
from backwright.plan.model import Entity, Field, Part, Plan, Reference
from backwright.targets.express.tests.code import hugging, inserted, literal, shown_rows
from backwright.targets.express.tests.drawn import value_of
from backwright.targets.express.tests.setting import Setting

__all__ = ["body_members", "new", "new_body"]


def new_body(plan: Plan, entity: Entity) -> list[str]:
    """A function that makes a valid body."""
    members = [f"{json_name(field)}: {_body_value(plan, entity, field)}," for field in _sent(plan, entity)]
    members += [f"{part.name}: {_usual_parts(plan, entity, part)}," for part in entity.parts]
    lines = [f"  {member}" for member in members]
    return [f"const new{entity.name} = async (given: Row = {{}}): Promise<Row> => ({{", *lines, "  ...given,", "});"]


def _sent(plan: Plan, entity: Entity) -> list[Field]:
    fields = created_fields(plan, entity)
    return [field for field in fields if not (isinstance(field.type, Reference) and field.optional)]


def _body_value(plan: Plan, entity: Entity, field: Field) -> str:
    if isinstance(field.type, Reference):
        return f"given.{json_name(field)} ?? (await insert{field.type.entity}())"
    return value_of(plan, entity, field)


def _usual_parts(plan: Plan, entity: Entity, part: Part) -> str:
    world = World(plan)
    return _parts(world, world.add(entity, entity.name, parts=True).name, part, set())


def _parts(world: World, whole: str, part: Part, shown: set[str]) -> str:
    """The parts as a list; what they refer to is new unless it is shown."""
    closed = managed_fields(world.plan, world.plan.entity(part.entity))
    bodies = []
    for row in (world.rows[name] for name in world.parts(whole, part)):
        members = []
        for field in row.entity.fields:
            value = row.values[field.name]
            if field.name in closed or (isinstance(field.type, Reference) and value is None):
                continue
            if isinstance(field.type, Reference):
                known = isinstance(value, str) and value in shown
                text = inserted(world, str(value)) if known else f"await insert{field.type.entity}()"
            elif field.name in row.changed:
                text = literal(field, value)
            else:
                text = value_of(world.plan, row.entity, field)
            members.append(f"{json_name(field)}: {text}")
        bodies.append(f"{{ {', '.join(members)} }}" if members else "{}")
    return f"[{', '.join(bodies)}]"


def body_members(world: World, name: str) -> list[str]:
    """What a body says apart from the usual."""
    row = world.rows[name]
    managed = managed_fields(world.plan, row.entity)
    members = []
    shown = shown_rows(world.without(name))
    for field in row.entity.fields:
        value = row.values.get(field.name)
        refers = isinstance(field.type, Reference) and isinstance(value, str)
        if field.name in managed or (field.name not in row.changed and not (refers and value in shown)):
            continue
        if refers and isinstance(value, str):
            members.append(f"{json_name(field)}: {inserted(world, value)}")
        else:
            members.append(f"{json_name(field)}: {literal(field, value)}")
    said = ((part, _parts(world, name, part, shown)) for part in row.entity.parts)
    return members + [
        f"{part.name}: {text}" for part, text in said if text != _usual_parts(world.plan, row.entity, part)
    ]


def new(at: Setting, name: str = "body") -> list[str]:
    """The line that makes a body."""
    members = body_members(at.case.world, at.case.this)
    start = f"const {name} = await new{at.entity.name}("
    return hugging(start, members, ");") if members else [f"  {start});"]
