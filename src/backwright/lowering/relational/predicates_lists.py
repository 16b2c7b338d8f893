"""Aggregates over related rows and input lists, as subqueries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from backwright.lowering.relational.predicates_numbers import quotient
from backwright.lowering.relational.predicates_paths import Place, RelatedFunction, column_name, path_key
from backwright.plan.expressions.tree import Access, Aggregate, Expression, ListLiteral, Many, Variable, walk
from backwright.plan.expressions.types import ExactType, IntType, ListType, RecordType, RowType, TextType, ValueType

if TYPE_CHECKING:
    from backwright.lowering.relational.predicates_writer import Writer

__all__ = ["aggregate", "membership", "size"]


@dataclass(frozen=True, slots=True)
class _Source:
    """Where elements come from. `columns` tells whether an element is the row of the alias, not its column `value`."""

    relation: str
    alias: str
    columns: bool
    conditions: tuple[str, ...] = ()

    def where(self, *more: str) -> str:
        """The WHERE clause with further conditions."""
        conditions = (*self.conditions, *more)
        return f" where {' and '.join(conditions)}" if conditions else ""

    def inside(self, variable: str, place: Place) -> Place:
        """The place where `variable` is an element."""
        key = f"${variable}"
        return place.with_row(key, self.alias) if self.columns else place.with_value(key, f"{self.alias}.value")

    @property
    def element(self) -> str:
        """An element that is a row or a plain value."""
        return f"{self.alias}.{'id' if self.columns else 'value'}"


def aggregate(writer: Writer, expression: Aggregate, place: Place) -> str:
    """`lines.sum(l, …)` and its like."""
    source = _source(writer, expression.source, place)
    body = expression.body
    if body is None:
        return f"(select count(*) from {source.relation}{source.where()})"
    inside = source.inside(expression.variable, place)
    match expression.kind:
        case "exists":
            return f"exists (select 1 from {source.relation}{source.where(writer.truth(body, inside))})"
        case "all":
            return f"(not exists (select 1 from {source.relation}{source.where(f'not {writer.value(body, inside)}')}))"
        case "count":
            return f"(select count(*) from {source.relation}{source.where(writer.truth(body, inside))})"
        case "sum" | "avg" | "min" | "max":
            return _folded(writer, expression, body, source, inside)
        case "filter":
            raise LookupError("a list is not a value of SQL; it is read through an aggregate")
    assert_never(expression.kind)


def _folded(writer: Writer, expression: Aggregate, body: Expression, source: _Source, inside: Place) -> str:
    joins, inside = _joins(writer, body, expression.variable, inside)
    numeric = isinstance(body.typing.type, IntType | ExactType)
    value = writer.number(body, inside) if numeric else writer.value(body, inside)
    # A derived table: an aggregate that mentions only outer columns would belong to the outer query.
    rows = f"(select {value} as v from {source.relation}{joins}{source.where()}) q"
    match expression.kind:
        case "sum":
            return f"(select coalesce(sum(q.v), 0) from {rows})"
        case "avg":
            kind = expression.typing.type
            divided = quotient("a.n", "a.d", kind.scale if isinstance(kind, ExactType) else 0)
            return f"(select {divided} from (select sum(q.v) as n, count(*)::numeric as d from {rows}) a)"
        case _:
            ordered = 'q.v collate "C"' if isinstance(body.typing.type, TextType) else "q.v"
            return f"(select {expression.kind}({ordered}) from {rows})"


def _joins(writer: Writer, body: Expression, variable: str, inside: Place) -> tuple[str, Place]:
    """One left join for each reference that the body follows from an element, instead of a subquery for each row."""
    text = ""
    if writer.binding.related == "function":
        return text, inside
    paths = {key: of for of in _followed(body, variable) if (key := path_key(of)) is not None}
    for key, path in sorted(paths.items(), key=lambda item: (item[0].count("."), item[0])):
        if key in inside.rows or not isinstance(path.typing.type, RowType):
            continue
        alias = writer.aliases.fresh()
        text += (
            f" left join {writer.table(path.typing.type.entity)} {alias} on {alias}.id = {writer.value(path, inside)}"
        )
        inside = inside.with_row(key, alias)
    return text, inside


def _followed(body: Expression, variable: str) -> list[Access]:
    accesses = [
        node for node in walk(body) if isinstance(node, Access) and node.name != "id" and _root(node) == variable
    ]
    return [node.of for node in accesses if isinstance(node.of, Access)]


def _root(expression: Expression) -> str | None:
    while isinstance(expression, Access):
        expression = expression.of
    return expression.name if isinstance(expression, Variable) else None


def membership(writer: Writer, item: Expression, collection: Expression, place: Place) -> str:
    """Whether a value is an element of a list that is read from rows."""
    source = _source(writer, collection, place)
    return f"exists (select 1 from {source.relation}{source.where(f'{source.element} = {writer.value(item, place)}')})"


def size(writer: Writer, collection: Expression, place: Place) -> str:
    """How many elements a list has."""
    source = _source(writer, collection, place)
    return f"(select count(*) from {source.relation}{source.where()})"


def _source(writer: Writer, expression: Expression, place: Place) -> _Source:
    match expression:
        case Many():
            return _related(writer, expression, place)
        case Aggregate(kind="filter", source=of, variable=variable, body=body) if body is not None:
            source = _source(writer, of, place)
            wanted = writer.truth(body, source.inside(variable, place))
            return replace(source, conditions=(*source.conditions, wanted))
        case ListLiteral(items=items):
            alias = writer.aliases.fresh()
            values = ", ".join(f"({writer.value(item, place)})" for item in items)
            return _Source(f"(values {values}) {alias}(value)", alias, columns=False)
        case _:
            key = path_key(expression)
            if key is None or key not in place.lists:
                raise LookupError(f"no list is bound to {key}")
            alias = writer.aliases.fresh()
            return _Source(f"{place.lists[key]} {alias}", alias, columns=_is_record(expression.typing.type))


def _is_record(kind: ValueType) -> bool:
    return isinstance(kind, ListType) and isinstance(kind.item, RecordType)


def _related(writer: Writer, many: Many, place: Place) -> _Source:
    kind = many.typing.type
    assert isinstance(kind, ListType)
    assert isinstance(kind.item, RowType)
    assert isinstance(many.of.typing.type, RowType)
    entity, whole = kind.item.entity, writer.value(many.of, place)
    column = column_name(many.back, many.of.typing.type)
    alias = writer.aliases.fresh()
    if writer.binding.related == "function":
        function = RelatedFunction(entity, many.back, True, writer.table(entity), column)
        writer.functions.add(function)
        return _Source(f"{function.name}({whole}) {alias}", alias, columns=True)
    return _Source(f"{writer.table(entity)} {alias}", alias, columns=True, conditions=(f"{alias}.{column} = {whole}",))
