"""Unique fields: of many rows with one value, one comes into being."""

from __future__ import annotations

from collections import Counter

from backwright.gates.layout import column, member, sent, table
from backwright.gates.races.arena import Arena
from backwright.gates.races.crowd import Call
from backwright.plan.model import Entity, Field, Text
from backwright.plan.naming import collection_path

__all__ = ["race_registration", "race_unique_fields"]

_CALLS = 20
_CREATED, _ACCEPTED, _CONFLICT = 201, 202, 409


def race_unique_fields(arena: Arena) -> None:
    """Every unique field that a body carries."""
    for entity in arena.plan.entities:
        if entity.rule("create") and entity.whole is None:
            for field in sent(arena.plan, entity):
                if field.unique and isinstance(field.type, Text):
                    _one_created(arena, entity, field)


def _one_created(arena: Arena, entity: Entity, field: Field) -> None:
    rule = entity.rule("create")
    assert rule
    groups = arena.able(rule, 1)
    bodies = arena.bodies(arena.reset())
    for group in groups:
        for values, parts in bodies.creates(group[0], entity):
            if bodies.oracle.create(group[0], entity, values, parts).status != _CREATED:
                continue
            calls = []
            for _ in range(_CALLS):
                others = {each.name: bodies.values.of(each.type) for each in entity.fields if each.unique}
                body = bodies.wire(entity, {**values, **others, field.name: values[field.name]}, parts)
                calls.append(Call("POST", collection_path(entity), body, group[0].token))
            title = f"{_CALLS} new rows of {entity.name} with one {field.name}"
            replies = arena.race(calls, field.origin, title)
            found = Counter(reply.status for reply in replies)
            if found != {_CREATED: 1, _CONFLICT: _CALLS - 1}:
                said = ", ".join(f"{count} times {status}" for status, count in sorted(found.items()))
                arena.fail("gate/races-unique", f"{title}: {said}", field.origin)
            return


def race_registration(arena: Arena) -> None:
    """One login, registered by many at once, is one account; every one of them is told the same."""
    identity = arena.plan.identity
    if identity is None:
        return
    entity = arena.plan.entity(identity.entity)
    body = arena.accounts.profile()
    others = [
        {
            **body,
            **{member(each): arena.values.of(each.type) for each in entity.fields if _distinct(each, identity.login)},
        }
        for _ in range(_CALLS)
    ]
    title = f"{_CALLS} registrations of one {identity.login}"
    replies = arena.race([Call("POST", "/auth/register", each) for each in others], identity.origin, title)
    told = Counter(reply.status for reply in replies)
    login = column(entity.field(identity.login))
    rows = arena.store.execute(f"select 1 from {table(entity)} where {login} = %s", [body[identity.login]])
    if told != {_ACCEPTED: _CALLS} or len(rows) != 1:
        said = ", ".join(f"{count} times {status}" for status, count in sorted(told.items()))
        arena.fail("gate/races-unique", f"{title}: {len(rows)} accounts; answers {said}", identity.origin)


def _distinct(field: Field, login: str) -> bool:
    return field.unique and field.name != login and isinstance(field.type, Text)
