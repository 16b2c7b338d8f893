"""What rules ask of a plan: who may do what, who writes which field, how entities hang together."""

from __future__ import annotations

from collections.abc import Iterator

from backwright.lowering.operations import Routine, all_routines, writes
from backwright.lowering.wire.shapes import created_fields, patched_fields
from backwright.plan.expressions import role_only, roles_that_always_may, walk
from backwright.plan.expressions.tree import Access, Comparison, Expression, Me, This, Widen
from backwright.plan.indexes import all_steps, expressions_of
from backwright.plan.model import CreateStep, Entity, Field, Part, Plan, Rule

__all__ = [
    "ANYBODY",
    "a",
    "always",
    "compared_with_me",
    "counted",
    "every_expression",
    "every_rule",
    "holders",
    "is_identity",
    "listed",
    "makers",
    "may",
    "newcomers",
    "own",
    "part_of",
    "people",
    "self_service",
    "stores",
]

ANYBODY = ""
"""The caller without an account, among the roles."""


def may(rule: Rule | None) -> frozenset[str]:
    """Who could satisfy a rule for some row; nobody where there is none."""
    return frozenset((*rule.roles, *((ANYBODY,) if rule.anonymous else ()))) if rule else frozenset()


def always(plan: Plan, rule: Rule | None) -> frozenset[str]:
    """Who satisfies it for every row."""
    if rule is None:
        return frozenset()
    roles, anonymous = roles_that_always_may(rule.expression, plan.identity.roles if plan.identity else ())
    return frozenset((*roles, *((ANYBODY,) if anonymous else ())))


def self_service(plan: Plan, rule: Rule | None) -> frozenset[str]:
    """Who may because of the row, such as its owner, and not because of the role alone."""
    return may(rule) - always(plan, rule) if rule and not role_only(rule.expression) else frozenset()


def newcomers(plan: Plan) -> frozenset[str]:
    """Whoever has just registered, and whoever has not."""
    return frozenset((ANYBODY, *plan.identity.roles[:1])) if plan.identity else frozenset((ANYBODY,))


def people(plan: Plan, callers: frozenset[str]) -> str:
    """In words, in the order of the roles."""
    roles = [role for role in (plan.identity.roles if plan.identity else ()) if role in callers]
    return listed([*roles, *(["callers without an account"] if ANYBODY in callers else [])])


def a(name: str) -> str:
    """The name with its article."""
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 entity`, `3 entities`; `many` where an `s` is not enough."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def listed(words: list[str] | tuple[str, ...]) -> str:
    """`a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def is_identity(plan: Plan, entity: Entity) -> bool:
    """Whether its rows sign in."""
    return plan.identity is not None and plan.identity.entity == entity.name


def part_of(plan: Plan, entity: Entity) -> tuple[Entity, Part] | None:
    """The whole and the place in it."""
    whole = plan.entity(entity.whole) if entity.whole else None
    part = next((each for each in whole.parts if each.entity == entity.name), None) if whole else None
    return (whole, part) if whole and part else None


def own(plan: Plan, entity: Entity) -> tuple[Field, ...]:
    """What the author has declared as fields: neither the state, nor the role, nor the reference of a part."""
    found = part_of(plan, entity)
    gained = {entity.lifecycle.field} if entity.lifecycle else set()
    gained |= {"role"} if is_identity(plan, entity) else set()
    gained |= {found[1].back} if found else set()
    return tuple(field for field in entity.fields if field.name not in gained)


def stores(plan: Plan, entity: Entity, action: str) -> frozenset[str]:
    """The fields that a body of a `create` or an `update` writes; none where the action does not exist."""
    registers = action == "create" and is_identity(plan, entity)
    if entity.rule(action) is None and not registers:
        return frozenset()
    found = created_fields(plan, entity) if action == "create" else patched_fields(plan, entity)
    return frozenset(field.name for field in found)


def makers(plan: Plan, entity: Entity) -> bool:
    """Whether anything can ever make a row of it."""
    made = any(isinstance(each.step, CreateStep) and each.entity is entity for each in writes(plan))
    found = part_of(plan, entity)
    inside = found is not None and found[0].rule("create") is not None
    return made or inside or entity.rule("create") is not None or is_identity(plan, entity)


def holders(plan: Plan, entity: Entity, rule: Rule | None) -> frozenset[str]:
    """Whom a rule admits because the row is theirs, as far as they can ever have one.

    Where the owner alone is asked for, whoever can neither create a row nor cause one has none.
    """
    able = self_service(plan, rule)
    if not entity.owner or not compared_with_me(rule) <= {entity.owner}:
        return able
    causes = (each.routine for each in writes(plan) if isinstance(each.step, CreateStep) and each.entity is entity)
    made = frozenset(role for cause in causes if not cause.is_background for role in may(cause.rule))
    return able & (may(entity.rule("create")) | made)


def every_rule(plan: Plan) -> Iterator[tuple[str, Rule]]:
    """Every rule with the element it belongs to."""
    for entity in plan.entities:
        for rule in entity.rules:
            yield entity.name, rule
        for move in entity.lifecycle.transitions if entity.lifecycle else ():
            yield f"{entity.name}.{move.name}", move.rule
    for operation in plan.operations:
        yield operation.name, operation.rule
    for channel in plan.channels:
        yield channel.address, channel.rule


def every_expression(plan: Plan) -> Iterator[Expression]:
    """Whatever is evaluated anywhere."""
    for _, rule in every_rule(plan):
        yield rule.expression
    for entity in plan.entities:
        yield from (computed.expression for computed in entity.computed)
        yield from (check.expression for check in entity.checks)
    for routine in all_routines(plan):
        yield from _done_by(routine)
    for operation in plan.operations:
        yield from (each.expression for each in (operation.then.assignments if operation.then else ()))


def _done_by(routine: Routine) -> Iterator[Expression]:
    for step in all_steps(routine.steps):
        yield from expressions_of(step)
    if routine.job and routine.job.where:
        yield routine.job.where


def compared_with_me(rule: Rule | None) -> frozenset[str]:
    """The fields of `this` that a rule compares with the caller: `author == me` and `owner` give `author`."""
    if rule is None:
        return frozenset()
    found = set()
    for node in walk(rule.expression):
        if isinstance(node, Comparison) and node.operator == "==":
            sides = [_plain(node.left), _plain(node.right)]
            if any(isinstance(side, Me) for side in sides):
                found |= {side.name for side in sides if isinstance(side, Access) and isinstance(side.of, This)}
    return frozenset(found)


def _plain(expression: Expression) -> Expression:
    return _plain(expression.of) if isinstance(expression, Widen) else expression
