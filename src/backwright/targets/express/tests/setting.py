"""A caller who may do something, and the rows that must be there for it."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.lowering.specimens.rules import RuleCase, rule_cases
from backwright.plan.model import Action, Entity, Plan
from backwright.targets.express import text
from backwright.targets.express.tests.code import CALLER, arranged, factory, hugging, inserted, row_members
from backwright.targets.express.tests.titles import somebody

__all__ = ["NOWHERE", "Setting", "setting"]

NOWHERE = "0198c0de-0000-7000-8000-00000000dead"


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

    @property
    def call(self) -> str:
        """The options of a call without a body."""
        return f", {{ as: {CALLER} }}" if self.case.role else ""

    def with_body(self, body: str) -> str:
        """The options of a call with a body."""
        given = body if body.startswith("body") else f"body: {body}"
        return f"{{ as: {CALLER}, {given} }}" if self.case.role else f"{{ {given} }}"

    def caller(self) -> list[str]:
        """The caller alone."""
        role = self.case.role
        return [f"  const {CALLER} = await signIn({text.string(role)});"] if role else []

    @property
    def this(self) -> str:
        """The row's id in an expression."""
        return inserted(self.case.world, self.case.this)

    @property
    def path(self) -> str:
        """The row's path as a template literal."""
        return f"`{self.base}/${{{self.this}}}`"

    def arrange(self, *, without_row: bool = False) -> list[str]:
        """Everything that must be there, with or without the row itself."""
        world = self.case.world
        return arranged(world, () if without_row else (self.case.this,), self.case.this if without_row else "")

    def insert(self, name: str, changed: dict[str, str] | None = None) -> list[str]:
        """One more such row."""
        world = self.case.world
        shown = {each for each, row in world.rows.items() if row.changed or row.role is not None} - {self.case.this}
        members = [m for m in row_members(world, self.case.this, shown) if m.split(":")[0] not in (changed or {})]
        members += [f"{key}: {value}" if value != key else key for key, value in (changed or {}).items()]
        start = f"const {name} = await {factory(self.entity)}("
        return hugging(start, members, ");") if members else [f"  {start});"]


def setting(plan: Plan, entity: Entity, base: str, action: Action) -> Setting | None:
    """The caller whose world has the fewest peculiarities; somebody else's row rather than the caller's own."""
    cases = [case for case in rule_cases(plan, entity, action) if case.outcome == "allowed"]
    if not cases:
        return None
    return Setting(plan, entity, base, min(cases, key=lambda case: (case.this == case.world.me, _peculiar(case))))


def _peculiar(case: RuleCase) -> int:
    return sum(len(row.changed) for row in case.world.rows.values())
