"""Exact arithmetic in PostgreSQL, over SQL texts."""

from __future__ import annotations

__all__ = ["quotient", "remainder"]


def quotient(numerator: str, denominator: str, scale: int) -> str:
    """Halves away from zero at a fixed scale, null when dividing by zero.

    `a / b` would round at a scale of PostgreSQL's choice first, and that could decide the second rounding.
    """
    if "select" in numerator or "select" in denominator:
        inner = _quotient("q.n", "q.d", scale)
        return f"(select {inner} from (select {numerator} as n, {denominator} as d offset 0) q)"
    return _quotient(numerator, denominator, scale)


def _quotient(numerator: str, denominator: str, scale: int) -> str:
    unit = f"0.{'0' * (scale - 1)}1" if scale else "1"
    doubled = 2 * 10**scale
    top = f"{doubled} * {numerator} + sign({numerator}) * abs({denominator})"
    return f"(div({top}, 2 * nullif({denominator}, 0)) * {unit})"


def remainder(left: str, right: str) -> str:
    """The remainder of a division truncated towards zero, null when dividing by zero."""
    return f"mod({left}, nullif({right}, 0))"
