"""Tables as the database page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.lowering.relational.tables import Table, tables
from backwright.plan.model import Plan

__all__ = ["ColumnView", "TableView", "table_views"]


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column; `target` is the table it refers to, with what happens when that row goes."""

    name: str
    definition: str
    target: str


@dataclass(frozen=True, slots=True)
class TableView:
    """A table."""

    name: str
    columns: tuple[ColumnView, ...]
    checks: tuple[str, ...]
    indexes: tuple[str, ...]


def table_views(plan: Plan) -> tuple[TableView, ...]:
    """In the order of their references."""
    return tuple(_table(table) for table in tables(plan))


def _table(table: Table) -> TableView:
    targets = {key.column: f"{key.target}, on delete {key.on_delete}" for key in table.foreign_keys}
    columns = tuple(
        ColumnView(each.name, each.definition.replace("|", "\\|"), targets.get(each.name, "")) for each in table.columns
    )
    indexes = tuple(f"{'unique ' if index.unique else ''}({', '.join(index.columns)})" for index in table.indexes)
    return TableView(f"app.{table.name}", columns, tuple(condition for _, condition in table.checks), indexes)
