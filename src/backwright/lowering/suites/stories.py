"""One story from the first call to the last state, told by all who take part."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.operations import Routine, collection, routines
from backwright.lowering.specimens.performing import perform
from backwright.lowering.specimens.routines import RoutineCase, first_done
from backwright.lowering.specimens.world import World, role_name
from backwright.lowering.suites.arranging import row_members
from backwright.lowering.suites.calls import Call
from backwright.lowering.suites.expressions import CALLER, Constant, Name, Request, Said, Version
from backwright.lowering.suites.statements import (
    BindPath,
    IsMember,
    LogOut,
    Register,
    Send,
    SignIn,
    Statement,
    StatusIs,
    Test,
)
from backwright.lowering.suites.tidying import tidy
from backwright.lowering.suites.titles import a, words
from backwright.lowering.wire.routes import BASE
from backwright.plan.model import Entity, Plan
from backwright.plan.naming import transition_path

__all__ = ["story_tests"]

_MADE, _PATH = Name("made"), Name("path")


def story_tests(plan: Plan) -> Iterator[Test]:
    """The story of the first operation whose row has a life of its own; nothing where there is none."""
    found = _beginning(plan)
    if found is None:
        return
    routine, case, entity, made = found
    call = Call(plan, routine, case)
    assert routine.operation
    statements = [
        *_arrival(plan, case),
        *(each for each in call.arrange() if not isinstance(each, SignIn)),
        Send(_MADE, call.request()),
        StatusIs(_MADE, routine.operation.status),
        BindPath(_PATH, f"{BASE}/{collection(entity)}", _MADE),
    ]
    world, steps = _life(entity, case, made)
    statements += [*steps, *_looking_back(world, case, entity, made)]
    if _comes_by_the_door(plan, case):
        statements.append(LogOut())
    title = f"when {words(routine.name)} has begun, then {a(words(entity.name))} goes its way to the end"
    yield Test(title, tidy(statements))


def _beginning(plan: Plan) -> tuple[Routine, RoutineCase, Entity, str] | None:
    for routine in routines(plan):
        operation = routine.operation
        if operation is None or operation.returns is None:
            continue
        done = first_done(plan, routine)
        made = done.result.created.get(operation.returns) if done else None
        if done and made and not done.result.after.rows[made].entity.whole and done.result.after.visible(made):
            return routine, done, done.result.after.rows[made].entity, made
    return None


def _comes_by_the_door(plan: Plan, case: RoutineCase) -> bool:
    """Who registers has the first role and is nothing unusual; others are given in the database."""
    if case.role is None or plan.identity is None:
        return False
    return case.role == plan.identity.roles[0] and not case.world.rows[case.world.me or ""].changed


def _arrival(plan: Plan, case: RoutineCase) -> list[Statement]:
    if _comes_by_the_door(plan, case):
        return [Register()]
    if case.role is None:
        return []
    caller = case.world.me or ""
    return [SignIn(case.role, row_members(case.world, caller, ()) if case.world.rows[caller].changed else ())]


def _life(entity: Entity, case: RoutineCase, made: str) -> tuple[World, list[Statement]]:
    """Every transition that somebody may make now, until nothing new comes."""
    world, statements = case.result.after.copy(), list[Statement]()
    plan = world.plan
    first = world.me
    seen: set[str] = set()
    callers: dict[str, Name] = {}
    while entity.lifecycle and len(seen) <= len(entity.lifecycle.states):
        seen.add(str(world.rows[made].values[entity.lifecycle.field]))
        step = _next(plan, world, entity, made, first, seen)
        if step is None:
            break
        move, role, after = step
        assert move.transition
        if role is not None and role not in callers:
            callers[role] = Name(f"{role_name(role)}Account")
            statements.append(SignIn(role, name=callers[role]))
        who = callers[role] if role is not None else CALLER
        path = (_PATH, transition_path(entity, move.transition).rpartition("{id}")[2])
        means: Version | None = "any" if entity.versioned else None
        statements.append(StatusIs(Request("POST", path, who if case.role else None, means=means), 200))
        world = after
    world.me = first
    return world, statements


def _next(
    plan: Plan, world: World, entity: Entity, made: str, first: str | None, seen: set[str]
) -> tuple[Routine, str | None, World] | None:
    for move in routines(plan):
        if move.subject is not entity or move.transition is None or move.transition.target in seen:
            continue
        for role in (*move.rule.roles, None):
            trial = world.copy()
            trial.me = first
            if role is not None and plan.identity:
                trial.add_caller(role)
            result = perform(move, trial, made)
            if result.kind == "done":
                return move, role, result.after
    return None


def _looking_back(world: World, case: RoutineCase, entity: Entity, made: str) -> Iterator[Statement]:
    look = Request("GET", (_PATH,), CALLER if case.role else None)
    if world.visible(made) and entity.lifecycle:
        end = Name("end")
        state = world.rows[made].values[entity.lifecycle.field]
        yield from (Send(end, look), IsMember(Said(end, entity.lifecycle.field), Constant(str(state))))
    elif world.visible(made):
        yield StatusIs(look, 200)
    if case.role:
        other = world.copy()
        other.add_caller(case.role)
        if not other.visible(made):
            stranger = Name("stranger")
            yield SignIn(case.role, name=stranger)
            yield StatusIs(Request("GET", (_PATH,), stranger), 404)
