"""`tests/e2e/story.test.ts`: one story from the first call to the last state, told by all who take part."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.operations import Routine, collection, routines
from backwright.lowering.specimens.performing import perform
from backwright.lowering.specimens.routines import RoutineCase, done_case
from backwright.lowering.specimens.world import World, role_name
from backwright.lowering.wire.routes import BASE
from backwright.plan.model import Entity, Plan
from backwright.plan.naming import transition_path
from backwright.targets.express import text
from backwright.targets.express.tests.calls import Call
from backwright.targets.express.tests.code import CALLER, Test, row_members, tidy
from backwright.targets.express.tests.titles import a, words

__all__ = ["story_tests"]


def story_tests(plan: Plan) -> Iterator[Test]:
    """The story of the first operation whose row has a life of its own; nothing where there is none."""
    found = _beginning(plan)
    if found is None:
        return
    routine, case, entity, made = found
    call = Call(plan, routine, case)
    assert routine.operation
    base = f"{BASE}/{collection(entity)}"
    lines = _arrival(plan, case) + [line for line in call.arrange() if not line.startswith(f"  const {CALLER} = ")]
    lines += [
        f"  const made = await {call.send()};",
        f"  assert.equal(made.status, {routine.operation.status});",
        f"  const path = `{base}/${{made.body.id}}`;",
    ]
    world, steps = _life(entity, case, made)
    lines += steps
    lines += _looking_back(world, case, entity, made)
    if case.role:
        lines += _leaving(plan, case)
    yield Test(
        f"when {words(routine.name)} has begun, then {a(words(entity.name))} goes its way to the end", tidy(lines)
    )


def _beginning(plan: Plan) -> tuple[Routine, RoutineCase, Entity, str] | None:
    for routine in routines(plan):
        operation = routine.operation
        if operation is None or operation.returns is None:
            continue
        roles = routine.rule.roles or (None,)
        done = next((case for role in roles if (case := done_case(plan, routine, role))), None)
        made = done.result.created.get(operation.returns) if done else None
        if done and made and not done.result.after.rows[made].entity.whole and done.result.after.visible(made):
            return routine, done, done.result.after.rows[made].entity, made
    return None


def _arrival(plan: Plan, case: RoutineCase) -> list[str]:
    """Who registers comes by the front door; other roles are given in the database."""
    if case.role is None or plan.identity is None:
        return []
    caller = case.world.rows[case.world.me or ""]
    if case.role != plan.identity.roles[0] or caller.changed:
        members = "".join(f", {{ {', '.join(_changed(case.world))} }}" for _ in [0] if caller.changed)
        return [f"  const {CALLER} = await signIn({text.string(case.role)}{members});"]
    return [
        "  const { profile, login } = await newRegistration();",
        "  assert.equal((await send('POST', '/v1/auth/register', { body: { ...profile, password } })).status, 202);",
        "  const session = await send('POST', '/v1/auth/login', { body: { email: login, password } });",
        "  const token = String(session.body.accessToken);",
        f"  const {CALLER} = {{ token, id: String((await send('GET', '/v1/me', {{ as: {{ token }} }})).body.id) }};",
    ]


def _changed(world: World) -> list[str]:
    return row_members(world, world.me or "", ())


def _life(entity: Entity, case: RoutineCase, made: str) -> tuple[World, list[str]]:
    """Every transition that somebody may make now, until nothing new comes."""
    world, lines = case.result.after.copy(), []
    plan = world.plan
    first = world.me
    seen: set[str] = set()
    callers: dict[str, str] = {}
    while entity.lifecycle and len(seen) <= len(entity.lifecycle.states):
        seen.add(str(world.rows[made].values[entity.lifecycle.field]))
        step = _next(plan, world, entity, made, first, seen)
        if step is None:
            break
        move, role, after = step
        assert move.transition
        if role is not None and role not in callers:
            callers[role] = f"{role_name(role)}Account"
            lines.append(f"  const {callers[role]} = await signIn({text.string(role)});")
        who = callers[role] if role is not None else CALLER
        path = f"${{path}}{transition_path(entity, move.transition).rpartition('{id}')[2]}"
        options = f", {{ as: {who} }}" if case.role else ""
        lines.append(f"  assert.equal((await send('POST', `{path}`{options})).status, 200);")
        world = after
    world.me = first
    return world, lines


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


def _looking_back(world: World, case: RoutineCase, entity: Entity, made: str) -> list[str]:
    lines = []
    options = f", {{ as: {CALLER} }}" if case.role else ""
    if world.visible(made):
        lines.append(f"  const end = await send('GET', path{options});")
        if entity.lifecycle:
            state = world.rows[made].values[entity.lifecycle.field]
            lines.append(f"  assert.equal(end.body.{entity.lifecycle.field}, {text.string(str(state))});")
    if case.role:
        stranger = world.copy()
        stranger.add_caller(case.role)
        if not stranger.visible(made):
            lines.append(f"  const stranger = await signIn({text.string(case.role)});")
            lines.append("  assert.equal((await send('GET', path, { as: stranger })).status, 404);")
    return lines


def _leaving(plan: Plan, case: RoutineCase) -> list[str]:
    caller = case.world.rows[case.world.me or ""]
    if plan.identity is None or case.role != plan.identity.roles[0] or caller.changed:
        return []
    return [
        f"  assert.equal((await send('POST', '/v1/auth/logout', {{ as: {CALLER} }})).status, 204);",
        "  const { refreshToken } = session.body;",
        "  const again = await send('POST', '/v1/auth/refresh', { body: { refreshToken } });",
        "  assert.equal(again.status, 401);",
    ]
