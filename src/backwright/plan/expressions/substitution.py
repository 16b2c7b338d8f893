"""Putting a row in the place of `this`."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import get_args

from backwright.plan.expressions.tree import Expression, This

__all__ = ["with_row"]

_NODES = get_args(Expression)


def with_row(expression: Expression, row: Expression) -> Expression:
    """The expression about `row`, which has the type that `this` had."""
    if isinstance(expression, This):
        return row
    changed: dict[str, object] = {}
    for field in fields(expression):
        value = getattr(expression, field.name)
        if isinstance(value, _NODES):
            changed[field.name] = with_row(value, row)
        elif isinstance(value, tuple):
            changed[field.name] = tuple(with_row(each, row) if isinstance(each, _NODES) else each for each in value)
    return replace(expression, **changed) if changed else expression  # type: ignore[arg-type]
