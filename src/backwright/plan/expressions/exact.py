"""Exact decimal arithmetic without a hidden precision."""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal, Inexact

__all__ = ["DIVISION_SCALE", "add", "divide", "multiply", "negate", "remainder", "rounded", "subtract"]

DIVISION_SCALE = 6
_EXACT = Context(prec=20_000, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[Inexact])
_ROUNDING = Context(prec=20_000, rounding=ROUND_HALF_UP, Emax=MAX_EMAX, Emin=MIN_EMIN)


def add(left: Decimal, right: Decimal) -> Decimal:
    """The sum."""
    return _EXACT.add(left, right)


def subtract(left: Decimal, right: Decimal) -> Decimal:
    """The difference."""
    return _EXACT.subtract(left, right)


def multiply(left: Decimal, right: Decimal) -> Decimal:
    """The product."""
    return _unsigned_zero(_EXACT.multiply(left, right))


def negate(value: Decimal) -> Decimal:
    """The number with the other sign; zero has none."""
    return _unsigned_zero(value.copy_negate())


def rounded(value: Decimal, scale: int) -> Decimal:
    """The nearest value with `scale` decimals, halves away from zero."""
    return _unsigned_zero(_ROUNDING.quantize(value, Decimal(1).scaleb(-scale)))


def divide(left: Decimal, right: Decimal, scale: int) -> Decimal | None:
    """The quotient rounded to `scale` decimals, halves away from zero; None when dividing by zero."""
    if right == 0:
        return None
    numerator, denominator = _EXACT.multiply(left, right), _EXACT.multiply(right, right)
    shift = max(-_exponent(numerator), -_exponent(denominator), 0)
    top, bottom = int(numerator.scaleb(shift + scale, _EXACT)), int(denominator.scaleb(shift, _EXACT))
    magnitude = (2 * abs(top) + bottom) // (2 * bottom)
    return Decimal(-magnitude if top < 0 else magnitude).scaleb(-scale, _EXACT)


def remainder(left: int, right: int) -> int | None:
    """What division truncated towards zero leaves, with the sign of `left`; None when dividing by zero."""
    if right == 0:
        return None
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


def _unsigned_zero(value: Decimal) -> Decimal:
    return value if value else value.copy_abs()


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
