"""The generated project's own tests, as their templates see them."""

from __future__ import annotations

from backwright.plan.model import Entity, Plan

__all__ = ["integration_view"]


def integration_view(plan: Plan, entity: Entity) -> None:
    """Nothing yet."""
    del plan, entity
