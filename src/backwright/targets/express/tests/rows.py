"""`tests/support/rows.ts`: one function per entity that inserts a usual row, and signing in."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.lowering.relational.columns import json_name
from backwright.lowering.relational.names import column, qualified, unquoted
from backwright.lowering.specimens.values import Fresh, ordinary
from backwright.lowering.specimens.world import usual_row
from backwright.lowering.wire.shapes import registration_fields
from backwright.plan.model import Entity, Field, Plan, Reference
from backwright.targets.express import text
from backwright.targets.express.tests.code import literal, sample

__all__ = ["RowsView", "composed", "rows_view", "value_of"]


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


def rows_view(plan: Plan) -> RowsView:
    """All factories, in the author's order."""
    factories = tuple(_factory(plan, entity) for entity in plan.entities)
    identity = plan.identity
    users = plan.entity(identity.entity) if identity else None
    registration = tuple(_registration(plan, users)) if users else ()
    login = users.field(identity.login) if users and identity else None
    login_value = sample(login) if login else ""
    body = "\n".join([*(line for each in factories for line in each.members), *registration, login_value])
    words = [name for name in ("pick", "unique") if f"{name}(" in body]
    imports = ["import { insert, type Row } from './database.js';"]
    imports += ["import { type Account, openSession } from './sessions.js';"] if users else []
    imports += [text.import_line(words, "./unique.js")] if words else []
    return RowsView(
        imports=tuple(imports),
        factories=factories,
        users=users.name if users else None,
        registration=registration,
        login=json_name(login) if login else "",
        login_value=login_value,
    )


def composed(entity: Entity) -> frozenset[str]:
    """Texts that must differ from row to row because a combination is unique that no reference makes so."""
    found = set()
    for index in entity.indexes:
        fields = [field for field in entity.fields if field.name in index.fields]
        if index.unique and not any(isinstance(f.type, Reference) or isinstance(ordinary(f), Fresh) for f in fields):
            found |= {next((f.name for f in fields if isinstance(ordinary(f, fresh=True), Fresh)), "")}
    return frozenset(found)


def value_of(plan: Plan, entity: Entity, field: Field) -> str:
    """What a usual row has in a field."""
    if field.name in composed(entity):
        return sample(field, ordinary(field, fresh=True))
    if isinstance(ordinary(field), Fresh):
        return sample(field)
    return literal(field, usual_row(plan, entity)[field.name])


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
        f"{json_name(field)}: {value_of(plan, users, field)}"
        for field in registration_fields(plan, users)
        if field.name != plan.identity.login and not field.optional and not isinstance(field.type, Reference)
    ]
