"""Unique keys: of many rows with one key, one comes into being."""

from __future__ import annotations

import itertools
from collections import Counter

from backwright.gates.arena import Arena
from backwright.gates.consistency import Bond, bonds, key_of
from backwright.gates.crowd import Call
from backwright.gates.layout import column, table
from backwright.plan.model import Entity
from backwright.plan.naming import collection_path

__all__ = ["race_registration", "race_unique_keys"]

_CALLS = 20
_CREATED, _ACCEPTED, _CONFLICT = 201, 202, 409


def race_unique_keys(arena: Arena) -> None:
    """Every unique field, and every group of fields, of rows that callers make."""
    for entity in arena.plan.entities:
        if entity.rule("create") and entity.whole is None:
            for bond in bonds(entity):
                if bond.check is None:
                    _one_created(arena, entity, bond)


def _one_created(arena: Arena, entity: Entity, bond: Bond) -> None:
    rule = entity.rule("create")
    assert rule
    callers = arena.newcomers(rule)
    bodies = arena.bodies(arena.reset())
    for who in callers:
        given = bodies.oracle.given(who, entity)
        for values, parts in bodies.rows.creates(who, entity):
            fits = bodies.oracle.create(who, entity, values, parts).status == _CREATED
            if not fits or key_of(bond, {**dict.fromkeys(bond.fields), **given, **values}) is None:
                continue
            rows = itertools.islice(bodies.rows.rivals(entity, {**given, **values}, bond), _CALLS)
            calls = [
                Call("POST", collection_path(entity), bodies.wire(entity, each, parts), who.token) for each in rows
            ]
            origin = entity.field(bond.fields[0]).origin
            title = f"{_CALLS} new rows of {entity.name} with one {', '.join(bond.fields)}"
            replies = arena.race(calls, origin, title)
            found = Counter(reply.status for reply in replies)
            if found != {_CREATED: 1, _CONFLICT: _CALLS - 1}:
                said = ", ".join(f"{count} times {status}" for status, count in sorted(found.items()))
                arena.fail("gate/races-unique", f"{title}: {said}", origin)
            return


def race_registration(arena: Arena) -> None:
    """One login, registered by many at once, is one account; every one of them is told the same."""
    identity = arena.plan.identity
    if identity is None:
        return
    entity = arena.plan.entity(identity.entity)
    body = arena.accounts.profile()
    wanted = str(body[identity.login])
    others = [arena.accounts.profile(wanted) for _ in range(_CALLS)]
    title = f"{_CALLS} registrations of one {identity.login}"
    replies = arena.race([Call("POST", "/auth/register", each) for each in others], identity.origin, title)
    told = Counter(reply.status for reply in replies)
    login = column(entity.field(identity.login))
    rows = arena.store.execute(f"select 1 from {table(entity)} where {login} = %s", [wanted])
    if told != {_ACCEPTED: _CALLS} or len(rows) != 1:
        said = ", ".join(f"{count} times {status}" for status, count in sorted(told.items()))
        arena.fail("gate/races-unique", f"{title}: {len(rows)} accounts; answers {said}", identity.origin)
