"""Where a plan's names appear outside: tables and columns, paths, members of JSON, and values in both."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import get_args
from uuid import UUID

from backwright.plan.expressions import Value
from backwright.plan.model import (
    Action,
    Date,
    Entity,
    Exact,
    Field,
    Input,
    Integer,
    ListOf,
    Plan,
    Record,
    Reference,
    Timestamp,
    Transition,
    Type,
    Uuid,
)
from backwright.plan.naming import collection_path, snake

__all__ = [
    "CALLS",
    "JOBS",
    "OUTBOX",
    "column",
    "default_of",
    "from_json",
    "managed",
    "member",
    "move_name",
    "patched",
    "quoted",
    "sent",
    "table",
    "to_json",
    "work_name",
]


# The table of events.
OUTBOX = "internal.outbox"
# The table of calls that follow from operations.
CALLS = "internal.calls"
# The table of jobs.
JOBS = "internal.jobs"


def table(entity: Entity) -> str:
    """The qualified table."""
    return f"app.{snake(entity.plural)}"


def column(field: Field) -> str:
    """The column of a field."""
    return snake(field.name) + ("_id" if isinstance(field.type, Reference) else "")


def quoted(field: Field) -> str:
    """The column as a statement names it: any word may be a column."""
    return f'"{column(field)}"'


def member(field: Field | Input) -> str:
    """The member of JSON."""
    return f"{field.name}Id" if isinstance(field.type, Reference) else field.name


def work_name(entity: Entity, action: str) -> str:
    """What the database calls an action on an entity: `notes.update`."""
    return f"{collection_path(entity)[1:]}.{action}"


def move_name(entity: Entity, move: Transition) -> str:
    """What the database calls a transition; `-move` keeps it apart from an action of the same name."""
    taken = ("list", *get_args(Action))
    return work_name(entity, f"{move.name}-move" if move.name in taken else move.name)


def managed(plan: Plan, entity: Entity) -> frozenset[str]:
    """Fields that no body writes: the owner, the state, the reference to the whole, an account's role."""
    names = {entity.owner, entity.lifecycle.field if entity.lifecycle else None}
    if entity.whole:
        names |= {part.back for part in plan.entity(entity.whole).parts if part.entity == entity.name}
    if plan.identity and plan.identity.entity == entity.name:
        names.add("role")
    return frozenset(name for name in names if name)


def sent(plan: Plan, entity: Entity) -> tuple[Field, ...]:
    """The fields of a new row's body."""
    return tuple(field for field in entity.fields if field.name not in managed(plan, entity))


def patched(plan: Plan, entity: Entity) -> tuple[Field, ...]:
    """The fields of a patch: neither immutable ones nor the login of an account."""
    login = plan.identity.login if plan.identity and plan.identity.entity == entity.name else None
    return tuple(field for field in sent(plan, entity) if not field.immutable and field.name != login)


def from_json(kind: Type, value: object) -> Value:
    """A value of PostgreSQL's `to_jsonb`, or a canonical literal of the plan."""
    match kind:
        case _ if value is None:
            return None
        case Exact():
            return Decimal(str(value))
        case Integer():
            return int(str(value))
        case Date():
            return date.fromisoformat(str(value))
        case Timestamp():
            return instant(str(value))
        case Uuid() | Reference():
            return UUID(str(value))
        case _:
            return value if isinstance(value, str | bool | int) else repr(value)


def instant(text: str) -> datetime:
    """A time with its zone, in UTC."""
    return datetime.fromisoformat(re.sub(r"Z$", "+00:00", text)).astimezone(UTC)


def default_of(field: Field) -> Value:
    """The value of a row that does not say."""
    return from_json(field.type, field.default)


def to_json(kind: Type, value: Value) -> object:
    """A value as a body carries it."""
    match kind:
        case _ if value is None:
            return None
        case Exact(scale=scale) if isinstance(value, Decimal):
            return f"{value:.{scale}f}"
        case Integer(wide=True):
            return str(value)
        case Timestamp() if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case Date() | Uuid() | Reference():
            return str(value)
        case Record(inputs=inputs) if isinstance(value, dict):
            return {member(each): to_json(each.type, value.get(each.name)) for each in inputs if each.name in value}
        case ListOf(item=item) if isinstance(value, list):
            return [to_json(item, each) for each in value]
        case _:
            return value
