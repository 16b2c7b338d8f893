"""Who may do what: for every action and caller, worlds in which the rule decides one way and the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

from backwright.lowering.memory import once_per_plan
from backwright.lowering.specimens.search import Reading, Roots, adjusted
from backwright.lowering.specimens.usual import is_changeable, usual_values
from backwright.lowering.specimens.values import Fresh, another
from backwright.lowering.specimens.world import World
from backwright.lowering.wire.shapes import created_fields, patched_fields
from backwright.plan.expressions import Expression, Value, fields_read
from backwright.plan.model import Action, Entity, Field, Json, Plan, Reference, Rule

__all__ = ["Outcome", "RuleCase", "patch_of", "rule_cases", "subject_name"]

Outcome = Literal["allowed", "forbidden", "hidden", "unauthenticated"]


@dataclass(frozen=True, slots=True)
class RuleCase:
    """`role` does `action` with the row `this` of `world`; None is somebody without an account."""

    action: Action
    role: str | None
    world: World
    this: str
    outcome: Outcome


def subject_name(entity: Entity) -> str:
    """The name of the row that an action is about."""
    return entity.name[0].lower() + entity.name[1:]


@once_per_plan
def rule_cases(plan: Plan, entity: Entity, action: Action) -> tuple[RuleCase, ...]:
    """For every caller one case of each outcome that can be brought about."""
    rule = entity.rule(action)
    if rule is None:
        return ()
    callers = (*(plan.identity.roles if plan.identity else ()), None)
    return tuple(case for role in callers for case in _of_caller(plan, entity, rule, action, role))


def _of_caller(plan: Plan, entity: Entity, rule: Rule, action: Action, role: str | None) -> Iterator[RuleCase]:
    starts = tuple(_starts(plan, entity, action, role))
    if not rule.anonymous and role not in rule.roles:
        world, this = starts[0]
        yield RuleCase(action, role, world, this, "forbidden" if role else "unauthenticated")
        return
    for outcome, wanted in _outcomes(plan, entity, rule, action):
        found = _first(starts, rule, wanted)
        if found:
            yield RuleCase(action, role, *found, outcome)


Wanted = Callable[[World, str], bool]


def _outcomes(plan: Plan, entity: Entity, rule: Rule, action: Action) -> Iterator[tuple[Outcome, Wanted]]:
    def holds(world: World, this: str) -> bool:
        return world.holds(rule.expression, this)

    match action:
        case "read":
            yield "allowed", holds
            yield "hidden", lambda world, this: not holds(world, this)
        case "create":
            given = {field.name for field in created_fields(plan, entity)}
            yield "allowed", lambda world, this: _creatable(world, this, given) and holds(world, this)
            yield "forbidden", lambda world, this: _creatable(world, this, given) and not holds(world, this)
        case "update" | "delete":
            patch = patch_of(plan, entity) if action == "update" else None

            def stays(world: World, this: str) -> bool:
                changed = world.copy()
                if patch:
                    field, value = patch
                    changed.set(this, field.name, value.value() if isinstance(value, Fresh) else value)
                return changed.sound() and holds(changed, this) and changed.visible(this)

            yield "allowed", lambda world, this: world.visible(this) and holds(world, this) and stays(world, this)
            yield "forbidden", lambda world, this: world.visible(this) and not holds(world, this)
            yield "hidden", lambda world, this: not world.visible(this)


def _creatable(world: World, this: str, given: set[str]) -> bool:
    """Only what a body carries is unusual, and the caller sees every row it refers to."""
    row = world.rows[this]
    owner = row.entity.owner
    if owner and world.me and row.values[owner] != world.me:
        return False
    owned = {owner} if owner else set()
    return row.changed <= given | owned and all(world.visible(name) for name in _named(world, this))


def _named(world: World, this: str) -> Iterator[str]:
    """The rows that the body of a new row refers to, also in its parts."""
    parts = [name for part in world.rows[this].entity.parts for name in world.parts(this, part)]
    for row in (world.rows[name] for name in (this, *parts)):
        for field in row.entity.fields:
            name = row.values[field.name]
            if isinstance(field.type, Reference) and isinstance(name, str) and name not in (this, world.me):
                yield name


def _starts(plan: Plan, entity: Entity, action: Action, role: str | None) -> Iterator[tuple[World, str]]:
    """Somebody else's row; for accounts also the caller's own."""
    world = World(plan)
    if role:
        world.add_caller(role)
    given: dict[str, Value] = {entity.owner: world.me} if action == "create" and entity.owner else {}
    this = world.add(entity, subject_name(entity), given, parts=action == "create").name
    _own_parts(world, this)
    yield world, this
    if world.me and world.rows[world.me].entity is entity and action != "create":
        own = World(plan)
        yield own, own.add_caller(role or "").name


def _own_parts(world: World, this: str) -> None:
    """Parts of a row refer to the caller where they would refer to an account that the caller does not see."""
    for part in world.rows[this].entity.parts:
        for row in (world.rows[name] for name in world.parts(this, part)):
            for field in row.entity.fields:
                target = world.rows.get(str(row.values[field.name])) if isinstance(field.type, Reference) else None
                hidden = target and target.name != this and not world.visible(target.name)
                if hidden and target and world.me and target.entity is world.rows[world.me].entity:
                    world.set(row.name, field.name, world.me)


def _first(starts: tuple[tuple[World, str], ...], rule: Rule, wanted: Wanted) -> tuple[World, str] | None:
    for depth in (0, 3):
        for world, this in starts:
            found = adjusted(world, Reading(tuple(_read(world, this, rule))), partial(_swapped, wanted, this), depth)
            if found:
                return found, this
    return None


def _swapped(wanted: Wanted, this: str, world: World) -> bool:
    return wanted(world, this)


def _read(world: World, this: str, rule: Rule) -> Iterator[tuple[Expression, Roots]]:
    """The rule, what decides whether the row is seen, and for a new row whether those it refers to are."""
    yield rule.expression, {"this": (this,)}
    for name in [this] if rule.action != "create" else _named(world, this):
        row = world.rows[name]
        read = row.entity.rule("read")
        if read:
            yield read.expression, {"this": (row.name,)}


def patch_of(plan: Plan, entity: Entity) -> tuple[Field, Value | Fresh] | None:
    """A change that leaves alone what the rules read, if there is one."""
    rules = [rule for rule in (entity.rule("read"), entity.rule("update")) if rule]
    read = {name for rule in rules for owner, name in fields_read(rule.expression) if owner == entity.name}
    read |= {name for check in entity.checks for _, name in fields_read(check.expression)}
    plain = [field for field in patched_fields(plan, entity) if not isinstance(field.type, Reference | Json)]
    plain = [field for field in plain if is_changeable(plan, entity, field)]
    chosen = next((field for field in plain if field.name not in read), plain[0] if plain else None)
    return (chosen, another(chosen, usual_values(plan, entity)[chosen.name])) if chosen else None
