"""What caches may keep of the answers to reads (RFC 9111)."""

from __future__ import annotations

from backwright.plan import visibility
from backwright.plan.model import Entity, Plan
from backwright.plan.visibility import is_open

__all__ = ["is_open", "is_public"]


def is_public(plan: Plan, entity: Entity) -> bool:
    """Whether everybody, also without an account, sees every row, and sees it alike.

    So must be the rows that an answer includes, which the runtimes look at when they know them.
    """
    return visibility.is_public(plan.entity, entity)
