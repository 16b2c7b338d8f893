"""Answers that servers keep: of which collections, and what drops them."""

from __future__ import annotations

from collections.abc import Iterable

from backwright.lowering.operations import collection, writes
from backwright.lowering.relational.names import table
from backwright.lowering.wire.routes import BASE, Route, routes
from backwright.plan.indexes import references_to
from backwright.plan.model import CreateStep, DeleteStep, Entity, Plan, Reference, UpdateStep
from backwright.plan.visibility import shown_with

__all__ = ["announced", "cached", "changes"]


def cached(plan: Plan) -> tuple[Entity, ...]:
    """The entities whose answers may be kept."""
    return tuple(entity for entity in plan.entities if entity.cached)


def announced(plan: Plan) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every table whose rows kept answers show, with the collections of these answers."""
    found = ((table(entity), _shown_by(plan, (entity.name,))) for entity in plan.entities)
    return tuple((name, collections) for name, collections in found if collections)


def _shown_by(plan: Plan, changed: Iterable[str]) -> tuple[str, ...]:
    names = frozenset(changed)
    return tuple(
        collection(entity)
        for entity in cached(plan)
        if not names.isdisjoint(shown.name for shown in shown_with(plan.entity, entity))
    )


def changes(plan: Plan) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Method and path of every route that may change what kept answers show, with the collections of these answers."""
    found = ((f"{route.method} {BASE}{route.path}", _shown_by(plan, _changed(plan, route))) for route in routes(plan))
    return tuple((route, collections) for route, collections in found if collections)


def _changed(plan: Plan, route: Route) -> set[str]:
    """The entities whose rows a request may write; the policies of the database let it write no others."""
    entity = route.entity
    match route.kind:
        case "register":
            return {entity.name} if entity else set()
        case "create" if entity:
            return _with_parts(plan, entity)
        case "update" if entity:
            return {entity.name}
        case "delete" if entity:
            return _with_followers(plan, entity)
        case "transition" | "operation":
            moved = {entity.name} if entity and route.kind == "transition" else set()
            return moved.union(
                *(_written(plan, each.step) for each in writes(plan) if each.routine.name == route.routine)
            )
        case _:
            return set()


def _with_parts(plan: Plan, entity: Entity) -> set[str]:
    return {entity.name}.union(*(_with_parts(plan, plan.entity(part.entity)) for part in entity.parts))


def _with_followers(plan: Plan, entity: Entity, seen: frozenset[str] = frozenset()) -> set[str]:
    """Rows that go with a deleted one, and those that lose a reference to it."""
    seen |= {entity.name}
    found = set(seen)
    for holder, field in references_to(plan, entity.name):
        if isinstance(field.type, Reference) and field.type.on_delete == "clear":
            found.add(holder.name)
        elif isinstance(field.type, Reference) and field.type.on_delete == "cascade" and holder.name not in seen:
            found |= _with_followers(plan, holder, seen | found)
    return found


def _written(plan: Plan, step: CreateStep | UpdateStep | DeleteStep) -> set[str]:
    entity = plan.entity(step.entity)
    return _with_followers(plan, entity) if isinstance(step, DeleteStep) else {entity.name}
