"""What an answer shows, and whether everybody sees it alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from backwright.plan.expressions import fields_read
from backwright.plan.expressions.tree import Constant
from backwright.plan.model import Computed, Part, Rule

__all__ = ["Readable", "closed_beside", "is_open", "is_public", "shown_with"]


class Readable(Protocol):
    """An entity, or one in the making, as far as it is about reading."""

    @property
    def name(self) -> str: ...
    @property
    def whole(self) -> str | None: ...
    @property
    def parts(self) -> Sequence[Part]: ...
    @property
    def computed(self) -> Sequence[Computed]: ...
    @property
    def rules(self) -> Sequence[Rule]: ...


E = TypeVar("E", bound=Readable)


def is_public(find: Callable[[str], E], entity: E) -> bool:
    """Whether everybody, also without an account, sees every row, and sees it alike.

    Computed fields read other rows under the reader's policies, so those rows must be public too.
    """
    return is_open(entity) and not closed_beside(find, entity)


def closed_beside(find: Callable[[str], E], entity: E) -> tuple[E, ...]:
    """The entities that computed fields read although not everybody sees their rows."""
    inside = {each.name for each in (entity, *_inside(find, entity))}
    others = (each for each in shown_with(find, entity) if each.name not in inside)
    return tuple(other for other in others if not is_open(_outermost(find, other)))


def shown_with(find: Callable[[str], E], entity: E) -> tuple[E, ...]:
    """The entities whose rows an answer shows: itself, its parts, and what computed fields read."""
    inside = (entity, *_inside(find, entity))
    read = (name for each in inside for computed in each.computed for name, _ in fields_read(computed.expression))
    return tuple(find(name) for name in dict.fromkeys((*(each.name for each in inside), *read)))


def _inside(find: Callable[[str], E], entity: E) -> list[E]:
    parts = [find(part.entity) for part in entity.parts]
    return [*parts, *(inner for part in parts for inner in _inside(find, part))]


def _outermost(find: Callable[[str], E], entity: E) -> E:
    """A part is read by whoever reads its whole; parts in a circle are refused elsewhere."""
    seen: set[str] = set()
    while entity.whole and entity.name not in seen:
        seen.add(entity.name)
        entity = find(entity.whole)
    return entity


def is_open(entity: Readable) -> bool:
    """Whether its policies show every row to everybody."""
    rule = next((rule for rule in entity.rules if rule.action == "read"), None)
    return rule is not None and isinstance(rule.expression, Constant) and rule.expression.value is True
