"""What the security page says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backwright.lowering.limits import limits
from backwright.plan.model import Plan
from backwright.targets.documentation.asvs import Met, met
from backwright.targets.documentation.project import Project
from backwright.targets.documentation.words import condition, who

__all__ = ["SecurityView", "security"]


@dataclass(frozen=True, slots=True)
class RuleView:
    """Who may do something, and the condition as the blueprint has it."""

    entity: str
    action: str
    who: str
    condition: str


@dataclass(frozen=True, slots=True)
class SecurityView:
    """Who may do what, and what stands before it."""

    project: Project
    rules: tuple[RuleView, ...]
    limits: tuple[tuple[str, str], ...]
    first_role: str
    has_channels: bool
    met: tuple[Met, ...]


def security(plan: Plan, known: Project) -> SecurityView:
    """The view."""
    return SecurityView(
        project=known,
        rules=tuple(_rules(plan)),
        limits=limits(plan),
        first_role=plan.identity.roles[0] if plan.identity else "",
        has_channels=bool(plan.channels),
        met=met(plan, has_image=known.is_packaged),
    )


def _rules(plan: Plan) -> Iterator[RuleView]:
    for entity in plan.entities:
        moves = entity.lifecycle.transitions if entity.lifecycle else ()
        rules = [(rule.action, rule) for rule in entity.rules] + [(move.name, move.rule) for move in moves]
        for action, rule in rules:
            yield RuleView(entity.name, action, who(None if rule.anonymous else rule.roles), condition(rule.expression))
    for operation in plan.operations:
        rule = operation.rule
        yield RuleView("", operation.name, who(None if rule.anonymous else rule.roles), condition(rule.expression))
