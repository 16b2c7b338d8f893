"""Where the names of an expression are found in a statement, and how a path is read from there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from backwright.lowering.relational.names import SCHEMA, identifier, snake
from backwright.plan.expressions.narrowing import path_key
from backwright.plan.expressions.tree import Access, Expression, Me, Role, This, Variable
from backwright.plan.expressions.types import RowType, ValueType

__all__ = ["Aliases", "Binding", "Place", "RelatedFunction", "column_name", "path_key"]

_LONGEST_IDENTIFIER = 63


@dataclass(frozen=True, slots=True)
class Binding:
    """The names of an expression in a statement.

    `this` is a table alias ("" for bare column names, as in a table constraint). `rows` gives variables an alias
    whose columns are the fields. `values` gives operands of the right SQL type by name or dotted name (`now`,
    `input.quantity`; an id for a row). `lists` gives input lists a relation with a column per member, or `value`.
    """

    tables: Mapping[str, str]
    this: str | None = None
    rows: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)
    me: str = "(select app.user_id())"
    role: str = "(select app.user_role())"
    related: Literal["select", "function"] = "select"


@dataclass(frozen=True, slots=True, order=True)
class RelatedFunction:
    """A SECURITY DEFINER function that policies read another table through: one column of a row, or a part's rows."""

    entity: str
    field: str
    many: bool
    table: str
    column: str

    @property
    def name(self) -> str:
        """`app.<table>_<column>`, or `app.<table>_by_<column>` for the rows of a part."""
        base = f"{self.table.rpartition('.')[2]}{'_by' if self.many else ''}_{self.column}".replace('"', "")
        if len(base) > _LONGEST_IDENTIFIER:
            digest = hashlib.sha256(base.encode()).hexdigest()[:8]
            base = f"{base[: _LONGEST_IDENTIFIER - 9]}_{digest}"
        return f"{SCHEMA}.{base}"

    @property
    def definition(self) -> str:
        """The statement that creates it; execution still has to be revoked from public and granted."""
        returns = f"setof {self.table}" if self.many else f"{self.table}.{self.column}%type"
        selected, wanted = ("r.*", self.column) if self.many else (f"r.{self.column}", "id")
        return (
            f"create function {self.name}(row_id uuid) returns {returns}\n"
            "  language sql stable security definer set search_path = pg_catalog, pg_temp\n"
            f"  as $$ select {selected} from {self.table} r where r.{wanted} = row_id $$"
        )


def column_name(name: str, kind: ValueType) -> str:
    """The column of a field or of an input's member."""
    return f"{snake(name)}_id" if isinstance(kind, RowType) else identifier(snake(name))


class Aliases:
    """Fresh aliases that none of the statement's own hides."""

    def __init__(self, taken: frozenset[str]) -> None:
        self._taken = taken
        self._names = self._all()

    def _all(self) -> Iterator[str]:
        number = 0
        while True:
            number += 1
            if f"r{number}" not in self._taken:
                yield f"r{number}"

    def fresh(self) -> str:
        """The next alias."""
        return next(self._names)


@dataclass(frozen=True, slots=True)
class Place:
    """What is in reach: paths to rows by alias, other paths by SQL."""

    rows: Mapping[str, str]
    values: Mapping[str, str]
    lists: Mapping[str, str]

    @staticmethod
    def of(binding: Binding) -> Place:
        """What a binding puts in reach."""
        rows = {f"${name}": alias for name, alias in binding.rows.items()}
        if binding.this is not None:
            rows["this"] = binding.this
        values = {f"${name}": text for name, text in binding.values.items()} | {
            "me": binding.me,
            "me.role": binding.role,
        }
        return Place(rows, values, {f"${name}": relation for name, relation in binding.lists.items()})

    def with_row(self, key: str, alias: str) -> Place:
        """The same with one more row."""
        return replace(self, rows={**self.rows, key: alias})

    def with_value(self, key: str, text: str) -> Place:
        """The same with one more value."""
        return replace(self, values={**self.values, key: text})

    def alias(self, expression: Expression) -> str | None:
        """The alias of a row or record in reach."""
        key = path_key(expression)
        return None if key is None else self.rows.get(key)

    def direct(self, expression: Expression) -> str | None:
        """The SQL of a path that needs no other table; a row is its id."""
        key = path_key(expression)
        if key is not None and key in self.values:
            return self.values[key]
        if key is not None and key in self.rows and isinstance(expression.typing.type, RowType):
            return self._column(self.rows[key], "id")
        if isinstance(expression, Access):
            alias = self.alias(expression.of)
            if alias is not None:
                return self._column(alias, column_name(expression.name, expression.typing.type))
            if expression.name == "id" and isinstance(expression.of.typing.type, RowType):
                return self.direct(expression.of)
        return None

    def depends_on_row(self, expression: Expression) -> bool:
        """Whether a path starts at a row of the statement and not at the caller or a given value."""
        while isinstance(expression, Access) and self.alias(expression) is None:
            expression = expression.of
        match expression:
            case Me() | Role():
                return False
            case This() | Variable() | Access():
                return self.alias(expression) is not None
            case _:
                return True

    @staticmethod
    def _column(alias: str, name: str) -> str:
        return f"{alias}.{name}" if alias else name
