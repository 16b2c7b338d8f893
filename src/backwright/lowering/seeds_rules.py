"""What other parts of a plan say about an entity's rows: copied prices, times that a state brings, conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backwright.lowering.operations import routines
from backwright.plan.expressions import Expression
from backwright.plan.expressions.tree import Access, Many, Me, Role, Variable, Widen, walk
from backwright.plan.indexes import all_steps
from backwright.plan.model import CreateStep, Entity, Plan, Reference, RequireStep, Transition, UpdateStep

__all__ = ["Copied", "copied_fields", "required_in", "stamped_in"]


@dataclass(frozen=True, slots=True)
class Copied:
    """`field` takes the value of `source` from the row that `reference` names."""

    field: str
    reference: str
    source: str


def copied_fields(plan: Plan, entity: Entity) -> tuple[Copied, ...]:
    """What operations copy from a referred row when they create one of these."""
    found: list[Copied] = []
    for routine in routines(plan):
        for step in all_steps(routine.steps):
            if not isinstance(step, CreateStep) or step.entity != entity.name:
                continue
            targets = {
                each.expression: each.field
                for each in step.assignments
                if isinstance(entity.field(each.field).type, Reference)
            }
            for each in step.assignments:
                value = _plain(each.expression)
                if isinstance(value, Access) and value.of in targets:
                    found.append(Copied(each.field, targets[value.of], value.name))
    return tuple(dict.fromkeys(found))


def _plain(expression: Expression) -> Expression:
    return _plain(expression.of) if isinstance(expression, Widen) else expression


def stamped_in(entity: Entity) -> Mapping[str, frozenset[str]]:
    """Fields that transitions set to the time, each with the states that those lead to."""
    found: dict[str, frozenset[str]] = {}
    for move in entity.lifecycle.transitions if entity.lifecycle else ():
        for step in all_steps(move.steps):
            if isinstance(step, UpdateStep) and step.entity == entity.name:
                for each in step.assignments:
                    if each.expression == Variable("now", each.expression.typing):
                        found[each.field] = found.get(each.field, frozenset()) | {move.target}
    return found


def required_in(entity: Entity, state: str) -> tuple[Expression, ...]:
    """What the transitions on the way to a state ask of the row alone."""
    found: list[Expression] = []
    for move in _way(entity, state):
        asked = [step.expression for step in (*move.require, *move.steps) if isinstance(step, RequireStep)]
        found += [each for each in asked if not _reads_elsewhere(each)]
    return tuple(found)


def _way(entity: Entity, state: str) -> tuple[Transition, ...]:
    """The fewest transitions from the first state."""
    assert entity.lifecycle
    ways: dict[str, tuple[Transition, ...]] = {entity.lifecycle.states[0]: ()}
    for _ in entity.lifecycle.states:
        for move in entity.lifecycle.transitions:
            for source in move.sources:
                if source in ways and move.target not in ways:
                    ways[move.target] = (*ways[source], move)
    return ways.get(state, ())


def _reads_elsewhere(expression: Expression) -> bool:
    return any(isinstance(node, Me | Role | Variable | Many) for node in walk(expression))
