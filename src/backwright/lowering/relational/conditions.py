"""A plan's expressions as SQL: in row policies, in answers, inside routines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from backwright.lowering.relational.columns import timestamp_json
from backwright.lowering.relational.names import qualified, table
from backwright.lowering.relational.predicates import Binding, RelatedFunction, condition, related_functions, sql
from backwright.plan.expressions.roles import role_only
from backwright.plan.expressions.tree import Expression, This
from backwright.plan.expressions.types import ExactType, IntType, TimestampType
from backwright.plan.model import Entity, Plan

__all__ = ["Conditions", "Frame"]

_NOW = "date_trunc('milliseconds', now())"


@dataclass(frozen=True, slots=True)
class Frame:
    """What a routine's statement has in reach: rows by id, loop elements and the input by alias, its lists."""

    this: str | None = None
    this_id: str | None = None
    rows: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    input: str | None = None
    lists: Mapping[str, str] = field(default_factory=dict)


class Conditions:
    """Writes expressions for one plan and remembers the functions that its policies read other tables through."""

    def __init__(self, plan: Plan) -> None:
        self._tables = {entity.name: qualified(entity) for entity in plan.entities}
        self._functions: set[RelatedFunction] = set()

    def of_row(self, entity: Entity, expression: Expression) -> str:
        """A condition on the table's rows as a policy asks it: other tables are read past their own policies."""
        binding = Binding(self._tables, this=table(entity), values={"now": _NOW}, related="function")
        self._functions |= set(related_functions(expression, binding))
        return condition(expression, binding)

    def where(self, entity: Entity, expression: Expression) -> str:
        """A condition on the table's rows in a statement of its own."""
        return condition(expression, Binding(self._tables, this=table(entity), values={"now": _NOW}))

    def of_caller(self, expression: Expression) -> str | None:
        """The condition where it speaks of nobody but the caller."""
        return condition(expression, Binding(self._tables)) if self.is_role_only(expression) else None

    def of_listener(self, expression: Expression, name: str = "", entity: Entity | None = None) -> str:
        """Whether a caller may listen to the row of that name, or at all; other tables are read as in a policy."""
        rows = {name: table(entity)} if entity else {}
        binding = Binding(self._tables, rows=rows, values={"now": _NOW}, related="function")
        self._functions |= set(related_functions(expression, binding))
        return condition(expression, binding)

    def is_role_only(self, expression: Expression) -> bool:
        """Whether the caller's role decides alone."""
        return role_only(expression)

    def shown(self, entity: Entity, expression: Expression) -> str:
        """A computed field in its wire form."""
        text = sql(expression, Binding(self._tables, this=table(entity), values={"now": _NOW}))
        match expression.typing.type:
            case ExactType(scale):
                return f"round({text}, {scale})::text"
            case IntType(wide=True):
                return f"({text})::text"
            case IntType():
                return f"({text})::bigint"
            case TimestampType():
                return timestamp_json(text)
            case _:
                return text

    def expression(self, expression: Expression, frame: Frame) -> str:
        """A value inside a routine's statement."""
        aliases = {**frame.aliases, **({"input": frame.input} if frame.input else {})}
        values = {"now": _NOW, **frame.rows}
        binding = Binding(self._tables, this=frame.this, rows=aliases, values=values, lists=frame.lists)
        return sql(expression, binding)

    def row_id(self, expression: Expression, frame: Frame) -> str:
        """The id of a row inside a routine's statement."""
        if isinstance(expression, This) and frame.this_id is not None:
            return frame.this_id
        return self.expression(expression, frame)

    def readers(self) -> tuple[str, ...]:
        """The statements that create the functions which the policies written so far call."""
        return tuple(f"{function.definition};" for function in sorted(self._functions))
