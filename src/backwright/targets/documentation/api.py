"""What the page about the API says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backwright.lowering.limits import limits
from backwright.lowering.operations import routines
from backwright.lowering.wire.includes import includes
from backwright.lowering.wire.lists import filters, searched_fields, sorted_fields
from backwright.lowering.wire.routes import BASE, PRECONDITION, READS, Route, routes
from backwright.plan.indexes import all_steps, error_cases
from backwright.plan.model import DeleteStep, Plan, Step, UpdateStep
from backwright.targets.documentation.calls import Calls, calls
from backwright.targets.documentation.project import Project
from backwright.targets.documentation.words import code, codes, spoken

__all__ = ["ApiView", "api"]


@dataclass(frozen=True, slots=True)
class ListView:
    """What a list can be asked for."""

    path: str
    filters: str
    sorts: str


@dataclass(frozen=True, slots=True)
class ErrorView:
    """A named refusal."""

    code: str
    status: int
    route: str


@dataclass(frozen=True, slots=True)
class ApiView:
    """The contract in words, and calls that can be made as they stand."""

    project: Project
    calls: Calls
    is_idempotent: bool
    is_conditional: bool
    versioned: str
    is_searched: bool
    is_retiring: bool
    has_conflicts: bool
    has_channels: bool
    lists: tuple[ListView, ...]
    includes: tuple[tuple[str, str], ...]
    errors: tuple[ErrorView, ...]
    limits: tuple[tuple[str, str], ...]


def api(plan: Plan, known: Project) -> ApiView:
    """The view."""
    found = routes(plan)
    return ApiView(
        project=known,
        calls=calls(plan),
        is_idempotent=any(operation.idempotent for operation in plan.operations),
        is_conditional=any(route.kind in PRECONDITION for route in found),
        versioned=", ".join(spoken(entity.plural) for entity in plan.entities if entity.versioned),
        is_searched=any(searched_fields(entity) for entity in plan.entities),
        is_retiring=any(route.retirement for route in found),
        has_conflicts=any(_unnamed(routine.steps) for routine in routines(plan)),
        has_channels=bool(plan.channels),
        lists=tuple(_list(route) for route in found if route.kind == "list"),
        includes=tuple(_includes(plan, found)),
        errors=tuple(_errors(plan, found)),
        limits=limits(plan),
    )


def _unnamed(steps: tuple[Step, ...]) -> bool:
    """Whether a step writes a row without a word for the case that it cannot."""
    return any(isinstance(each, UpdateStep | DeleteStep) and each.otherwise is None for each in all_steps(steps))


def _list(route: Route) -> ListView:
    assert route.entity
    names = codes(each.parameter for each in filters(route.entity))
    sorts = codes(("createdAt", *(field.name for field in sorted_fields(route.entity))))
    return ListView(f"{BASE}{route.path}", names, sorts)


def _includes(plan: Plan, found: tuple[Route, ...]) -> Iterator[tuple[str, str]]:
    for route in found:
        names = includes(plan, route.entity) if route.kind in READS and route.entity else ()
        if names:
            yield code(f"{BASE}{route.path}"), codes(each.name for each in names)


def _errors(plan: Plan, found: tuple[Route, ...]) -> Iterator[ErrorView]:
    for routine in routines(plan):
        route = next(each for each in found if each.routine == routine.name)
        place = f"{route.method} {BASE}{route.path}"
        if routine.transition:
            yield ErrorView("wrong_state", 409, place)
        yield from (ErrorView(case.name, case.status, place) for case in error_cases(routine.steps))
