"""Which rows to aim at: every value of what a policy reads, and the ends of the ranges of what steps compute."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from backwright.gates.values import Values
from backwright.plan.expressions import Expression, Value, fields_read, references
from backwright.plan.expressions.tree import Access, Many, This, Variable
from backwright.plan.indexes import all_steps
from backwright.plan.model import (
    Bool,
    EachStep,
    Entity,
    Enumeration,
    Exact,
    Integer,
    Plan,
    Reference,
    RequireStep,
    Step,
    Transition,
    UpdateStep,
)

__all__ = ["Variants", "Wishes", "ends_of", "spread"]

_MOST = 60
_DEEPEST = 3
Path = tuple[str, ...]
_T = TypeVar("_T")

Wishes = Mapping[Path, Value]
"""Wanted values by path, such as `("status",)` or `("pet", "keeper")`; the name of a part alone takes a count."""


def spread(items: Sequence[_T], most: int) -> list[_T]:
    """At most so many of the items, evenly chosen, the first and the last among them."""
    if len(items) <= most:
        return list(items)
    return [items[at * (len(items) - 1) // (most - 1)] for at in range(most)]


@dataclass(frozen=True, slots=True)
class Variants:
    """The wishes for rows of every entity; `people` are the accounts that rows may belong to."""

    plan: Plan
    people: tuple[UUID, ...]

    def of(self, entity: Entity) -> list[Wishes]:
        """The wishes for rows of one entity."""
        domains = self._domains(entity)
        names, choices = list(domains), list(domains.values())
        combinations = list(itertools.product(*choices))
        chosen = spread(combinations, _MOST)
        first = combinations[0]
        for at, values in enumerate(choices):
            chosen += [(*first[:at], value, *first[at + 1 :]) for value in values]
        wishes = [dict(zip(names, values, strict=True)) for values in dict.fromkeys(chosen)]
        return wishes + list(self._pressed_through(entity, wishes[0]))

    def _domains(self, entity: Entity) -> dict[Path, list[Value]]:
        domains: dict[Path, list[Value]] = {}
        if entity.lifecycle:
            domains[(entity.lifecycle.field,)] = list(entity.lifecycle.states)
        for path in sorted(set(self._paths(entity))):
            found = self._domain(entity, path)
            if found is not None:
                domains.setdefault(*found)
        for name in self.pressed(entity):
            domains.setdefault((name,), [_middle(entity, name), *ends_of(entity, name)])
        return domains

    def _paths(self, entity: Entity) -> Iterator[Path]:
        for expression in _conditions(entity):
            yield from (path.names for path in references(expression) if path.root == "this" and path.names)
        for step in self._every_step():
            if isinstance(step, RequireStep):
                for other, name in fields_read(step.expression):
                    if other == entity.name and isinstance(_kind(entity, name), Enumeration | Bool):
                        yield (name,)

    def _every_step(self) -> Iterator[Step]:
        for operation in self.plan.operations:
            yield from all_steps(operation.steps)
        for entity in self.plan.entities:
            for move in entity.lifecycle.transitions if entity.lifecycle else ():
                yield from all_steps((*move.require, *move.steps))

    def _domain(self, entity: Entity, path: Path) -> tuple[Path, list[Value]] | None:
        """The values to try at a path; the path ends at an account."""
        for depth, name in enumerate(path[:_DEEPEST]):
            part = next((part for part in entity.parts if part.name == name), None)
            if part is not None:
                return path[: depth + 1], [part.min_size, min(part.min_size + 1, part.max_size)]
            field = next((field for field in entity.fields if field.name == name), None)
            if field is None:
                return None
            absent: list[Value] = [None] if field.optional else []
            last = depth == len(path) - 1
            match field.type:
                case Reference(entity=target):
                    if self.plan.identity and target == self.plan.identity.entity:
                        return path[: depth + 1], [*self.people, *absent]
                    if last:
                        return None
                    entity = self.plan.entity(target)
                case Enumeration(values):
                    return path[: depth + 1], [*values, *absent]
                case Bool():
                    return path[: depth + 1], [False, True, *absent]
                case _:
                    return None
        return None

    def pressed(self, entity: Entity) -> list[str]:
        """Fields whose numbers some step computes."""
        steps = [step for step in self._every_step() if isinstance(step, UpdateStep) and step.entity == entity.name]
        names = dict.fromkeys(each.field for step in steps for each in step.assignments)
        return [name for name in names if ends_of(entity, name)]

    def _pressed_through(self, entity: Entity, base: Wishes) -> Iterator[Wishes]:
        """For transitions, rows whose neighbours stand at the ends of their ranges."""
        for move in entity.lifecycle.transitions if entity.lifecycle else ():
            assert entity.lifecycle
            for path, step in _updated_through(move):
                target = self.plan.entity(step.entity)
                if self.plan.identity and target.name == self.plan.identity.entity:
                    continue
                for assignment in step.assignments:
                    for end in ends_of(target, assignment.field):
                        state: Wishes = {(entity.lifecycle.field,): move.sources[0]}
                        yield {**base, **state, (*path, assignment.field): end}


def _conditions(entity: Entity) -> Iterator[Expression]:
    yield from (rule.expression for rule in entity.rules)
    for move in entity.lifecycle.transitions if entity.lifecycle else ():
        yield move.rule.expression
        yield from (require.expression for require in move.require)


def _kind(entity: Entity, name: str) -> object:
    return next((field.type for field in entity.fields if field.name == name), None)


def ends_of(entity: Entity, name: str) -> list[Value]:
    """The bounds of a number."""
    kind = _kind(entity, name)
    match kind:
        case Integer(minimum, maximum):
            return [minimum, *([maximum] if maximum < 2**53 - 1 else [])]
        case Exact(minimum=minimum, maximum=maximum):
            return [end for end in (minimum, maximum) if end is not None]
        case _:
            return []


def _middle(entity: Entity, name: str) -> Value:
    return Values().of(entity.field(name).type)


def _updated_through(move: Transition) -> Iterator[tuple[Path, UpdateStep]]:
    for step in move.steps:
        inner = step.steps if isinstance(step, EachStep) else (step,)
        loop = step.each if isinstance(step, EachStep) else None
        for each in inner:
            if isinstance(each, UpdateStep):
                source = _this_path(loop.source, {}) if loop else None
                path = _this_path(each.target, {loop.variable: source} if loop and source else {})
                if path:
                    yield path, each


def _this_path(expression: Expression, loops: dict[str, Path]) -> Path | None:
    match expression:
        case This():
            return ()
        case Variable(name=name):
            return loops.get(name)
        case Access(of=of, name=name) | Many(of=of, name=name):
            before = _this_path(of, loops)
            return None if before is None else (*before, name)
        case _:
            return None
