"""Bodies of requests: the usual one, and what a test says apart from it."""

from __future__ import annotations

from backwright.lowering.relational.columns import json_name
from backwright.lowering.specimens.world import World
from backwright.lowering.suites.arranging import constant, inserted, shown_rows
from backwright.lowering.suites.drawn import value_of
from backwright.lowering.suites.expressions import AlreadyGiven, Expression, Inserted, Listed, Members, Object
from backwright.lowering.suites.statements import BodyMaker
from backwright.lowering.wire.shapes import created_fields, managed_fields
from backwright.plan.model import Entity, Field, Part, Plan, Reference

__all__ = ["body_maker", "body_members"]


def body_maker(plan: Plan, entity: Entity) -> BodyMaker:
    """What makes a valid body."""
    members = [(json_name(field), _body_value(plan, entity, field)) for field in _sent(plan, entity)]
    members += [(part.name, _usual_parts(plan, entity, part)) for part in entity.parts]
    return BodyMaker(entity.name, tuple(members))


def _sent(plan: Plan, entity: Entity) -> list[Field]:
    fields = created_fields(plan, entity)
    return [field for field in fields if not (isinstance(field.type, Reference) and field.optional)]


def _body_value(plan: Plan, entity: Entity, field: Field) -> Expression:
    if isinstance(field.type, Reference):
        return AlreadyGiven(json_name(field), field.type.entity)
    return value_of(plan, entity, field)


def _usual_parts(plan: Plan, entity: Entity, part: Part) -> Expression:
    world = World(plan)
    return _parts(world, world.add(entity, entity.name, parts=True).name, part, set())


def _parts(world: World, whole: str, part: Part, shown: set[str]) -> Expression:
    """The parts as a list; what they refer to is new unless it is shown."""
    closed = managed_fields(world.plan, world.plan.entity(part.entity))
    bodies = []
    for row in (world.rows[name] for name in world.parts(whole, part)):
        members: list[tuple[str, Expression]] = []
        for field in row.entity.fields:
            value = row.values[field.name]
            said: Expression
            if field.name in closed or (isinstance(field.type, Reference) and value is None):
                continue
            if isinstance(field.type, Reference):
                known = isinstance(value, str) and value in shown
                said = inserted(world, str(value)) if known else Inserted(field.type.entity)
            elif field.name in row.changed:
                said = constant(field, value)
            else:
                said = value_of(world.plan, row.entity, field)
            members.append((json_name(field), said))
        bodies.append(Object(tuple(members)))
    return Listed(tuple(bodies))


def body_members(world: World, name: str) -> Members:
    """What a body says apart from the usual."""
    row = world.rows[name]
    managed = managed_fields(world.plan, row.entity)
    members: list[tuple[str, Expression]] = []
    shown = shown_rows(world.without(name))
    for field in row.entity.fields:
        value = row.values.get(field.name)
        refers = isinstance(field.type, Reference) and isinstance(value, str)
        if field.name in managed or (field.name not in row.changed and not (refers and value in shown)):
            continue
        if refers and isinstance(value, str):
            members.append((json_name(field), inserted(world, value)))
        else:
            members.append((json_name(field), constant(field, value)))
    said = ((part, _parts(world, name, part, shown)) for part in row.entity.parts)
    apart = [(part.name, parts) for part, parts in said if parts != _usual_parts(world.plan, row.entity, part)]
    return (*members, *apart)
