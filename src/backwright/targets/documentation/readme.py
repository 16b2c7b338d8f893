"""What the README says."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.lowering.seeds import seed_data
from backwright.lowering.wire.shapes import shown_fields
from backwright.plan.model import Entity, Plan
from backwright.targets.documentation.project import Project
from backwright.targets.documentation.routes import RouteView, route_views
from backwright.targets.documentation.words import cell

__all__ = ["ReadmeView", "readme"]


@dataclass(frozen=True, slots=True)
class EntityView:
    """An entity in one line."""

    name: str
    summary: str
    states: str


@dataclass(frozen=True, slots=True)
class ReadmeView:
    """`pages` are the other pages, by name and place."""

    project: Project
    entities: tuple[EntityView, ...]
    logins: tuple[tuple[str, str], ...]
    routes: tuple[RouteView, ...]
    idempotent: bool
    emits: bool
    listens: bool
    pages: tuple[tuple[str, str], ...]


def readme(plan: Plan, known: Project, pages: tuple[str, ...]) -> ReadmeView:
    """The view; `pages` are the paths of the others."""
    names = [(path.rpartition("/")[2].removesuffix(".md"), path) for path in pages]
    return ReadmeView(
        project=known,
        entities=tuple(_entity(plan, entity) for entity in plan.entities),
        logins=seed_data(plan).demo_logins,
        routes=route_views(plan),
        idempotent=any(operation.idempotent for operation in plan.operations),
        emits=bool(plan.events),
        listens=bool(plan.channels),
        pages=(*names, ("decisions", "documentation/decisions/README.md")),
    )


def _entity(plan: Plan, entity: Entity) -> EntityView:
    states = ", ".join(entity.lifecycle.states) if entity.lifecycle else ""
    whole = plan.entity(entity.whole) if entity.whole else None
    back = next((part.back for part in whole.parts if part.entity == entity.name), None) if whole else None
    members = [field.name for field in shown_fields(entity, back)]
    said = [entity.summary] if entity.summary else []
    said += [f"Part of {entity.whole}"] if entity.whole else []
    said += [f"Has {', '.join(members)}"] if members and not entity.summary else []
    return EntityView(entity.name, cell(". ".join(said)), states)
