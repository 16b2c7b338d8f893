"""What the page about capacity says: what is stated, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from backwright.lowering.limits import limits
from backwright.lowering.operations import all_routines
from backwright.lowering.relational.tables import tables
from backwright.lowering.running.connections import CONNECTIONS, RESERVED, listening, most_connections
from backwright.lowering.wire.routes import BASE, routes
from backwright.plan.indexes import all_steps
from backwright.plan.model import CreateStep, Entity, Plan
from backwright.plan.objectives import stated_load
from backwright.targets.documentation.project import Project
from backwright.targets.documentation.words import codes

__all__ = ["CapacityView", "capacity"]


@dataclass(frozen=True, slots=True)
class Growth:
    """A table and what adds rows to it; `is_bounded` where nothing does."""

    table: str
    sources: str


@dataclass(frozen=True, slots=True)
class CapacityView:
    """`busy` is how many requests are under way at once at the stated rate, if each takes the stated time."""

    project: Project
    stated: tuple[tuple[str, str], ...]
    busy: int
    defaults: Mapping[str, str]
    pooled: int
    connections: int
    listening: int
    database_connections: int
    servers: int
    growth: tuple[Growth, ...]
    limits: tuple[tuple[str, str], ...]
    has_channels: bool

    @property
    def has(self) -> frozenset[str]:
        """The names of the variables."""
        return frozenset(self.defaults)


def capacity(plan: Plan, known: Project) -> CapacityView:
    """The view."""
    defaults = {each.name: each.default for each in known.variables}
    one = most_connections(plan, defaults)
    stated = {each.path: each.value for each in plan.requirements if each.path.startswith(("load", "availability"))}
    load = stated_load(plan)
    return CapacityView(
        project=known,
        stated=tuple(stated.items()),
        busy=ceil(load.rate * load.p95) if load else 0,
        defaults=defaults,
        pooled=one - listening(plan),
        connections=one,
        listening=listening(plan),
        database_connections=CONNECTIONS,
        servers=(CONNECTIONS - RESERVED) // one,
        growth=tuple(_growth(plan)),
        limits=limits(plan),
        has_channels=bool(plan.channels),
    )


def _growth(plan: Plan) -> Iterator[Growth]:
    for each in tables(plan):
        found = tuple(_sources(plan, each.entity))
        yield Growth(f"app.{each.name}".replace('"', ""), codes(found) or "nothing here: rows come from elsewhere")


def _sources(plan: Plan, entity: Entity) -> Iterator[str]:
    """Routes that make rows, and what nobody calls by its name."""
    whole = plan.entity(entity.whole) if entity.whole else entity
    by_routine = {each.routine: f"{each.method} {BASE}{each.path}" for each in routes(plan) if each.routine}
    for route in routes(plan):
        if route.kind in ("create", "register") and route.entity in (entity, whole):
            yield f"{route.method} {BASE}{route.path}"
    for routine in all_routines(plan):
        if any(isinstance(step, CreateStep) and step.entity == entity.name for step in all_steps(routine.steps)):
            yield by_routine.get(routine.name, routine.name)
