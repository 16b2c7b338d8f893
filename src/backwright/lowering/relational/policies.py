"""Row-level security: the policies, column guards and grants that follow from a plan's rules and routines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from backwright.lowering.operations import (
    Routine,
    Write,
    background,
    collection,
    reads_rows_of,
    routines,
    sees_hidden,
    writes,
)
from backwright.lowering.relational.columns import quoted
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.relational.names import column, identifier, qualified, snake, table, unquoted
from backwright.lowering.relational.tables import constraint_name
from backwright.lowering.wire.shapes import patched_fields
from backwright.plan.expressions.tree import Constant, Me, This, Widen
from backwright.plan.model import Assignment, CreateStep, DeleteStep, Entity, Plan, UpdateStep

__all__ = ["ColumnGuard", "Grant", "RowPolicy", "column_guards", "during_routine", "grants", "row_policies"]

Command = Literal["select", "insert", "update", "delete"]
IDENTITY = "identity"
_NOBODY = "(select app.user_id()) is null"
_OTHER_POLICIES = ("read", "create", "update", "delete", "delete_lock", "written", "background")


@dataclass(frozen=True, slots=True)
class RowPolicy:
    """One permissive policy; `using` filters old rows, `check` new ones."""

    name: str
    table: str
    command: Command
    using: str | None = None
    check: str | None = None


@dataclass(frozen=True, slots=True)
class ColumnGuard:
    """The columns that each operation may change in a table."""

    table: str
    allowed: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """What the application's role may do with a table."""

    table: str
    insert: bool
    update: tuple[str, ...]
    delete: bool


def _during(name: str) -> str:
    return f"(select app.operation()) = {quoted(name)}"


def _both(*conditions: str | None) -> str:
    given = [condition for condition in conditions if condition and condition != "true"]
    return " and ".join(given) or "true"


def row_policies(plan: Plan, conditions: Conditions) -> tuple[RowPolicy, ...]:
    """Every policy, table by table in the author's order."""
    policies: list[RowPolicy] = []
    for entity in plan.entities:
        policies += _part_policies(plan, entity) if entity.whole else _rule_policies(plan, entity, conditions)
        if plan.identity and plan.identity.entity == entity.name:
            policies += _identity_policies(plan, entity)
        policies += _routine_policies(plan, entity, conditions)
    return tuple(policies)


def _rule_policies(plan: Plan, entity: Entity, conditions: Conditions) -> list[RowPolicy]:
    name = table(entity)
    found: list[RowPolicy] = []
    for rule in entity.rules:
        holds = conditions.of_row(entity, rule.expression)
        during = _during(f"{collection(entity)}.{rule.action}")
        match rule.action:
            case "read":
                found.append(RowPolicy(constraint_name(name, "read"), name, "select", using=holds))
            case "create":
                check = _both(during, holds, _initial(plan, entity))
                found.append(RowPolicy(constraint_name(name, "create"), name, "insert", check=check))
            case "update":
                found.append(
                    RowPolicy(
                        constraint_name(name, "update"),
                        name,
                        "update",
                        using=_both(during, holds),
                        check=_both(during, holds),
                    )
                )
            case "delete":
                using = _both(during, holds)
                found.append(RowPolicy(constraint_name(name, "delete"), name, "delete", using=using))
                # PostgreSQL lets those lock a row who may update it; no update passes here.
                lock = constraint_name(name, "delete_lock")
                found.append(RowPolicy(lock, name, "update", using=using, check="false"))
    return found


def _initial(plan: Plan, entity: Entity) -> str | None:
    """What a caller's new row must look like besides the rule: theirs, in the first state, with the first role."""
    fixed = []
    if entity.owner:
        fixed.append(f"{column(entity.field(entity.owner))} = (select app.user_id())")
    if entity.lifecycle:
        fixed.append(f"{column(entity.field(entity.lifecycle.field))} = {quoted(entity.lifecycle.states[0])}")
    if plan.identity and plan.identity.entity == entity.name:
        fixed.append(f"role = {quoted(plan.identity.roles[0])}")
    return _both(*fixed) if fixed else None


