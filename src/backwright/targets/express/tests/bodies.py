"""Bodies of requests: the usual one, and what a test says apart from it."""

from __future__ import annotations

from backwright.lowering.relational.columns import json_name
from backwright.lowering.specimens.world import World
from backwright.lowering.wire.shapes import created_fields, managed_fields
from backwright.plan.model import Entity, Field, Part, Plan, Reference
from backwright.targets.express.tests.code import hugging, inserted, literal
from backwright.targets.express.tests.rows import value_of
from backwright.targets.express.tests.setting import Setting

__all__ = ["body_members", "new", "new_body"]


def new_body(plan: Plan, entity: Entity) -> list[str]:
    """A function that makes a valid body."""
    members = [f"{json_name(field)}: {_body_value(plan, entity, field)}," for field in _sent(plan, entity)]
    members += [f"{part.name}: [{_part_body(plan, part)}]," for part in entity.parts]
    lines = [f"  {member}" for member in members]
    return [f"const new{entity.name} = async (given: Row = {{}}): Promise<Row> => ({{", *lines, "  ...given,", "});"]


def _sent(plan: Plan, entity: Entity) -> list[Field]:
    fields = created_fields(plan, entity)
    return [field for field in fields if not (isinstance(field.type, Reference) and field.optional)]


def _body_value(plan: Plan, entity: Entity, field: Field) -> str:
    if isinstance(field.type, Reference):
        return f"given.{json_name(field)} ?? (await insert{field.type.entity}())"
    return value_of(plan, entity, field)


def _part_body(plan: Plan, part: Part) -> str:
    entity = plan.entity(part.entity)
    closed = managed_fields(plan, entity)
    members = []
    for field in entity.fields:
        if field.name in closed or (isinstance(field.type, Reference) and field.optional):
            continue
        value = f"await insert{field.type.entity}()" if isinstance(field.type, Reference) else None
        members.append(f"{json_name(field)}: {value or value_of(plan, entity, field)}")
    return f"{{ {', '.join(members)} }}" if members else "{}"


def body_members(world: World, name: str) -> list[str]:
    """What a body says apart from the usual."""
    row = world.rows[name]
    managed = managed_fields(world.plan, row.entity)
    members = []
    for field in row.entity.fields:
        value = row.values.get(field.name)
        if field.name in managed or field.name not in row.changed:
            target = world.rows.get(value) if isinstance(field.type, Reference) and isinstance(value, str) else None
            if field.name in managed or not target or not (target.changed or target.role is not None):
                continue
        if isinstance(field.type, Reference) and isinstance(value, str):
            members.append(f"{json_name(field)}: {inserted(world, value)}")
        else:
            members.append(f"{json_name(field)}: {literal(field, value)}")
    return members


def new(at: Setting, name: str = "body") -> list[str]:
    """The line that makes a body."""
    members = body_members(at.case.world, at.case.this)
    start = f"const {name} = await new{at.entity.name}("
    return hugging(start, members, ");") if members else [f"  {start});"]
