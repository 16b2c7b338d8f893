from __future__ import annotations

import pytest

from backwright.lowering.relational.predicates import Binding, condition, related_functions, sql
from backwright.lowering.relational.predicates_literals import text_literal
from backwright.plan.expressions.types import BOOL
from tests.expressions.engines import Database
from tests.expressions.world import TABLES, compiled

HOSTILE = [
    "'",
    "''",
    "\\",
    "\\'",
    "\\\\'",
    "'; drop table app.items; --",
    "%s",
    "%(a)s",
    ":name",
    "$1",
    "${x}",
    "?",
    "`",
    "{}",
]
HOSTILE += [
    "E'",
    "\n",
    "\r\n",
    "\t\x0b\x01",
    "\U0001f600",
    "\u2028",
    "--",
    "/*",
    "é\u0301",
    "\x7f",
    "'||(select 1)||'",
    "$$",
    "",
]


@pytest.mark.parametrize("conforming", ["on", "off"])
def test_no_text_escapes_from_its_literal(database: Database, conforming: str) -> None:
    database.run(f"set standard_conforming_strings to {conforming}")
    try:
        for text in (*HOSTILE, "".join(HOSTILE)):
            row = database.connection.execute(f"select {text_literal(text)}".encode()).fetchone()
            assert row == (text,)
    finally:
        database.run("set standard_conforming_strings to on")


def test_no_literal_is_taken_for_a_parameter(database: Database) -> None:
    for text in HOSTILE:
        literal = text_literal(text)
        assert not set("%:$?{}`") & set(literal)
        assert database.connection.execute(f"select {literal}, %s".encode(), [1]).fetchone() == (text, 1)


def test_a_negative_number_never_begins_a_comment(database: Database) -> None:
    expression = compiled("amount - -5 - -amount == -(-amount) - -5 + amount - 0")
    assert "--" not in sql(expression, Binding(TABLES, this="t"))
    assert database.differences(expression) == []


def test_a_condition_on_a_column_and_a_reference_uses_indexes(database: Database) -> None:
    database.run(
        """create table app.big_persons (like app.persons); create table app.big_items (like app.items);
        insert into app.big_persons (id, name)
          select ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, 'n' || n
          from generate_series(1, 5000) n;
        insert into app.big_items (id, author_id, title)
          select gen_random_uuid(), p.id, 't' || n from app.big_persons p, generate_series(1, 4) n;
        create index on app.big_persons (id); create index on app.big_persons (name);
        create index on app.big_items (author_id); create index on app.big_items (title);
        analyze app.big_persons; analyze app.big_items"""
    )
    tables = {**TABLES, "Person": "app.big_persons", "Item": "app.big_items"}
    for text in (
        "author == me",
        "title == 't1' && author == me",
        "author.name == 'n77'",
        "author.name in ['n1', 'n2']",
    ):
        written = condition(compiled(text), Binding(tables, this="t"))
        rows = database.connection.execute(f"explain select 1 from app.big_items t where {written}".encode()).fetchall()
        plan = "\n".join(str(row[0]) for row in rows)
        assert "Seq Scan" not in plan, (text, plan)


def test_a_check_constraint_takes_a_condition_between_fields(database: Database) -> None:
    expression = compiled(
        "ends == null || ends >= due && price >= 0.5 && price / 2 < 100 && state in [open, done]", BOOL
    )
    text = sql(expression, Binding(TABLES, this=""))
    database.run("create table app.checked (like app.items)")
    database.run(f"alter table app.checked add check ({text})")
    assert "select" not in text


def test_policies_read_past_other_policies(database: Database) -> None:
    """Trap: a policy of the table that is read hides its rows, so that `!=` comes out true."""
    binding = Binding({**TABLES, "Item": "app.items"}, this="t", related="function")
    expression = compiled("author.name != 'Ada' && pieces.all(p, p.size > 0)", BOOL)
    functions = related_functions(expression, binding)
    assert [function.name for function in functions] == ["app.persons_name", "app.pieces_by_item_id"]
    assert [(function.entity, function.field, function.many) for function in functions] == [
        ("Person", "name", False),
        ("Piece", "item", True),
    ]
    for function in functions:
        database.run(function.definition.replace("create function", "create or replace function"))
    database.run(
        """create role reader; grant usage on schema app to reader;
        grant select on all tables in schema app to reader;
        alter table app.persons enable row level security; alter table app.pieces enable row level security"""
    )
    query = f"select count(*) from app.items t where {condition(expression, binding)}"
    plain = f"select count(*) from app.items t where {condition(expression, Binding(TABLES, this='t'))}"
    wanted = database.connection.execute(plain.encode()).fetchone()
    database.run("set role reader")
    try:
        assert database.connection.execute(query.encode()).fetchone() == wanted
        assert database.connection.execute("select count(*) from app.persons").fetchone() == (0,)
    finally:
        database.run("reset role")
        database.run("alter table app.persons disable row level security")
        database.run("alter table app.pieces disable row level security; drop owned by reader; drop role reader")
    assert wanted != (0,)


def test_what_depends_on_the_caller_alone_runs_once(database: Database) -> None:
    binding = Binding(TABLES, this="t", related="function")
    assert "(select app.persons_level((select app.user_id())))" in condition(compiled("me.level == 3"), binding)
    assert "(app.persons_level(t.author_id))" in condition(compiled("author.level == 3"), binding)


def test_an_alias_of_the_statement_is_never_hidden(database: Database) -> None:
    expression = compiled("pieces.exists(p, p.size > amount && p.label == author.name)")
    text = sql(expression, Binding(TABLES, this="r1", rows={"input": "r2"}))
    assert "app.pieces r3" in text
    assert "r1.amount" in text


def test_a_long_name_of_a_function_stays_an_identifier() -> None:
    long = "app." + "x" * 60
    (function,) = related_functions(
        compiled("author.name == 'x'"), Binding({**TABLES, "Person": long}, related="function", this="t")
    )
    assert len(function.name.removeprefix("app.")) <= 63
