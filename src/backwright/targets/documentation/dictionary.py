"""The data dictionary: tables, their columns, what leads to whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backwright.lowering.relational.columns import SEARCH, json_name
from backwright.lowering.relational.names import column, unquoted
from backwright.lowering.relational.tables import ForeignKey, Table
from backwright.plan.model import Entity, Field, Plan
from backwright.targets.documentation.words import cell, code, codes

__all__ = ["ColumnView", "RelationView", "TableView", "relation_views", "table_view"]


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column; `member` is its name in JSON, `notes` what its definition does not say."""

    name: str
    definition: str
    member: str
    notes: str


@dataclass(frozen=True, slots=True)
class IndexView:
    """An index by name."""

    name: str
    columns: str
    is_unique: bool


@dataclass(frozen=True, slots=True)
class TableView:
    """A table; `examples` are statements with the index that each uses."""

    name: str
    summary: str
    columns: tuple[ColumnView, ...]
    checks: tuple[tuple[str, str], ...]
    indexes: tuple[IndexView, ...]
    examples: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RelationView:
    """A reference, `arrow` in the words of Mermaid's entity diagrams."""

    holder: str
    column: str
    target: str
    on_delete: str
    arrow: str

    @property
    def line(self) -> str:
        """Of the diagram."""
        return f"{self.target.removeprefix('app.')} {self.arrow} {self.holder.removeprefix('app.')} : {self.column}"


def table_view(plan: Plan, table: Table, examples: tuple[tuple[str, str], ...]) -> TableView:
    """One table."""
    entity = table.entity
    fields = {column(field): field for field in entity.fields}
    return TableView(
        name=f"app.{unquoted(table.name)}",
        summary=entity.summary,
        columns=tuple(_column(plan, table, fields, each.name, each.definition) for each in table.columns),
        checks=tuple((name, cell(each)) for name, each in table.checks),
        indexes=tuple(
            IndexView(each.name, codes(map(unquoted, each.columns)) + (", gin" * (each.method == "gin")), each.unique)
            for each in table.indexes
        ),
        examples=examples,
    )


def _column(plan: Plan, table: Table, fields: dict[str, Field], name: str, definition: str) -> ColumnView:
    field, key = fields.get(name), next((each for each in table.foreign_keys if each.column == name), None)
    members = {"id": "id", "created_at": "createdAt", "updated_at": "updatedAt"}
    member = members.get(name, "") if field is None else "" if field.secret else json_name(field)
    notes = [*([f"refers to `{key.target}`"] if key else []), *_notes(plan, table.entity, field)]
    notes += ["the words that `q` searches"] if name == SEARCH else []
    notes += ["the order within the whole"] if name == "_position" else []
    return ColumnView(unquoted(name), cell(definition), code(member), "; ".join(notes))


def _notes(plan: Plan, entity: Entity, field: Field | None) -> Iterator[str]:
    if field is None:
        return
    identity = plan.identity if plan.identity and plan.identity.entity == entity.name else None
    said = (
        (field.name == entity.owner, "whose the row is"),
        (entity.lifecycle is not None and entity.lifecycle.field == field.name, "written by transitions alone"),
        (identity is not None and field.name == identity.login, "who signs in"),
        (identity is not None and field.name == "role", "given in the database"),
        (field.immutable, "never changes"),
        (field.secret, "never shown"),
        (field.personal, "about a person"),
    )
    yield from (note for holds, note in said if holds)


def relation_views(tables: tuple[Table, ...]) -> tuple[RelationView, ...]:
    """Every reference."""
    return tuple(_relation(table, key) for table in tables for key in table.foreign_keys)


def _relation(table: Table, key: ForeignKey) -> RelationView:
    field = next(each for each in table.entity.fields if column(each) == key.column)
    target = "|o" if field.optional else "||"
    holder = "o|" if field.unique else "o{"
    target_name = ".".join(map(unquoted, key.target.split(".")))
    return RelationView(
        f"app.{unquoted(table.name)}", unquoted(key.column), target_name, key.on_delete, f"{target}--{holder}"
    )
