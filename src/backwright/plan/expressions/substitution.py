"""Putting a row in the place of `this`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import get_args

from backwright.plan.expressions.tree import Aggregate, Expression, This, Variable, walk

__all__ = ["with_row"]

_NODES = get_args(Expression)


def with_row(expression: Expression, row: Expression) -> Expression:
    """The expression about `row`, which has the type that `this` had; no aggregate captures a variable of `row`."""
    taken = {node.name for node in walk(row) if isinstance(node, Variable)}
    return _with_row(expression, row, taken)


def _with_row(expression: Expression, row: Expression, taken: set[str]) -> Expression:
    if isinstance(expression, This):
        return row
    if isinstance(expression, Aggregate) and expression.variable in taken:
        expression = _renamed(expression, taken)
    return _inside(expression, lambda part: _with_row(part, row, taken))


def _renamed(aggregate: Aggregate, taken: set[str]) -> Aggregate:
    used = taken | {node.name for node in walk(aggregate) if isinstance(node, Variable)}
    number = 2
    while f"{aggregate.variable}{number}" in used:
        number += 1
    name = f"{aggregate.variable}{number}"

    def rename(part: Expression) -> Expression:
        if isinstance(part, Variable) and part.name == aggregate.variable:
            return replace(part, name=name)
        return _inside(part, rename)

    return replace(aggregate, variable=name, body=rename(aggregate.body) if aggregate.body else None)


def _inside(expression: Expression, change: Callable[[Expression], Expression]) -> Expression:
    changed: dict[str, object] = {}
    for field in fields(expression):
        value = getattr(expression, field.name)
        if isinstance(value, _NODES):
            changed[field.name] = change(value)
        elif isinstance(value, tuple):
            changed[field.name] = tuple(change(each) if isinstance(each, _NODES) else each for each in value)
    return replace(expression, **changed) if changed else expression  # type: ignore[arg-type]
