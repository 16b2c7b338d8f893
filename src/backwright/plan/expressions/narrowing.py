"""What the outcome of a condition says about null."""

from __future__ import annotations

from backwright.plan.expressions.nodes import (
    Access,
    Comparison,
    Expression,
    Logical,
    Me,
    Membership,
    Not,
    NullTest,
    Role,
    This,
    Variable,
    Widen,
)

__all__ = ["known_present", "path_key"]

_NOTHING: frozenset[str] = frozenset()


def path_key(expression: Expression) -> str | None:
    """The name of a path that stays the same within one evaluation; None for anything else."""
    match expression:
        case This():
            return "this"
        case Me():
            return "me"
        case Role():
            return "me.role"
        case Variable(name=name):
            return f"${name}"
        case Access(of=of, name=name):
            before = path_key(of)
            return None if before is None else f"{before}.{name}"
        case _:
            return None


def known_present(condition: Expression, outcome: bool) -> frozenset[str]:
    """Keys of the paths that cannot be null once `condition` came out as `outcome`."""
    match condition:
        case NullTest(of=of, negated=negated):
            return _prefixes(of) if negated == outcome else _NOTHING
        case Comparison(operator="==", left=left, right=right):
            return _prefixes(left) | _prefixes(right) if outcome else _NOTHING
        case Comparison(operator="!=", left=left, right=right):
            return _NOTHING if outcome else _prefixes(left) | _prefixes(right)
        case Membership(item=item):
            return _prefixes(item) if outcome else _NOTHING
        case Not(of=of):
            return known_present(of, not outcome)
        case Logical(operator=operator, left=left, right=right):
            one, other = known_present(left, outcome), known_present(right, outcome)
            return one | other if (operator == "&&") == outcome else one & other
        case _:
            return _NOTHING


def _prefixes(expression: Expression) -> frozenset[str]:
    match expression:
        case Widen(of=of):
            return _prefixes(of)
        case Role():
            return frozenset({"me", "me.role"})
        case Access(of=of):
            key = path_key(expression)
            return _prefixes(of) | ({key} if key else _NOTHING)
        case _:
            key = path_key(expression)
            return frozenset({key}) if key else _NOTHING
