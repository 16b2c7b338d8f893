"""What an answer shows, and whether everybody sees it alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from backwright.plan.expressions import Expression, fields_read, roles_that_always_may
from backwright.plan.expressions.tree import Access, Comparison, Constant, Logical, Me, This, Widen
from backwright.plan.model import Computed, Entity, Part, Plan, Rule

__all__ = ["Readable", "closed_beside", "is_open", "is_public", "sees_own_writes", "shown_with"]


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


def sees_own_writes(plan: Plan, entity: Entity, roles: tuple[str, ...] | None) -> bool:
    """Whether all callers with these roles, or everybody, can read a row of theirs; no where that is not certain."""
    rule = entity.rule("read")
    if rule is None:
        return False
    known = plan.identity.roles if plan.identity else ()
    always, anonymous = roles_that_always_may(rule.expression, known)
    if roles is None:
        return anonymous and set(known) <= set(always)
    return set(roles) <= set(always) or _lets_owners(rule.expression, entity.owner)


def _lets_owners(expression: Expression, owner: str | None) -> bool:
    match expression:
        case Logical(operator="||", left=left, right=right):
            return _lets_owners(left, owner) or _lets_owners(right, owner)
        case Comparison(operator="==", left=left, right=right):
            sides = {_side(left, owner), _side(right, owner)}
            return sides == {"me", "owner"}
        case _:
            return False


def _side(expression: Expression, owner: str | None) -> str:
    match expression:
        case Me():
            return "me"
        case Widen(of=of):
            return _side(of, owner)
        case Access(of=This(), name=name) if name == owner:
            return "owner"
        case _:
            return ""
