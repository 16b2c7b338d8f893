"""Which fields a body carries: what a caller may give when a row is created or changed."""

from __future__ import annotations

from backwright.plan.model import Entity, Field, Integer, Plan, Text

__all__ = [
    "PASSWORD",
    "created_fields",
    "default_value",
    "managed_fields",
    "patched_fields",
    "registration_fields",
    "shown_fields",
]


# A new password (NIST SP 800-63B-4, 3.1.1.2).
PASSWORD = Text(15, 128)


def default_value(field: Field) -> str | int | bool | None:
    """What stands in a body for a field that was left out, in its JSON form; None where it must be given or is null."""
    wide = isinstance(field.type, Integer) and field.type.wide
    return str(field.default) if wide and field.default is not None else field.default


def managed_fields(plan: Plan, entity: Entity) -> frozenset[str]:
    """Fields that no body writes: owner, lifecycle state, reference to the whole, role of an account."""
    names = {entity.owner, entity.lifecycle.field if entity.lifecycle else None}
    if entity.whole:
        names |= {part.back for part in plan.entity(entity.whole).parts if part.entity == entity.name}
    if plan.identity and plan.identity.entity == entity.name:
        names |= {"role"}
    return frozenset(name for name in names if name)


def created_fields(plan: Plan, entity: Entity) -> tuple[Field, ...]:
    """The fields of a new row's body."""
    return tuple(field for field in entity.fields if field.name not in managed_fields(plan, entity))


def patched_fields(plan: Plan, entity: Entity) -> tuple[Field, ...]:
    """The fields of a patch: no immutable ones, and not the login, which changes only with its own proof."""
    login = plan.identity.login if plan.identity and plan.identity.entity == entity.name else None
    return tuple(field for field in created_fields(plan, entity) if not field.immutable and field.name != login)


def registration_fields(plan: Plan, entity: Entity) -> tuple[Field, ...]:
    """The profile that a new account brings besides its password."""
    return created_fields(plan, entity)


def shown_fields(entity: Entity, hidden: str | None = None) -> tuple[Field, ...]:
    """The fields that an answer shows; `hidden` is the reference to a whole that surrounds it."""
    return tuple(field for field in entity.fields if not field.secret and field.name != hidden)
