"""A small world of rows with every type and every kind of absence, in Python and in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from backwright.diagnostics import Origin
from backwright.lowering.relational.names import snake
from backwright.plan.expressions import (
    Environment,
    Expression,
    Row,
    Scope,
    Shape,
    Typing,
    Value,
    compile_expression,
)
from backwright.plan.expressions.types import (
    BoolType,
    DateType,
    DurationType,
    EnumType,
    ExactType,
    IntType,
    JsonType,
    ListType,
    RecordType,
    RowType,
    TextType,
    TimestampType,
    UuidType,
    ValueType,
)

__all__ = ["CALLERS", "INPUTS", "ITEMS", "NOW", "PERSONS", "PIECES", "ROLES", "SCOPE", "TABLES", "WORLD", "World"]
__all__ += ["column", "compiled", "create_tables", "environment", "insert_rows", "sql_type"]

ROLES = ("guest", "staff", "admin")
STATE = EnumType(("open", "held", "done"))
TABLES = {"Person": "app.persons", "Item": "app.items", "Piece": "app.pieces"}
NOW = datetime(2026, 3, 29, 1, 30, 0, 250_000, UTC)


def _t(kind: ValueType, nullable: bool = False) -> Typing:
    return Typing(kind, nullable)


_PERSON = {
    "id": _t(UuidType()),
    "name": _t(TextType()),
    "nick": _t(TextType(), True),
    "level": _t(IntType()),
    "born": _t(DateType(), True),
    "role": _t(EnumType(ROLES)),
}
_ITEM = {
    "id": _t(UuidType()),
    "author": _t(RowType("Person")),
    "keeper": _t(RowType("Person"), True),
    "title": _t(TextType()),
    "note": _t(TextType(), True),
    "amount": _t(IntType()),
    "most": _t(IntType(), True),
    "wide": _t(IntType(wide=True)),
    "price": _t(ExactType(2)),
    "rate": _t(ExactType(4), True),
    "active": _t(BoolType()),
    "hidden": _t(BoolType(), True),
    "state": _t(STATE),
    "mood": _t(STATE, True),
    "due": _t(DateType()),
    "ends": _t(DateType(), True),
    "made": _t(TimestampType()),
    "seen": _t(TimestampType(), True),
    "extra": _t(JsonType(), True),
}
_PIECE = {
    "id": _t(UuidType()),
    "item": _t(RowType("Item")),
    "helper": _t(RowType("Person"), True),
    "label": _t(TextType()),
    "size": _t(IntType()),
    "weight": _t(ExactType(3)),
    "cost": _t(ExactType(2), True),
}
INPUT = RecordType(
    (
        ("count", _t(IntType())),
        ("most", _t(IntType(), True)),
        ("wide", _t(IntType(wide=True))),
        ("price", _t(ExactType(2))),
        ("rate", _t(ExactType(4), True)),
        ("title", _t(TextType())),
        ("note", _t(TextType(), True)),
        ("flag", _t(BoolType())),
        ("mark", _t(BoolType(), True)),
        ("state", _t(STATE)),
        ("mood", _t(STATE, True)),
        ("day", _t(DateType())),
        ("ends", _t(DateType(), True)),
        ("at", _t(TimestampType())),
        ("seen", _t(TimestampType(), True)),
        ("who", _t(RowType("Person"), True)),
        ("numbers", _t(ListType(IntType()))),
        ("lines", _t(ListType(RecordType((("person", _t(RowType("Person"))), ("size", _t(IntType()))))))),
    )
)
SCOPE = Scope(
    shapes={"Person": Shape(_PERSON), "Item": Shape(_ITEM, {"pieces": "Piece"}), "Piece": Shape(_PIECE)},
    this="Item",
    me="Person",
    roles=ROLES,
    owner="keeper",
    variables={"input": _t(INPUT)},
)


def _id(kind: int, number: int) -> UUID:
    return UUID(int=(0xABCDEF00 + kind << 96) + number)


def _row(entity: str, names: Sequence[str], values: tuple[Value, ...]) -> Row:
    return Row(entity, dict(zip(names, values, strict=True)))


_A, _B, _C = _id(1, 1), _id(1, 2), _id(1, 3)
PERSONS = tuple(
    _row("Person", tuple(_PERSON), values)
    for values in (
        (_A, "Ada", None, 3, date(1990, 2, 28), "guest"),
        (_B, "bob", "B%_", 0, None, "staff"),
        (_C, "Ünal ß", "", -5, date(2004, 2, 29), "admin"),
    )
)
_UTC = UTC
_AT = datetime(2026, 3, 28, 1, 30, 0, 250_000, UTC)
_D = Decimal
ITEMS = tuple(
    _row("Item", tuple(_ITEM), values)
    for values in (
        (
            *(_id(2, 1), _A, _A, "abc", "x", 3, 5, 7, _D("10.00"), _D("0.1250"), True, True, "open", "done"),
            *(date(2026, 3, 29), date(2026, 3, 30), _AT, NOW, None),
        ),
        (
            *(_id(2, 2), _B, None, "", None, 0, None, 2**63 - 1, _D("0.00"), None, False, None, "held", None),
            *(date(2024, 2, 29), None, datetime(2000, 1, 1, tzinfo=UTC), None, None),
        ),
        (
            *(_id(2, 3), _A, _B, "\U0001f600z", "\uffe6", -7, 0, -(2**63), _D("-0.05"), _D("-2.5000"), True, False),
            *("done", "open", date(1999, 12, 31), date(1999, 12, 31), datetime(2026, 10, 25, 0, 59, 59, 999_000, UTC)),
            *(datetime(1969, 12, 31, 23, 59, 59, 999_000, UTC), None),
        ),
        (
            *(_id(2, 4), _C, None, " \tİstanbul 100%_\\' ", None, 2**53 - 1, -3, 0, _D("99999999.99"), None, False),
            *(None, "open", None, date(2026, 1, 1), None, NOW, None, None),
        ),
        (
            *(_id(2, 5), _B, _C, "ABC", "abc", 1, 1, 1, _D("0.01"), _D("3.0000"), True, None, "done", "held"),
            *(date(2026, 3, 29), date(2025, 3, 29), datetime(2026, 3, 29, 0, 0, tzinfo=UTC), _AT, None),
        ),
    )
)
PIECES = tuple(
    _row("Piece", tuple(_PIECE), values)
    for values in (
        (_id(3, 1), _id(2, 1), _A, "p", 2, _D("1.125"), _D("2.50")),
        (_id(3, 2), _id(2, 1), None, "\U0001f600", 1, _D("0.001"), None),
        (_id(3, 3), _id(2, 1), _B, "\uffe6", -4, _D("-3.000"), _D("0.00")),
        (_id(3, 4), _id(2, 3), None, "", 2**53 - 1, _D("0.500"), None),
        (_id(3, 5), _id(2, 3), _C, "q", 2**53 - 1, _D("0.500"), _D("1.00")),
        (_id(3, 6), _id(2, 5), _C, "P", 0, _D("0.000"), _D("-1.00")),
    )
)


def _lines(*pairs: tuple[UUID, int]) -> list[Value]:
    return [{"person": person, "size": size} for person, size in pairs]


_INPUT_NAMES = tuple(name for name, _ in INPUT.fields)
_INPUT_VALUES: tuple[tuple[Value, ...], ...] = (
    (
        *(3, 5, 9007199254740993, _D("2.50"), _D("0.1250"), "Abc", "x", True, True, "open", "done"),
        *(date(2026, 3, 29), date(2026, 3, 1), NOW, _AT, _B, [1, 2, 3], _lines((_A, 2), (_C, 0))),
    ),
    (
        *(0, None, -1, _D("0.00"), None, "", None, False, None, "held", None),
        *(date(2024, 2, 29), None, _AT, None, None, [], []),
    ),
    (
        *(-7, 0, 0, _D("-0.05"), _D("-2.5000"), " \t\U0001f600'\"\\%s$1 ", "\uffe6", True, False, "done", "open"),
        *(date(1999, 12, 31), date(2026, 3, 29), datetime(1969, 12, 31, 23, 59, 59, 999_000, UTC), NOW, _A),
        *([-1, 0], _lines((_B, -1))),
    ),
)
INPUTS: tuple[Mapping[str, Value], ...] = tuple(dict(zip(_INPUT_NAMES, given, strict=True)) for given in _INPUT_VALUES)
CALLERS: tuple[Row | None, ...] = (None, *PERSONS)


@dataclass(frozen=True)
class World:
    """The rows, as the evaluator looks them up."""

    by_id: Mapping[tuple[str, Value], Row]

    def row(self, entity: str, id: Value) -> Row | None:
        return self.by_id.get((entity, id))

    def related(self, entity: str, id: Value, many_name: str) -> Sequence[Row]:
        assert (entity, many_name) == ("Item", "pieces")
        return [piece for piece in PIECES if piece.values["item"] == id]


WORLD = World({(row.entity, row.values["id"]): row for row in (*PERSONS, *ITEMS, *PIECES)})


def environment(item: Row, given: Mapping[str, Value], caller: Row | None) -> Environment:
    """What an expression sees for one item, one input and one caller."""
    return Environment(WORLD, item, caller, {"input": given, "now": NOW})


def compiled(text: str, expected: Typing | None = None) -> Expression:
    """The tree of a text that must be right."""
    found, diagnostics = compile_expression(text, Origin(), SCOPE, expected)
    assert found is not None, (text, [diagnostic.message for diagnostic in diagnostics])
    return found


def column(name: str, kind: ValueType) -> str:
    """The column of a field."""
    return f"{snake(name)}_id" if isinstance(kind, RowType) else snake(name)


def sql_type(kind: ValueType) -> str:
    """The column type of a field."""
    match kind:
        case IntType():
            return "bigint"
        case ExactType():
            return "numeric(20, 4)"
        case BoolType():
            return "boolean"
        case TextType() | EnumType():
            return "text"
        case DateType():
            return "date"
        case TimestampType():
            return "timestamptz(3)"
        case UuidType() | RowType():
            return "uuid"
        case DurationType() | JsonType() | ListType() | RecordType() | _:
            return "jsonb"


_SETTING = """create function app.{}() returns {} language sql stable as
  $$ select nullif(current_setting('app.{}', true), '')::{} $$"""


def create_tables() -> str:
    """Tables without foreign keys, so that rows can be inserted in any order."""
    statements = [
        "create schema app",
        _SETTING.format("user_id", "uuid", "user_id", "uuid"),
        _SETTING.format("user_role", "text", "user_role", "text"),
    ]
    for entity, shape in SCOPE.shapes.items():
        columns = ", ".join(f"{column(n, t.type)} {sql_type(t.type)}" for n, t in shape.fields.items())
        statements.append(f"create table {TABLES[entity]} ({columns}, primary key (id))")
    scalars = [(n, t) for n, t in INPUT.fields if not isinstance(t.type, ListType)]
    columns = ", ".join(f"{column(n, t.type)} {sql_type(t.type)}" for n, t in scalars)
    statements.append(f"create table app.inputs (n int, {columns}, numbers bigint[], lines jsonb)")
    return ";\n".join(statements)


def insert_rows() -> list[tuple[str, list[object]]]:
    """One insert per row."""
    found: list[tuple[str, list[object]]] = []
    for row in (*PERSONS, *ITEMS, *PIECES):
        fields = SCOPE.shapes[row.entity].fields
        names = ", ".join(column(name, fields[name].type) for name in row.values)
        marks = ", ".join("%s" for _ in row.values)
        found.append((f"insert into {TABLES[row.entity]} ({names}) values ({marks})", list(row.values.values())))
    return found
