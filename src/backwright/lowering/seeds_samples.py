"""Names that rows of well-known kinds have."""

from __future__ import annotations

from functools import cache

from backwright.packs.data import load, words
from backwright.plan.naming import snake

__all__ = ["is_person", "samples"]


@cache
def samples(entity: str) -> tuple[str, ...]:
    """For the last word of an entity's name; empty where nothing is known of it."""
    known = load("samples")
    name = snake(entity)
    return words(known.get(name) or known.get(name.rpartition("_")[2]))


@cache
def is_person(entity: str) -> bool:
    """Whether rows of that name are people."""
    return snake(entity).rpartition("_")[2] in words(load("samples").get("people"))
