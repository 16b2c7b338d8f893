"""Typed expressions as PostgreSQL (docs/designs/0002-expressions.md)."""

from __future__ import annotations

from backwright.lowering.relational.predicates_paths import Binding, RelatedFunction
from backwright.lowering.relational.predicates_writer import Writer
from backwright.plan.expressions.tree import Expression

__all__ = ["Binding", "RelatedFunction", "condition", "related_functions", "sql"]


def sql(expression: Expression, binding: Binding) -> str:
    """The value of an expression. A condition is true or false, never null, so it also holds in CHECK and under NOT."""
    writer = Writer(binding)
    return writer.value(expression, writer.place)


def condition(expression: Expression, binding: Binding) -> str:
    """A condition for WHERE, ON and USING, where null counts as false: plain comparisons, which indexes serve."""
    writer = Writer(binding)
    return writer.truth(expression, writer.place)


def related_functions(expression: Expression, binding: Binding) -> tuple[RelatedFunction, ...]:
    """The functions that the SQL of `related="function"` calls, sorted."""
    writer = Writer(binding)
    writer.value(expression, writer.place)
    return tuple(sorted(writer.functions))
