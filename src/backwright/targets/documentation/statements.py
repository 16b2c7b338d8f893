"""Statements as an administrator types them, one for each index, with values of the seeded rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from backwright.lowering.relational.columns import quoted
from backwright.lowering.relational.names import column, unquoted
from backwright.lowering.relational.tables import Index, Table
from backwright.lowering.seeds import SeedValue
from backwright.lowering.wire.lists import filtered_fields, searched_fields
from backwright.plan.model import Reference

__all__ = ["examples"]

_PAGE = 20
Row = Mapping[str, SeedValue]


def examples(table: Table, rows: Sequence[Row]) -> tuple[tuple[str, str], ...]:
    """Index and statement; none for an index that no row has values for, or that another one could stand in for."""
    found = ((index.name, _statement(table, index, rows)) for index in table.indexes)
    return tuple((name, statement) for name, statement in found if statement)


def _statement(table: Table, index: Index, rows: Sequence[Row]) -> str:
    if index.method == "gin":
        return _search(table, rows)
    first, rest = index.columns[0], index.columns[1:]
    exact = index.columns if index.unique else index.columns[:1] if _is_filter(table, first) else ()
    if any(other.columns[0] in exact for other in table.indexes if other is not index):
        return ""
    row = next((row for row in rows if all(_literal(row.get(unquoted(each))) for each in exact)), None)
    if row is None:
        return ""
    wanted = [f"{each} = {_literal(row[unquoted(each)])}" for each in exact]
    where = f" where {' and '.join(wanted)}" if wanted else ""
    ordered = () if index.unique else rest if exact else index.columns
    order = f" order by {', '.join(f'{each} desc' for each in ordered)} limit {_PAGE}" if ordered else ""
    return f"select * from app.{table.name}{where}{order};"


def _is_filter(table: Table, name: str) -> bool:
    paths = [field for field in table.entity.fields if isinstance(field.type, Reference)]
    return any(column(field) == name for field in (*paths, *filtered_fields(table.entity)))


def _literal(value: SeedValue) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case str():
            return quoted(value)
        case _:
            return ""


def _search(table: Table, rows: Sequence[Row]) -> str:
    names = [unquoted(column(field)) for field in searched_fields(table.entity)]
    texts = (str(row[name]) for name in names for row in rows if row.get(name))
    word = next((found for text in texts for found in re.findall(r"[A-Za-z]{4,}", text)), None)
    if word is None:
        return ""
    return f"select * from app.{table.name} where _search @@ websearch_to_tsquery('simple', '{word.lower()}');"
