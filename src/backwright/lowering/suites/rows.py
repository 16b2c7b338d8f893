"""What every test may begin with: one usual row per entity, and somebody who registers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backwright.lowering.relational.columns import json_name
from backwright.lowering.relational.names import column, qualified, unquoted
from backwright.lowering.specimens.usual import is_scarce, usual_values
from backwright.lowering.suites.drawn import value_of
from backwright.lowering.suites.expressions import AlreadyGiven, Expression, Inserted, Members
from backwright.lowering.wire.shapes import registration_fields
from backwright.plan.model import Entity, Field, Plan, Reference

__all__ = ["Accounts", "Factory", "accounts", "factories", "scarce_tables"]


@dataclass(frozen=True, slots=True)
class Factory:
    """What inserts a usual row."""

    entity: str
    table: str
    members: Members


@dataclass(frozen=True, slots=True)
class Accounts:
    """Who has accounts, and the profile with which somebody registers."""

    entity: str
    login: str
    login_value: Expression
    profile: Members


def factories(plan: Plan) -> tuple[Factory, ...]:
    """All, in the author's order."""
    return tuple(Factory(each.name, qualified(each), tuple(_members(plan, each))) for each in plan.entities)


def _members(plan: Plan, entity: Entity) -> Iterator[tuple[str, Expression]]:
    for field in entity.fields:
        name = unquoted(column(field))
        if not isinstance(field.type, Reference):
            yield name, value_of(plan, entity, field)
        elif not field.optional:
            yield name, AlreadyGiven(name, field.type.entity)


def accounts(plan: Plan) -> Accounts | None:
    """None where nobody has an account."""
    if plan.identity is None:
        return None
    users = plan.entity(plan.identity.entity)
    login = users.field(plan.identity.login)
    profile = tuple(
        (json_name(field), _registered(plan, users, field))
        for field in registration_fields(plan, users)
        if field.name != login.name and not field.optional
    )
    return Accounts(users.name, json_name(login), value_of(plan, users, login), profile)


def _registered(plan: Plan, users: Entity, field: Field) -> Expression:
    if isinstance(field.type, Reference):
        return Inserted(field.type.entity)
    return value_of(plan, users, field)


def scarce_tables(plan: Plan) -> tuple[str, ...]:
    """Tables that hold few different rows, so that every test begins without any."""
    return tuple(
        qualified(entity) for entity in plan.entities if any(map(is_scarce, usual_values(plan, entity).values()))
    )
