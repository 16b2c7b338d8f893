"""Where the rows of a routine's statement come from: the input as a record, the subject, a loop's elements."""

from __future__ import annotations

from dataclasses import dataclass

from backwright.lowering.operations import Routine
from backwright.lowering.relational.columns import quoted, sql_type
from backwright.lowering.relational.conditions import Conditions, Frame
from backwright.lowering.relational.names import column, qualified, snake
from backwright.plan.expressions.tree import Access, Many, This, Variable
from backwright.plan.expressions.types import RowType
from backwright.plan.model import EachStep, Input, ListOf, Plan, Record, Reference, Type

__all__ = [
    "SUBJECT",
    "Source",
    "column_of",
    "from_clause",
    "input_relation",
    "input_source",
    "loop_source",
    "outer_source",
    "parameter",
    "plain_type",
    "wire_name",
    "with_clause",
]

SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Source:
    """FROM items and the CTEs behind them; of a loop also the alias, the JSON pointer and the order of an element."""

    clauses: tuple[str, ...] = ()
    ctes: tuple[str, ...] = ()
    alias: str = ""
    pointer: str | None = None
    order: str | None = None

    def behind(self, outer: Source) -> Source:
        """This source with another one in front of it."""
        return Source(outer.clauses + self.clauses, outer.ctes + self.ctes, self.alias, self.pointer, self.order)


def parameter(name: str) -> str:
    """Stands for a parameter until the statement is numbered."""
    return f"\x00{name}\x00"


def with_clause(*ctes: str) -> str:
    """WITH and what it names, or nothing."""
    return "with " + ",\n".join(ctes) + "\n" if ctes else ""


def from_clause(source: Source) -> str:
    """FROM on a line of its own, or nothing."""
    return f"\nfrom {', '.join(source.clauses)}" if source.clauses else ""


def outer_source(routine: Routine, *texts: str) -> Source:
    """The input's scalars as one row and the subject's row, as far as the texts speak of them."""
    text = " ".join(texts)
    clauses, ctes = [], []
    if "input." in text and routine.operation:
        document = f"{parameter('input')}::jsonb"
        scalars = (each for each in routine.operation.inputs if not isinstance(each.type, ListOf))
        members = ", ".join(f"{_member(each, document)} as {column_of(each)}" for each in scalars)
        clauses.append("input")
        ctes.append(f"input as (select {members})")
    if f"{SUBJECT}." in text and routine.subject:
        clauses.append(SUBJECT)
        ctes.append(f"{SUBJECT} as (select * from {qualified(routine.subject)} where id = {parameter('this')}::uuid)")
    return Source(tuple(clauses), tuple(ctes))


def loop_source(plan: Plan, routine: Routine, loop: EachStep, conditions: Conditions, frame: Frame) -> Source:
    """The elements of a loop."""
    source = loop.each.source
    if isinstance(source, Many):
        return _parts(plan, routine, source, loop.each.variable, conditions, frame)
    assert isinstance(source, Access)
    assert routine.operation
    each = next(each for each in routine.operation.inputs if each.name == source.name)
    return input_source(each, loop.each.variable, plan)


def _parts(plan: Plan, routine: Routine, source: Many, variable: str, conditions: Conditions, frame: Frame) -> Source:
    assert isinstance(source.of.typing.type, RowType)
    whole = plan.entity(source.of.typing.type.entity)
    entity = plan.entity(next(part.entity for part in whole.parts if part.name == source.name))
    alias = _alias(variable)
    owner = conditions.row_id(source.of, frame)
    plain = isinstance(source.of, This | Variable) and not outer_source(routine, owner).clauses
    word = "" if plain else "lateral "
    rows = f"{word}(select * from {qualified(entity)} where {column(entity.field(source.back))} = {owner}) as {alias}"
    return Source((rows,), (), alias, None, f"{alias}._position")


def input_source(each: Input, variable: str, plan: Plan | None = None) -> Source:
    """The elements of an input list, with their position; with a plan, references as the rows that they name."""
    assert isinstance(each.type, ListOf)
    alias = _alias(variable)
    item = each.type.item
    members, rows = _members(item), _elements(each)
    rows += " with ordinality as item (value, _index)"
    if plan and isinstance(item, Reference):
        members = "named.*"
        rows += f"\n  join {qualified(plan.entity(item.entity))} as named on named.id = (item.value #>> '{{}}')::uuid"
    cte = f"{alias} as (\n  select item._index, {members}\n  from {rows}\n)"
    return Source((alias,), (cte,), alias, f"'/{wire_name(each)}/' || {alias}._index - 1", f"{alias}._index")


def input_relation(each: Input) -> str:
    """The elements of an input list, with a column per member, or `value`."""
    assert isinstance(each.type, ListOf)
    return f"(select {_members(each.type.item)} from {_elements(each)} as item (value))"


def _members(item: Type) -> str:
    if isinstance(item, Record):
        return ", ".join(f"{_member(member, 'item.value')} as {column_of(member)}" for member in item.inputs)
    return f"(item.value #>> '{{}}')::{plain_type(item)} as value"


def _elements(each: Input) -> str:
    return f"jsonb_array_elements({parameter('input')}::jsonb -> {quoted(wire_name(each))})"


def column_of(each: Input) -> str:
    """The column of an input in a statement's record."""
    return snake(each.name) + ("_id" if isinstance(each.type, Reference) else "")


def wire_name(each: Input) -> str:
    """The member's name in the request."""
    return f"{each.name}Id" if isinstance(each.type, Reference) else each.name


def _alias(variable: str) -> str:
    return f"each_{snake(variable)}"


def plain_type(kind: Type) -> str:
    """The column type without its collation, for casts."""
    return sql_type(kind).split(" collate")[0]


def _member(each: Input, document: str) -> str:
    operator = "->" if plain_type(each.type) == "jsonb" else "->>"
    return f"({document} {operator} {quoted(wire_name(each))})::{plain_type(each.type)}"