def _part_policies(plan: Plan, entity: Entity) -> list[RowPolicy]:
    """A part is read by whoever reads its whole, and comes with the whole's creation."""
    assert entity.whole
    whole = plan.entity(entity.whole)
    back = next(part.back for part in whole.parts if part.entity == entity.name)
    inside = f"exists (select from {qualified(whole)} where {table(whole)}.id = {column(entity.field(back))})"
    name = table(entity)
    found = [RowPolicy(constraint_name(name, "read"), name, "select", using=inside)]
    if whole.rule("create"):
        found.append(
            RowPolicy(
                constraint_name(name, "create"),
                name,
                "insert",
                check=_both(_during(f"{collection(whole)}.create"), inside),
            )
        )
    return found


def _identity_policies(plan: Plan, entity: Entity) -> list[RowPolicy]:
    assert plan.identity
    name = table(entity)
    first = f"role = {quoted(plan.identity.roles[0])}"
    return [
        RowPolicy(constraint_name(name, "identity_read"), name, "select", using=_during(IDENTITY)),
        RowPolicy(constraint_name(name, "identity_create"), name, "insert", check=_both(_during(IDENTITY), first)),
    ]


def _routine_policies(plan: Plan, entity: Entity, conditions: Conditions) -> list[RowPolicy]:
    name = table(entity)
    moves = [routine for routine in routines(plan) if routine.subject is entity]
    found = [_move_policy(routine, entity, conditions) for routine in moves]
    readable = [routine.name for routine in moves if sees_hidden(routine)]
    for number, write in enumerate(write for write in writes(plan) if write.entity is entity):
        found.append(_write_policy(write, number, conditions))
        if isinstance(write.step, DeleteStep):
            found.append(_lock_policy(write, number, conditions))
        if not isinstance(write.step, CreateStep) and not write.routine.is_background:
            readable.append(write.routine.name)
    if readable:
        during = f"(select app.operation()) in ({', '.join(quoted(each) for each in dict.fromkeys(readable))})"
        found.append(RowPolicy(constraint_name(name, "written"), name, "select", using=during))
    looking = [quoted(each.name) for each in background(plan) if entity.name in reads_rows_of(each)]
    if looking:
        using = f"(select app.operation()) in ({', '.join(looking)}) and {_NOBODY}"
        found.append(RowPolicy(constraint_name(name, "background"), name, "select", using=using))
    return found


def _move_policy(routine: Routine, entity: Entity, conditions: Conditions) -> RowPolicy:
    assert routine.transition
    assert entity.lifecycle
    name = table(entity)
    state = column(entity.field(entity.lifecycle.field))
    sources = ", ".join(quoted(source) for source in routine.transition.sources)
    may = [conditions.of_row(entity, routine.rule.expression)]
    rule = entity.rule("read")
    if rule and sees_hidden(routine):
        may.append(conditions.of_row(entity, rule.expression))
    using = _both(_during(routine.name), f"{state} in ({sources})", *(each for each in may if each != "true"))
    check = _both(_during(routine.name), f"{state} = {quoted(routine.transition.target)}")
    verb = snake(routine.transition.name)
    policy = constraint_name(name, *([verb, "move"] if verb in _OTHER_POLICIES else [verb]))
    return RowPolicy(policy, name, "update", using=using, check=check)


