"""What caches may keep of the answers to reads (RFC 9111)."""

from __future__ import annotations

from backwright.plan.expressions import fields_read
from backwright.plan.expressions.tree import Constant
from backwright.plan.model import Entity, Plan

__all__ = ["is_open", "is_public"]


def is_public(plan: Plan, entity: Entity) -> bool:
    """Whether everybody, also without an account, sees every row, and sees it alike.

    Computed fields read other rows under the reader's policies, so those rows must be public too; so must be those that
    an answer includes, which the runtimes look at when they know them.
    """
    shown = [entity, *_inside(plan, entity)]
    read = {name for each in shown for computed in each.computed for name, _ in fields_read(computed.expression)}
    others = [plan.entity(name) for name in read if name not in {each.name for each in shown}]
    return is_open(entity) and all(is_open(_outermost(plan, other)) for other in others)


def _inside(plan: Plan, entity: Entity) -> list[Entity]:
    parts = [plan.entity(part.entity) for part in entity.parts]
    return [*parts, *(inner for part in parts for inner in _inside(plan, part))]


def _outermost(plan: Plan, entity: Entity) -> Entity:
    """A part is read by whoever reads its whole."""
    return _outermost(plan, plan.entity(entity.whole)) if entity.whole else entity


def is_open(entity: Entity) -> bool:
    """Whether its policies show every row to everybody."""
    rule = entity.rule("read")
    return rule is not None and isinstance(rule.expression, Constant) and rule.expression.value is True
