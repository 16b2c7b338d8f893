"""`tests/support/rows.ts`: one function per entity that inserts a usual row, and signing in."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.lowering.operations import routines
from backwright.lowering.relational.columns import json_name
from backwright.lowering.relational.names import column, qualified, unquoted
from backwright.lowering.specimens.values import Fresh, ordinary
from backwright.lowering.specimens.world import usual_row
from backwright.lowering.wire.shapes import registration_fields
from backwright.plan.expressions import fields_read
from backwright.plan.indexes import all_steps
from backwright.plan.model import Entity, Field, Integer, LetStep, Plan, Reference, RequireStep, Text, UpdateStep
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
    words = [name for name in ("pick", "someDay", "someNumber", "unique") if f"{name}(" in body]
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


def composed(plan: Plan, entity: Entity) -> frozenset[str]:
    """Fields that must differ from row to row because a combination is unique that no reference makes so."""
    found = set()
    read = _read(plan)
    for index in entity.indexes:
        fields = [field for field in entity.fields if field.name in index.fields]
        if not index.unique or any(isinstance(f.type, Reference) or isinstance(ordinary(f), Fresh) for f in fields):
            continue
        able = [field for field in fields if isinstance(ordinary(field, fresh=True), Fresh)]
        found |= {field.name for field in sorted(able, key=lambda f: _rank(entity, f, read))[:1]}
    return frozenset(found)


def _rank(entity: Entity, field: Field, read: frozenset[tuple[str, str]]) -> int:
    """Rather a text than a number, rather a number than a day, and rather one that no condition reads."""
    kind = 0 if isinstance(field.type, Text) else 1 if isinstance(field.type, Integer) else 2
    return kind + 3 * ((entity.name, field.name) in read)


def _read(plan: Plan) -> frozenset[tuple[str, str]]:
    rules = [rule.expression for entity in plan.entities for rule in entity.rules]
    rules += [routine.rule.expression for routine in routines(plan)]
    for routine in routines(plan):
        for step in all_steps(routine.steps):
            match step:
                case RequireStep(expression) | LetStep(_, expression):
                    rules.append(expression)
                case UpdateStep(assignments=assignments):
                    rules += [each.expression for each in assignments]
                case _:
                    pass
    return frozenset(each for rule in rules for each in fields_read(rule))


def value_of(plan: Plan, entity: Entity, field: Field) -> str:
    """What a usual row has in a field."""
    if field.name in composed(plan, entity):
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
