"""A caller who may do something, and the rows that must be there for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backwright.lowering.specimens.rules import RuleCase, rule_cases
from backwright.lowering.specimens.world import World
from backwright.lowering.suites.arranging import around, arranged, inserted, shown_rows
from backwright.lowering.suites.expressions import CALLER, AccountId, Expression, Members, Path, Request, Row, Version
from backwright.lowering.suites.statements import SignIn, Statement
from backwright.lowering.suites.titles import somebody
from backwright.plan.expressions import Value
from backwright.plan.model import Action, Entity, Plan

__all__ = ["Setting", "Siblings", "setting"]

Given = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Siblings:
    """Rows of one kind: the statements that insert them with all they need, and their ids."""

    statements: list[Statement]
    ids: tuple[Row | AccountId, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """A caller who may do something, in a world where that is so."""

    plan: Plan
    entity: Entity
    base: str
    case: RuleCase

    @property
    def who(self) -> str:
        """The caller in a title."""
        return somebody(self.case.role)

    def request(
        self, method: str, *below: str | Expression, body: Expression | None = None, query: Members = ()
    ) -> Request:
        """What the caller sends to the collection, or below it."""
        path: Path = (f"{self.base}/", *below) if below else (self.base,)
        means: Version | None = "any" if self.entity.versioned and method in ("PATCH", "DELETE") else None
        return Request(method, path, CALLER if self.case.role else None, body, query, means=means)

    def caller(self) -> list[Statement]:
        """The caller alone."""
        return [SignIn(self.case.role)] if self.case.role else []

    @property
    def this(self) -> Row | AccountId:
        """The row's id."""
        return inserted(self.case.world, self.case.this)

    def arrange(self, *, without_row: bool = False) -> list[Statement]:
        """Everything that must be there, with or without the row itself."""
        world, this = self.case.world, self.case.this
        return around(world, this) if without_row else arranged(world, (this,))

    def siblings(self, *given: tuple[str, Given]) -> Siblings | None:
        """More such rows under these names, in place of the row itself; None where they cannot be together."""
        world = self.case.world.without(self.case.this)
        names = [self._add(world, name, values) for name, values in given]
        if not world.sound() or not all(world.visible(name) for name in names):
            return None
        said = (value for _, values in given for value in values.values())
        targets = [value for value in said if isinstance(value, str) and value in world.rows]
        return Siblings(arranged(world, (*names, *targets)), tuple(inserted(world, name) for name in names))

    def _add(self, world: World, wish: str, given: Given) -> str:
        model = self.case.world.rows[self.case.this]
        shown = shown_rows(world)
        taken = {name for name in model.changed if model.values[name] != self.case.this}
        taken |= {name for name, value in model.values.items() if name != "id" and value in shown}
        alike = {**{name: model.values[name] for name in taken}, **given}
        targets = {name: model.values[name] for name in taken - given.keys() - {self.entity.owner}}
        for change in ({}, *({name: value} for name, value in targets.items())):
            trial = world.copy()
            for name, value in change.items():
                alike = alike | {name: _another_target(trial, value)}
            row = trial.add(self.entity, wish, alike)
            if trial.sound():
                break
        world.rows = trial.rows
        return row.name


def _another_target(world: World, value: Value) -> Value:
    """A row like the one referred to; a value that is no row as it is."""
    target = world.rows.get(value) if isinstance(value, str) else None
    if target is None or target.role is not None:
        return value
    return world.add(target.entity, target.name, {name: target.values[name] for name in target.changed}).name


def setting(plan: Plan, entity: Entity, base: str, action: Action) -> Setting | None:
    """The caller whose world has the fewest peculiarities; somebody else's row rather than the caller's own."""
    cases = [case for case in rule_cases(plan, entity, action) if case.outcome == "allowed"]
    if not cases:
        return None
    return Setting(plan, entity, base, min(cases, key=lambda case: (case.this == case.world.me, _peculiar(case))))


def _peculiar(case: RuleCase) -> int:
    return sum(len(row.changed) for row in case.world.rows.values())
