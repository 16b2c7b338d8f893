"""How declared names look elsewhere: snake case in the database, kebab case in paths."""

from __future__ import annotations

import re

from backwright.plan.model import Entity, Transition

__all__ = ["back_reference", "collection_path", "kebab", "snake", "transition_path"]

_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake(name: str) -> str:
    """`unitPrice` to `unit_price`."""
    return _BOUNDARY.sub("_", name).lower()


def kebab(name: str) -> str:
    """`LineItems` to `line-items`."""
    return snake(name).replace("_", "-")


def back_reference(whole: str) -> str:
    """The name of a part's reference to its whole: the whole's name with a small first letter."""
    return whole[:1].lower() + whole[1:]


def collection_path(entity: Entity) -> str:
    """Where an entity's rows are served: `/line-items`."""
    return f"/{kebab(entity.plural)}"


def transition_path(entity: Entity, transition: Transition) -> str:
    """Where a transition is served: `/notes/{id}/close`."""
    return f"{collection_path(entity)}/{{id}}/{kebab(transition.name)}"
