"""Which requests stand for the stated load: every kind of read and write, with what must be there for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from backwright.lowering.operations import Routine, collection, routines
from backwright.lowering.relational.names import qualified
from backwright.lowering.specimens.routines import first_done
from backwright.lowering.suites.bodies import body_maker, body_members
from backwright.lowering.suites.calls import Call
from backwright.lowering.suites.expressions import BODY, AlreadyGiven, Expression, Inserted, Object, Request
from backwright.lowering.suites.rows import scarce_tables
from backwright.lowering.suites.setting import Setting, setting
from backwright.lowering.suites.statements import Bind, Insert, Statement, StatusIs
from backwright.lowering.suites.tidying import tidy, within
from backwright.lowering.suites.titles import words
from backwright.lowering.wire.routes import BASE, routes_of
from backwright.plan.indexes import all_steps
from backwright.plan.model import CreateStep, Entity, Plan, Reference
from backwright.plan.objectives import stated_load

__all__ = ["Ask", "LoadSuite", "load_suite"]

_MOST = 500
"""Requests a second that one client offers."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request with the status of its answer, and the statements that prepare it."""

    name: str
    statements: tuple[Statement, ...]
    asks: StatusIs


@dataclass(frozen=True, slots=True)
class LoadSuite:
    """`rate` requests a second, of which 95 in 100 are answered within so many milliseconds.

    What a read needs lasts for many of it; a write is prepared each time anew.
    """

    rate: int
    within: int
    reads: tuple[Ask, ...]
    writes: tuple[Ask, ...]

    @property
    def title(self) -> str:
        """What it shows."""
        return f"when {self.rate} requests come a second, then 95 of 100 are answered within {self.within} ms"


def load_suite(plan: Plan) -> LoadSuite | None:
    """None where the blueprint states no load, or where nobody may read anything."""
    load = stated_load(plan)
    if load is None:
        return None
    scarce = _scarce(plan)
    plenty = [entity for entity in plan.entities if entity.name not in scarce]
    reads = _plentiful((ask for entity in plenty for ask in _reads(plan, entity)), scarce)
    creates = (ask for entity in plenty for ask in _creates(plan, entity))
    runs = (ask for routine in routines(plan) if not scarce & _created(routine) for ask in _runs(plan, routine))
    writes = _plentiful((*creates, *runs), scarce)
    return LoadSuite(min(load.rate, _MOST), round(load.p95 * 1000), reads, writes) if reads else None


def _reads(plan: Plan, entity: Entity) -> Iterator[Ask]:
    kinds = {route.kind for route in routes_of(plan, entity)}
    at = setting(plan, entity, f"{BASE}/{collection(entity)}", "read")
    if at and "list" in kinds:
        yield _ask(f"list {words(entity.plural)}", at.arrange(), at.request("GET"), 200)
    if at and "read" in kinds:
        yield _ask(f"read {words(entity.name)}", at.arrange(), at.request("GET", at.this), 200)


def _creates(plan: Plan, entity: Entity) -> Iterator[Ask]:
    if not any(route.kind == "create" for route in routes_of(plan, entity)):
        return
    at = setting(plan, entity, f"{BASE}/{collection(entity)}", "create")
    if at:
        statements = [*at.arrange(without_row=True), Bind(BODY, _body(plan, at))]
        yield _ask(f"create {words(entity.name)}", statements, at.request("POST", body=BODY), 201)


def _body(plan: Plan, at: Setting) -> Object:
    usual = {name: _new(value) for name, value in body_maker(plan, at.entity).members}
    return Object(tuple((usual | dict(body_members(at.case.world, at.case.this))).items()))


def _new(value: Expression) -> Expression:
    return Inserted(value.entity) if isinstance(value, AlreadyGiven) else value


def _runs(plan: Plan, routine: Routine) -> Iterator[Ask]:
    done = first_done(plan, routine)
    if done:
        call = Call(plan, routine, done)
        name = words(routine.name.replace(".", " ").replace("-", " "))
        status = routine.operation.status if routine.operation else 200
        yield _ask(f"call {name}", call.arrange(), call.request(), status)


def _ask(name: str, statements: Sequence[Statement], request: Request, status: int) -> Ask:
    *before, asks = tidy([*statements, StatusIs(request, status)])
    assert isinstance(asks, StatusIs)
    return Ask(name, tuple(before), asks)


def _created(routine: Routine) -> set[str]:
    return {step.entity for step in all_steps(routine.steps) if isinstance(step, CreateStep)}


def _plentiful(asks: Iterable[Ask], scarce: frozenset[str]) -> tuple[Ask, ...]:
    """Those that need no row of which there are few."""

    def needs(ask: Ask) -> set[str]:
        return {each.entity for each in within(ask.statements) if isinstance(each, Insert | Inserted)}

    return tuple(ask for ask in asks if not scarce & needs(ask))


def _scarce(plan: Plan) -> frozenset[str]:
    """Entities with few different rows, and those whose rows need one of them."""
    tables = scarce_tables(plan)
    found = {entity.name for entity in plan.entities if qualified(entity) in tables}
    while True:
        more = {entity.name for entity in plan.entities if found & set(_needed(entity))} - found
        if not more:
            return frozenset(found)
        found |= more


def _needed(entity: Entity) -> Iterator[str]:
    for field in entity.fields:
        if isinstance(field.type, Reference) and not field.optional:
            yield field.type.entity
