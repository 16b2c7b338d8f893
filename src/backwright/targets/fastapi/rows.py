"""`tests/support/rows.py`: accounts for tests, with the rows that they must refer to."""

from __future__ import annotations

import json
from dataclasses import dataclass

from backwright.lowering.relational.columns import json_name
from backwright.lowering.relational.names import column, qualified, table, unquoted
from backwright.lowering.specimens.patterns import Pick
from backwright.lowering.specimens.usual import is_scarce, usual_values
from backwright.lowering.specimens.values import Fresh, Word, wire
from backwright.lowering.wire.shapes import registration_fields
from backwright.plan.expressions import Value
from backwright.plan.model import Entity, Exact, Field, Integer, Json, Plan, Reference
from backwright.plan.naming import snake
from backwright.targets.fastapi.text import literal

__all__ = ["RowsView", "rows_view", "scarce_tables"]


@dataclass(frozen=True, slots=True)
class FactoryView:
    """A function that inserts a row."""

    name: str
    table: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowsView:
    """The module."""

    factories: tuple[FactoryView, ...]
    users: str
    registration: tuple[str, ...]
    login: str
    login_value: str


def rows_view(plan: Plan) -> RowsView | None:
    """None where nobody has an account."""
    if plan.identity is None:
        return None
    users = plan.entity(plan.identity.entity)
    login = users.field(plan.identity.login)
    return RowsView(
        factories=tuple(_factory(plan, entity) for entity in _needed(plan, users)),
        users=snake(users.name),
        registration=tuple(
            f"{literal(json_name(field))}: {_registered(plan, users, field)}"
            for field in registration_fields(plan, users)
            if field != login and not field.optional
        ),
        login=literal(json_name(login)),
        login_value=_value(plan, users, login),
    )


def _registered(plan: Plan, users: Entity, field: Field) -> str:
    if isinstance(field.type, Reference):
        return f"insert_{snake(field.type.entity)}({{}})"
    return _value(plan, users, field)


def scarce_tables(plan: Plan) -> tuple[str, ...]:
    """Tables of accounts, and what these refer to, that hold only a few different rows."""
    needed = _needed(plan, plan.entity(plan.identity.entity)) if plan.identity else ()
    return tuple(qualified(entity) for entity in needed if any(map(is_scarce, usual_values(plan, entity).values())))


def _needed(plan: Plan, users: Entity) -> tuple[Entity, ...]:
    """The accounts and every entity that their rows cannot be without, in the author's order."""
    found = {users.name}
    waiting = [users]
    while waiting:
        for each in waiting.pop().fields:
            if isinstance(each.type, Reference) and not each.optional and each.type.entity not in found:
                found.add(each.type.entity)
                waiting.append(plan.entity(each.type.entity))
    return tuple(entity for entity in plan.entities if entity.name in found)


def _factory(plan: Plan, entity: Entity) -> FactoryView:
    members = []
    for field in entity.fields:
        name = literal(unquoted(column(field)))
        if not isinstance(field.type, Reference):
            members.append(f"{name}: {_value(plan, entity, field)}")
        elif not field.optional:
            members.append(f"{name}: insert_{snake(field.type.entity)}({{}})")
    return FactoryView(snake(entity.name), literal(qualified(entity)), tuple(members))


def _value(plan: Plan, entity: Entity, field: Field) -> str:
    """What a usual row has in a field: a literal, or an expression that makes another value every time."""
    value = usual_values(plan, entity)[field.name]
    if not isinstance(value, Fresh):
        return _literal(field, value)
    if value.choices:
        listed = literal([wire(field.type, each) for each in value.choices])
        return f"in_turn({literal(f'{unquoted(table(entity))}.{json_name(field)}')}, {listed})"
    if value.bounds is not None:
        return _number(field, f"some_number({value.bounds[0]}, {value.bounds[1]})")
    if value.form == "day":
        return "some_day()"
    if value.form == "instant":
        return 'f"{some_day()}T09:00:00.000Z"'
    return " + ".join(map(_piece, value.pieces))


def _literal(field: Field, value: Value) -> str:
    if isinstance(field.type, Json):
        return "None" if value is None else repr(json.loads(str(value)))
    return literal(wire(field.type, value))


def _number(field: Field, drawn: str) -> str:
    match field.type:
        case Exact(scale=scale) if scale:
            return f'f"{{{drawn}}}.{"0" * scale}"'
        case Exact() | Integer(wide=True):
            return f"str({drawn})"
        case _:
            return drawn


def _piece(piece: str | Word | Pick) -> str:
    match piece:
        case str():
            return literal(piece)
        case Word():
            return "unique()"
        case Pick(alphabet, count) if len(alphabet) == 1:
            return literal(alphabet * count)
        case Pick(alphabet, count):
            return f"pick({literal(alphabet)}, {count})"
