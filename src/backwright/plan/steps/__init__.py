"""Steps of operations and transitions, resolved and checked."""

from backwright.plan.steps.place import Place
from backwright.plan.steps.resolve import resolve_requires, resolve_steps

__all__ = ["Place", "resolve_requires", "resolve_steps"]
