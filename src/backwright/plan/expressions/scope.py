"""What an expression may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from backwright.plan.expressions.nodes import Expression
from backwright.plan.expressions.types import Typing

__all__ = ["Scope", "Shape"]


@dataclass(frozen=True, slots=True)
class Shape:
    """What an entity offers: stored fields (also `id` and the times), parts by name with their entity, and what its
    computed fields stand for, said of `this`."""

    fields: Mapping[str, Typing]
    many: Mapping[str, str] = field(default_factory=dict)
    computed: Mapping[str, Expression] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """The place of an expression. `this` and `me` are entity names; `owner` a field of `this` that points at `me`;
    `present` the keys of paths that are known not to be null here (see `known_present`)."""

    shapes: Mapping[str, Shape]
    this: str | None = None
    me: str | None = None
    roles: tuple[str, ...] = ()
    owner: str | None = None
    variables: Mapping[str, Typing] = field(default_factory=dict)
    present: frozenset[str] = frozenset()