def _write_policy(write: Write, number: int, conditions: Conditions) -> RowPolicy:
    name = table(write.entity)
    policy = constraint_name(name, "step", str(number + 1))
    during = during_routine(write.routine, conditions)
    match write.step:
        case CreateStep(assignments=assignments):
            fixed = [_fixed(write.entity, assignment) for assignment in assignments]
            return RowPolicy(policy, name, "insert", check=_both(during, *fixed))
        case UpdateStep(target=This()) if write.routine.transition and write.entity.lifecycle:
            state = column(write.entity.field(write.entity.lifecycle.field))
            moved = _both(during, f"{state} = {quoted(write.routine.transition.target)}")
            return RowPolicy(policy, name, "update", using=moved, check=moved)
        case UpdateStep():
            return RowPolicy(policy, name, "update", using=during, check=during)
        case DeleteStep():
            return RowPolicy(policy, name, "delete", using=during)


def _lock_policy(write: Write, number: int, conditions: Conditions) -> RowPolicy:
    """PostgreSQL lets those lock a row who may update it; no update passes here."""
    name = table(write.entity)
    during = during_routine(write.routine, conditions)
    return RowPolicy(constraint_name(name, "lock", str(number + 1)), name, "update", using=during, check="false")


def during_routine(routine: Routine, conditions: Conditions) -> str:
    """While the routine runs, for a caller whom its rule could let in."""
    if routine.is_background:
        return _both(_during(routine.name), _NOBODY)
    return _both(_during(routine.name), _caller(routine, conditions))


def _caller(routine: Routine, conditions: Conditions) -> str | None:
    """What a routine's rule says of the caller alone: all of it, or the roles that could satisfy it."""
    rule = routine.rule
    if conditions.is_role_only(rule.expression):
        return conditions.of_caller(rule.expression)
    if rule.anonymous:
        return None
    return f"(select app.user_role()) in ({', '.join(quoted(role) for role in rule.roles)})"


def _fixed(entity: Entity, assignment: Assignment) -> str | None:
    """The condition of an assignment whose value the database knows as well: the caller, or a word."""
    name = column(entity.field(assignment.field))
    match assignment.expression:
        case Me():
            return f"{name} = (select app.user_id())"
        case Constant(value=str(word)) | Widen(of=Constant(value=str(word))):
            return f"{name} = {quoted(word)}"
        case _:
            return None


def column_guards(plan: Plan) -> tuple[ColumnGuard, ...]:
    """For every table that anything updates, the columns by operation."""
    guards = []
    for entity in plan.entities:
        allowed: dict[str, list[str]] = {}
        if entity.rule("update"):
            allowed[f"{collection(entity)}.update"] = [column(field) for field in patched_fields(plan, entity)]
        for routine in routines(plan):
            if routine.subject is entity and entity.lifecycle:
                allowed.setdefault(routine.name, []).append(column(entity.field(entity.lifecycle.field)))
        for write in writes(plan):
            if write.entity is entity and isinstance(write.step, UpdateStep):
                fields = [column(entity.field(each.field)) for each in write.step.assignments]
                allowed.setdefault(write.routine.name, []).extend(fields)
        if allowed:
            unique = tuple((name, tuple(dict.fromkeys(map(unquoted, columns)))) for name, columns in allowed.items())
            guards.append(ColumnGuard(table(entity), unique))
    return tuple(guards)


def grants(plan: Plan) -> tuple[Grant, ...]:
    """The least that rules and routines need."""
    guarded = {guard.table: guard for guard in column_guards(plan)}
    found = []
    for entity in plan.entities:
        name = table(entity)
        steps = [write.step for write in writes(plan) if write.entity is entity]
        rules = plan.entity(entity.whole) if entity.whole else entity
        identity = plan.identity is not None and plan.identity.entity == entity.name
        columns = (
            dict.fromkeys(each for _, allowed in guarded[name].allowed for each in allowed) if name in guarded else {}
        )
        removed = entity.rule("delete") is not None or any(isinstance(step, DeleteStep) for step in steps)
        found.append(
            Grant(
                table=name,
                insert=identity
                or rules.rule("create") is not None
                or any(isinstance(step, CreateStep) for step in steps),
                update=(*map(identifier, columns), "updated_at") if columns or removed else (),
                delete=removed,
            )
        )
    return tuple(found)
