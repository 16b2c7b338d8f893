"""Calls that can be made as they stand, on the rows of a seeded database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from backwright.lowering.relational.columns import json_name
from backwright.lowering.relational.names import column, qualified, unquoted
from backwright.lowering.seeds import seed_data
from backwright.lowering.specimens.usual import unique_groups, usual_row
from backwright.lowering.specimens.values import wire
from backwright.lowering.wire.includes import includes
from backwright.lowering.wire.routes import BASE, Route, routes
from backwright.lowering.wire.shapes import PASSWORD, created_fields, registration_fields
from backwright.plan.expressions import roles_that_always_may
from backwright.plan.model import Entity, Field, Plan, Reference

__all__ = ["Calls", "calls"]

# Rows that nobody has yet: seeds count from 0.
_NUMBER = 4711
_LOGIN = "newcomer@example.com"
_PASSWORD = "a long sentence nobody says"  # noqa: S105 - of an account in an example
assert PASSWORD.min_length <= len(_PASSWORD) <= PASSWORD.max_length


@dataclass(frozen=True, slots=True)
class Calls:
    """Paths are whole. `login` makes them where they need an account; empty texts are calls that this API has not.

    `shown` reads a row of `listed`, which everybody who may call it sees; `body` is one of `created`.
    """

    login: str
    listed: str
    needs_account: bool
    shown: str
    included: str
    created: str
    body: str
    profile: str
    closed: str


def calls(plan: Plan) -> Calls:
    """What can be called without knowing more than the plan."""
    found = routes(plan)
    lists = [each for each in found if each.kind == "list"]
    logins = dict(seed_data(plan).demo_logins)
    listed, role = _best_list(plan, lists, tuple(logins))
    created, creator = _creation(plan, found)
    entity = listed.entity if listed else None
    names = includes(plan, entity) if entity else ()
    is_shown = any(each.kind == "read" and each.entity is entity for each in found) and entity is not None
    chosen = creator if creator and _may_list(plan, listed, creator) else role
    created = created if created and (created.roles is None or chosen == creator) else None
    return Calls(
        login=logins.get(chosen or "", ""),
        listed=f"{BASE}{listed.path}" if listed else "",
        needs_account=listed is not None and listed.roles is not None,
        shown=f"{BASE}{listed.path}" if listed and is_shown and _sees(plan, listed, chosen) else "",
        included=names[0].name if names else "",
        created=f"{BASE}{created.path}" if created else "",
        body=_body(plan, created.entity, created_fields(plan, created.entity)) if created and created.entity else "",
        profile=_profile(plan),
        closed=next((f"{BASE}{each.path}" for each in lists if each.roles is not None), ""),
    )


def _best_list(plan: Plan, lists: list[Route], roles: tuple[str, ...]) -> tuple[Route | None, str | None]:
    """A list that shows something to everybody, else to a role, else any."""
    for each in lists:
        if each.roles is None and _sees(plan, each, None):
            return each, roles[0] if roles else None
    for each in lists:
        role = next((role for role in roles if _sees(plan, each, role)), None)
        if role:
            return each, role
    return (lists[0], (lists[0].roles or (None,))[0]) if lists else (None, None)


def _may_list(plan: Plan, listed: Route | None, role: str) -> bool:
    return listed is not None and (_sees(plan, listed, None) or _sees(plan, listed, role))


def _sees(plan: Plan, route: Route, role: str | None) -> bool:
    """Whether every row is shown, so that the first one is."""
    return route.entity is not None and _always(plan, route.entity, "read", role)


def _always(plan: Plan, entity: Entity, action: str, role: str | None) -> bool:
    rule = entity.rule(action)
    if rule is None:
        return False
    roles, everybody = roles_that_always_may(rule.expression, plan.identity.roles if plan.identity else ())
    return everybody or role in roles


def _creation(plan: Plan, found: tuple[Route, ...]) -> tuple[Route | None, str | None]:
    """A creation whose body needs no other row, with a role that may make and read any."""
    for each in found:
        entity = each.entity
        if each.kind != "create" or entity is None or entity.parts:
            continue
        fields = created_fields(plan, entity)
        if _refers(fields) or _is_taken(plan, entity, _members(plan, entity, fields)):
            continue
        roles = (None, *(plan.identity.roles if plan.identity else ()))
        # The answer shows the row, so whoever makes it also reads it.
        able = [role for role in roles if all(_always(plan, entity, each, role) for each in ("create", "read"))]
        if able and (not entity.owner or able[0]):
            return each, able[0]
    return None, None


def _is_taken(plan: Plan, entity: Entity, members: Mapping[str, object]) -> bool:
    """Whether a seeded row has the same in what no two rows share."""
    rows = next(rows for name, rows in seed_data(plan).tables if name == qualified(entity))
    return any(
        all(members.get(json_name(field)) == row[unquoted(column(field))] for field in map(entity.field, group))
        for group in unique_groups(entity)
        if all(any(field.name == name for field in entity.fields) for name in group)
        for row in rows
    )


def _refers(fields: tuple[Field, ...]) -> bool:
    return any(isinstance(field.type, Reference) and not field.optional for field in fields)


def _members(plan: Plan, entity: Entity, fields: tuple[Field, ...]) -> Mapping[str, object]:
    row = usual_row(plan, entity, _NUMBER)
    return {json_name(field): wire(field.type, row[field.name]) for field in fields if row.get(field.name) is not None}


def _body(plan: Plan, entity: Entity, fields: tuple[Field, ...]) -> str:
    return json.dumps(_members(plan, entity, fields), ensure_ascii=False)


def _profile(plan: Plan) -> str:
    """A registration; empty where it needs other rows."""
    if plan.identity is None:
        return ""
    entity = plan.entity(plan.identity.entity)
    fields = registration_fields(plan, entity)
    members = {**_members(plan, entity, fields), plan.identity.login: _LOGIN}
    if _refers(fields) or _is_taken(plan, entity, members):
        return ""
    return json.dumps({**members, "password": _PASSWORD}, ensure_ascii=False)
