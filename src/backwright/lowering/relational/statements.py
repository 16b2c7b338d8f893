"""The statements of a collection: read, list, create, update, remove. Each is one text with positional parameters."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import indent

from backwright.lowering.relational.columns import json_name, sql_type
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.relational.json_rows import row_json
from backwright.lowering.relational.names import column, qualified, table
from backwright.lowering.relational.search import search_condition
from backwright.lowering.wire.lists import Filter, filters, sorted_fields
from backwright.lowering.wire.shapes import created_fields, managed_fields, patched_fields
from backwright.plan.model import Entity, Field, Part, Plan, Reference

__all__ = ["Collection", "Sort", "collection_statements", "given", "record"]


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort by its parameter word: the key and the key's type."""

    parameter: str
    key: str
    type: str


@dataclass(frozen=True, slots=True)
class Collection:
    """An entity's statements; None where the action does not exist."""

    entity: Entity
    read: str
    select: str
    id: str
    filters: tuple[tuple[Filter, str], ...]
    sorts: tuple[Sort, ...]
    create: tuple[str, ...]
    update: str | None
    remove: str | None
    lock: str | None


def collection_statements(plan: Plan, entity: Entity, conditions: Conditions) -> Collection:
    """All statements of one entity."""
    rows = table(entity)
    shown = row_json(plan, entity, conditions)
    return Collection(
        entity=entity,
        read=f"select {shown}\nfrom {qualified(entity)} where {rows}.id = $1",
        select=f"select {shown}, {{key}}, {rows}.id\nfrom {qualified(entity)}",
        id=f"{rows}.id",
        filters=tuple((each, _narrowed(entity, each)) for each in filters(entity)),
        sorts=_sorts(entity),
        create=_creates(plan, entity) if entity.rule("create") else (),
        update=_update(plan, entity) if entity.rule("update") else None,
        remove=f"delete from {qualified(entity)} where id = $1" if entity.rule("delete") else None,
        lock=_lock(plan, entity),
    )


def _narrowed(entity: Entity, each: Filter) -> str:
    if each.comparison == "@@":
        return search_condition(entity)
    return f"{table(entity)}.{column(each.field)} {each.comparison} ?"


def _lock(plan: Plan, entity: Entity) -> str | None:
    """For writes that mean one version of a row; nothing is selected where policies keep the caller from it."""
    changed = entity.rule("update") and patched_fields(plan, entity)
    if not (changed or entity.rule("delete") or (entity.lifecycle and entity.lifecycle.transitions)):
        return None
    return f"select 1 from {qualified(entity)} where id = $1 for no key update"


def _sorts(entity: Entity) -> tuple[Sort, ...]:
    """`createdAt` is the order of the ids, which begin with the time (RFC 9562, version 7)."""
    rows = table(entity)
    own = (
        Sort(field.name, f"{rows}.{column(field)}", sql_type(field.type).split(" collate")[0])
        for field in sorted_fields(entity)
    )
    return (Sort("createdAt", f"{rows}.id", "uuid"), *own)


def record(fields: tuple[Field, ...]) -> str:
    """The column definitions of a JSON body as a record."""
    return ", ".join(f'"{json_name(field)}" {sql_type(field.type).split(" collate")[0]}' for field in fields)


def given(plan: Plan, field: Field, source: str) -> str:
    """A field's value in a body; a reference must be to a row that the caller sees."""
    value = f'{source}."{json_name(field)}"'
    if not isinstance(field.type, Reference):
        return value
    target = qualified(plan.entity(field.type.entity))
    return f"app.existing('{json_name(field)}', {value}, (select id from {target} where id = {value}))"


def _creates(plan: Plan, entity: Entity) -> tuple[str, ...]:
    fields = created_fields(plan, entity)
    columns = ["id", *(column(field) for field in fields)]
    values = ["$2", *(given(plan, field, "body") for field in fields)]
    if entity.owner:
        columns.append(column(entity.field(entity.owner)))
        values.append("app.user_id()")
    source = f" from jsonb_to_record($1::jsonb) as body ({record(fields)})" if fields else ""
    whole = f"insert into {qualified(entity)} ({', '.join(columns)})\nselect\n{_lines(values)}{_line(source)}"
    return (whole, *(_create_parts(plan, part) for part in entity.parts))


def _lines(values: list[str]) -> str:
    return indent(",\n".join(values), "  ")


def _line(clause: str) -> str:
    return f"\n{clause.strip()}" if clause else ""


def _create_parts(plan: Plan, part: Part) -> str:
    entity = plan.entity(part.entity)
    fields = tuple(field for field in entity.fields if field.name not in managed_fields(plan, entity))
    columns = ", ".join([column(entity.field(part.back)), *(column(field) for field in fields)])
    values = _lines(["$2", *(given(plan, field, "body") for field in fields)])
    return (
        f"insert into {qualified(entity)} ({columns})\nselect\n{values}\n"
        f"from jsonb_array_elements($1::jsonb -> '{part.name}') with ordinality as item (value, position),\n"
        f"  jsonb_to_record(item.value) as body ({record(fields)})\norder by item.position"
    )


def _update(plan: Plan, entity: Entity) -> str:
    rows = table(entity)
    fields = patched_fields(plan, entity)
    changes = [_change(plan, field, rows) for field in fields]
    lines = ",\n".join([*changes, "updated_at = now()"])
    return (
        f"update {qualified(entity)}\nset\n{indent(lines, '  ')}\n"
        f"from jsonb_to_record($2::jsonb) as patch ({record(fields)})\nwhere {rows}.id = $1"
    )


def _change(plan: Plan, field: Field, rows: str) -> str:
    name = column(field)
    is_given = f"$2::jsonb ? '{json_name(field)}'"
    return f"{name} = case when {is_given} then {given(plan, field, 'patch')} else {rows}.{name} end"
