"""When routes are deprecated and go."""

from __future__ import annotations

from datetime import date

from backwright.blueprint.nodes import RetirementNode
from backwright.plan.model import Retirement

__all__ = ["retirement"]


def retirement(node: RetirementNode | None) -> Retirement | None:
    """The days; None where nothing is deprecated."""
    if node is None:
        return None
    return Retirement(
        date.fromisoformat(node.deprecated.value), date.fromisoformat(node.sunset.value) if node.sunset else None
    )
