"""Facts that follow from a plan: asked for here, kept nowhere."""

from __future__ import annotations

from typing import Literal

from backwright.plan.model import (
    CreateStep,
    DeleteStep,
    EachStep,
    Entity,
    Enumeration,
    ErrorCase,
    Field,
    Part,
    Plan,
    Reference,
    RequireStep,
    Step,
    UpdateStep,
)

__all__ = [
    "all_steps",
    "creation_order",
    "error_cases",
    "has_default",
    "parts_of",
    "readable_fields",
    "references_to",
    "required_fields",
    "root_of",
    "state_field",
    "whole_of",
    "writable_fields",
    "writes_of",
]


def creation_order(plan: Plan) -> tuple[Entity, ...]:
    """Entities so that every required reference points backwards; apart from that, the author's order."""
    placed: list[Entity] = []
    names: set[str] = set()
    waiting = list(plan.entities)
    while waiting:
        ready = next((entity for entity in waiting if _needs(entity) <= names), waiting[0])
        waiting.remove(ready)
        placed.append(ready)
        names.add(ready.name)
    return tuple(placed)


def _needs(entity: Entity) -> set[str]:
    return {field.type.entity for field in entity.fields if isinstance(field.type, Reference) and not field.optional}


def parts_of(plan: Plan, entity: Entity) -> tuple[tuple[Part, Entity], ...]:
    """The parts of a whole, each with its entity."""
    return tuple((part, plan.entity(part.entity)) for part in entity.parts)


def whole_of(plan: Plan, entity: Entity) -> tuple[Entity, Part] | None:
    """The whole that an entity is a part of, and as which part."""
    if entity.whole is None:
        return None
    whole = plan.entity(entity.whole)
    return whole, next(part for part in whole.parts if part.entity == entity.name)


def root_of(plan: Plan, entity: Entity) -> Entity:
    """The outermost whole; the entity itself where it is no part."""
    while entity.whole is not None:
        entity = plan.entity(entity.whole)
    return entity


def references_to(plan: Plan, entity: str) -> tuple[tuple[Entity, Field], ...]:
    """Every stored reference to an entity, with the entity that holds it."""
    return tuple(
        (holder, field)
        for holder in plan.entities
        for field in holder.fields
        if isinstance(field.type, Reference) and field.type.entity == entity
    )


def state_field(entity: Entity) -> Field | None:
    """The field that holds the state of the lifecycle."""
    return entity.field(entity.lifecycle.field) if entity.lifecycle else None


def writable_fields(plan: Plan, entity: Entity, action: Literal["create", "update"]) -> tuple[Field, ...]:
    """What a caller may send: never the state, the reference to the whole, or the role of an account."""
    back = whole_of(plan, entity)
    closed = {entity.lifecycle.field} if entity.lifecycle else set()
    if back is not None:
        closed.add(back[1].back)
    if plan.identity is not None and plan.identity.entity == entity.name:
        closed |= {field.name for field in entity.fields if field.name == "role" and _is_role(plan, field)}
    return tuple(
        field for field in entity.fields if field.name not in closed and not (action == "update" and field.immutable)
    )


def _is_role(plan: Plan, field: Field) -> bool:
    return plan.identity is not None and field.type == Enumeration(plan.identity.roles)


def readable_fields(entity: Entity) -> tuple[Field, ...]:
    """What a reader is shown of the stored fields: everything but secrets."""
    return tuple(field for field in entity.fields if not field.secret)


def has_default(field: Field) -> bool:
    """Whether a row may be created without naming the field."""
    return field.optional or field.default is not None


def required_fields(plan: Plan, entity: Entity) -> tuple[Field, ...]:
    """What a caller must send to create a row."""
    return tuple(field for field in writable_fields(plan, entity, "create") if not has_default(field))


def all_steps(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Steps and the steps of their loops, in order."""
    found: list[Step] = []
    for step in steps:
        found.append(step)
        if isinstance(step, EachStep):
            found.extend(all_steps(step.steps))
    return tuple(found)


def error_cases(steps: tuple[Step, ...]) -> tuple[ErrorCase, ...]:
    """The named errors of steps, each once, in order."""
    found: dict[tuple[str, int], ErrorCase] = {}
    for step in all_steps(steps):
        if isinstance(step, UpdateStep | DeleteStep | RequireStep) and step.otherwise is not None:
            found.setdefault((step.otherwise.name, step.otherwise.status), step.otherwise)
    return tuple(found.values())


def writes_of(steps: tuple[Step, ...]) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """What steps write, as (`create`, `update` or `delete`, entity, fields), each once, sorted."""
    found: set[tuple[str, str, tuple[str, ...]]] = set()
    for step in all_steps(steps):
        match step:
            case CreateStep() | UpdateStep():
                action = "create" if isinstance(step, CreateStep) else "update"
                found.add((action, step.entity, tuple(sorted(item.field for item in step.assignments))))
            case DeleteStep():
                found.add(("delete", step.entity, ()))
            case _:
                continue
    return tuple(sorted(found))
