"""What a search asks the database for, and that it does not read the whole table for it."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from backwright.chain.toolchain.postgres import start_postgres
from backwright.lowering.database import database
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.relational.statements import collection_statements
from backwright.lowering.wire.caching import is_public
from backwright.plan.build import compile_blueprint
from backwright.plan.model import Plan
from backwright.targets.postgres.migration import roles, up

TEXT = """
backwright: 1
app: {name: Search}
entities:
  Page:
    fields: {title: string(1..80) searchable, text: text optional searchable}
    allow: {read: true}
  Draft:
    fields: {title: string(1..80) searchable, done: bool}
    allow: {read: done}
"""
ROWS = """
insert into app.{table} (title{columns})
select 'number n' || n || case when n % 450 = 0 then ' rare' else ' common' end{values} from generate_series(1, 9000) n
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    compiled, problems = compile_blueprint(TEXT, "search.yaml")
    assert compiled is not None, problems
    return compiled


def condition(plan: Plan, entity: str) -> str:
    found = collection_statements(plan, plan.entity(entity), Conditions(plan)).filters
    return next(text for each, text in found if each.parameter == "q").replace("?", "$1")


def test_where_everybody_sees_everything_the_words_are_compared_directly(plan: Plan) -> None:
    assert condition(plan, "Page") == "pages._search @@ websearch_to_tsquery('simple', $1)"


def test_where_policies_decide_the_owner_finds_the_rows(plan: Plan) -> None:
    assert condition(plan, "Draft") == "drafts.id in (select app.drafts_matching($1))"


def test_caches_may_keep_only_what_everybody_sees_alike(plan: Plan) -> None:
    assert [is_public(plan, entity) for entity in plan.entities] == [True, False]


def test_a_search_uses_the_index_and_shows_what_the_policies_show(plan: Plan, tmp_path: Path) -> None:
    built = database(plan)
    with start_postgres(tmp_path / "data") as server, psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(roles(built).encode())
        connection.execute(b"grant create on database postgres to search_owner")
        connection.execute(b"set role search_owner")
        connection.execute(up(built).encode())
        connection.execute(ROWS.format(table="pages", columns="", values="").encode())
        connection.execute(ROWS.format(table="drafts", columns=", done", values=", n % 900 = 0").encode())
        connection.execute(b"reset role")
        connection.execute(b"vacuum analyze app.pages, app.drafts")
        connection.execute(b"set role search_app")
        for table, entity, shown in (("pages", "Page", 20), ("drafts", "Draft", 10)):
            query = f"select id from app.{table} where {condition(plan, entity)} order by id".replace("$1", "%s")
            assert len(connection.execute(query.encode(), ["RARE"]).fetchall()) == shown
            lines = connection.execute(f"explain {query}".encode(), ["RARE"]).fetchall()
            explained = "\n".join(str(line) for (line,) in lines)
            assert "Seq Scan" not in explained, explained
        connection.execute(b"reset role")
        connection.execute(b"set role search_owner")
        within = "explain select id from app.drafts where _search @@ websearch_to_tsquery('simple', 'rare')"
        assert "drafts_search_idx" in str(connection.execute(within.encode()).fetchall())
