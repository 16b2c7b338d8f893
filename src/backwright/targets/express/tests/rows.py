"""`tests/support/rows.ts`: one function per entity that inserts a usual row, and signing in."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.lowering.relational.columns import json_name
from backwright.lowering.relational.names import column, qualified, unquoted
from backwright.lowering.specimens.usual import is_scarce, usual_values
from backwright.lowering.wire.shapes import registration_fields
from backwright.plan.model import Entity, Field, Plan, Reference
from backwright.targets.express import text
from backwright.targets.express.tests.code import mentions
from backwright.targets.express.tests.drawn import DRAWING, value_of

__all__ = ["RowsView", "rows_view"]


@dataclass(frozen=True, slots=True)
class FactoryView:
    """A function that inserts a row."""

    entity: str
    table: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowsView:
    """The module."""

    imports: tuple[str, ...]
    factories: tuple[FactoryView, ...]
    users: str | None
    registration: tuple[str, ...]
    login: str
    login_value: str
    scarce: str


def rows_view(plan: Plan) -> RowsView:
    """All factories, in the author's order."""
    factories = tuple(_factory(plan, entity) for entity in plan.entities)
    identity = plan.identity
    users = plan.entity(identity.entity) if identity else None
    registration = tuple(_registration(plan, users)) if users else ()
    login = users.field(identity.login) if users and identity else None
    login_value = value_of(plan, users, login) if users and login else ""
    body = "\n".join([*(line for each in factories for line in each.members), *registration, login_value])
    words = [name for name in DRAWING if mentions(body, name)]
    scarce = [qualified(entity) for entity in plan.entities if any(map(is_scarce, usual_values(plan, entity).values()))]
    imports = ["import { beforeEach } from 'node:test';"] if scarce else []
    imports += [f"import {{ insert, {'query, ' if scarce else ''}type Row }} from './database.js';"]
    imports += ["import { type Account, openSession } from './sessions.js';"] if users else []
    imports += [text.import_line(words, "./unique.js")] if words else []
    return RowsView(
        imports=tuple(imports),
        factories=factories,
        users=users.name if users else None,
        registration=registration,
        login=json_name(login) if login else "",
        login_value=login_value,
        scarce=", ".join(scarce),
    )


def _factory(plan: Plan, entity: Entity) -> FactoryView:
    members = []
    for field in entity.fields:
        name = unquoted(column(field))
        if not isinstance(field.type, Reference):
            members.append(f"{name}: {value_of(plan, entity, field)},")
        elif not field.optional:
            members.append(f"{name}: given.{name} ?? (await insert{field.type.entity}()),")
    return FactoryView(entity.name, qualified(entity), tuple(members))


def _registration(plan: Plan, users: Entity) -> list[str]:
    assert plan.identity
    return [
        f"{json_name(field)}: {_registered(plan, users, field)}"
        for field in registration_fields(plan, users)
        if field.name != plan.identity.login and not field.optional
    ]


def _registered(plan: Plan, users: Entity, field: Field) -> str:
    if isinstance(field.type, Reference):
        return f"await insert{field.type.entity}()"
    return value_of(plan, users, field)
