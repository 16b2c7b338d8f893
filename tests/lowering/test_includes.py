"""What reads can include, and what such a statement shows to whom on a real database."""

from __future__ import annotations

import json
from collections.abc import Iterator

import psycopg
import pytest

from backwright.chain.toolchain.postgres import start_postgres
from backwright.lowering.database import database
from backwright.lowering.relational.conditions import Conditions
from backwright.lowering.relational.statements import collection_statements
from backwright.lowering.wire.includes import Include, includes
from backwright.lowering.wire.schemas import row_schema
from backwright.plan.build import compile_blueprint
from backwright.plan.model import Plan
from backwright.targets.contracts.openapi import openapi
from backwright.targets.postgres.migration import roles, up

TEXT = """
backwright: 1
app: {name: Papers}
identity: {entity: User, login: [email, password], roles: [member, chief]}
entities:
  User:
    fields: {email: email unique, boss: User optional on delete clear}
    allow: {read: this == me || me.role == 'chief'}
  Topic:
    fields: {name: string(1..80), parent: Topic optional on delete clear, keeper: User optional on delete clear}
    allow: {read: true}
  Silent:
    fields: {name: string(1..20)}
    allow: {create: me != null}
  Paper:
    owner: writer
    fields:
      writer: User
      reviewer: User optional on delete clear
      topic: Topic
      silent: Silent optional on delete clear
      note: Note optional on delete clear
      customer: User optional on delete clear
      customerId: User optional on delete clear
    parts: {notes: Note}
    computed:
      odd: "topic.name == ' notes.about_id as \\"aboutId\\"'"
    allow: {read: "true", create: me != null}
  Note:
    fields: {by: User, about: Topic, text: string(1..20)}
    parts: {marks: Mark}
  Mark:
    fields: {topic: Topic}
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    compiled, problems = compile_blueprint(TEXT, "papers.yaml")
    assert compiled is not None, problems
    return compiled


def names(plan: Plan, entity: str) -> list[str]:
    return [each.name for each in includes(plan, plan.entity(entity))]


def test_shown_references_to_rows_that_have_an_address_can_be_included(plan: Plan) -> None:
    assert names(plan, "User") == ["boss"]
    assert names(plan, "Topic") == ["parent", "keeper"]
    assert names(plan, "Silent") == names(plan, "Note") == []
    # Neither what has no rule for reading, nor a part, nor one whose name another member has; nor what a text repeats.
    assert names(plan, "Paper") == ["writer", "reviewer", "topic", "customer", "notes.by", "notes.marks.topic"]


def test_each_is_found_by_the_line_of_its_id(plan: Plan) -> None:
    found = {each.name: each for each in includes(plan, plan.entity("Paper"))}
    assert (found["notes.by"].column, found["notes.by"].member) == ("notes.by_id", "by")
    text = collection_statements(plan, plan.entity("Paper"), Conditions(plan)).read
    assert [text.count(each.line) for each in found.values()] == [1] * len(found)
    assert [text.index(each.line) for each in found.values()] == sorted(
        text.index(each.line) for each in found.values()
    )


def test_the_document_has_the_members_as_optional_ones(plan: Plan) -> None:
    schema = row_schema(plan, plan.entity("Topic"))
    properties, required = schema["properties"], schema["required"]
    assert isinstance(properties, dict)
    assert isinstance(required, list)
    assert list(properties)[2:6] == ["parentId", "parent", "keeperId", "keeper"]
    assert {"parent", "keeper"}.isdisjoint(required)
    assert properties["parent"]["anyOf"] == [{"$ref": "#/components/schemas/Topic"}, {"type": "null"}]


def test_only_reads_with_something_to_include_have_the_parameter(plan: Plan) -> None:
    paths = openapi(plan)["paths"]
    assert isinstance(paths, dict)
    found = {
        f"{method} {path}": each["schema"]["items"]["enum"]
        for path, item in paths.items()
        for method, operation in item.items()
        for each in operation.get("parameters", ())
        if each["name"] == "include"
    }
    assert sorted(found) == sorted(
        f"get {path}" for path in ("/users", "/me", "/users/{id}", "/topics", "/topics/{id}", "/papers", "/papers/{id}")
    )
    assert found["get /topics"] == ["parent", "keeper"]


ID = "00000000-0000-7000-8000-00000000000{}"
ROWS = """
insert into app.users (id, email, role) values ('{1}', 'one@example.com', 'member');
insert into app.users (id, email, role) values ('{2}', 'two@example.com', 'chief');
insert into app.topics (id, name) values ('{3}', 'root');
insert into app.topics (id, name, parent_id, keeper_id) values ('{4}', 'leaf', '{3}', '{2}');
update app.topics set parent_id = '{4}' where id = '{3}';
"""


@pytest.fixture(scope="module")
def rows(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[psycopg.Connection]:
    built = database(plan)
    with (
        start_postgres(tmp_path_factory.mktemp("includes") / "data") as server,
        psycopg.connect(server.url(), autocommit=True) as connection,
    ):
        connection.execute(roles(built).encode())
        connection.execute(b"grant create on database postgres to papers_owner")
        connection.execute(b"set role papers_owner")
        connection.execute(up(built).encode())
        connection.execute(b"reset role")
        connection.execute(ROWS.format("", *(ID.format(n) for n in range(1, 5))).encode())
        connection.execute(b"set role papers_app")
        yield connection


def included(plan: Plan, text: str, include: Include) -> str:
    """As the runtimes put it together."""
    own = collection_statements(plan, include.target, Conditions(plan)).read.removesuffix("$1") + "_wanted.id"
    row = f'(select ({own}) from (values ({include.column})) as _wanted (id)) as "{include.member}"'
    return text.replace(include.line, f"{include.line},\n{row}", 1)


def widened(plan: Plan, entity: str) -> str:
    """The statement that reads a row, with all it can include."""
    text = collection_statements(plan, plan.entity(entity), Conditions(plan)).read
    for each in reversed(includes(plan, plan.entity(entity))):
        text = included(plan, text, each)
    return text.replace("$1", "%s")


@pytest.mark.parametrize(("user", "role", "keeper"), [(1, "member", None), (2, "chief", ID.format(2))])
def test_rows_of_the_same_table_and_hidden_ones(
    plan: Plan, rows: psycopg.Connection, user: int, role: str, keeper: str | None
) -> None:
    with rows.transaction():
        rows.execute(
            "select set_config('app.user_id', %s, true), set_config('app.role', %s, true)", [ID.format(user), role]
        )
        found = rows.execute(widened(plan, "Topic").encode(), [ID.format(4)]).fetchone()
    assert found is not None
    leaf = found[0] if isinstance(found[0], dict) else json.loads(found[0])
    assert (leaf["name"], leaf["parent"]["name"], leaf["parent"]["parentId"]) == ("leaf", "root", ID.format(4))
    assert "parent" not in leaf["parent"]
    assert leaf["keeperId"] == ID.format(2)
    assert (leaf["keeper"] and leaf["keeper"]["id"]) == keeper


def test_an_included_row_is_found_by_its_key(plan: Plan, rows: psycopg.Connection) -> None:
    with rows.transaction(force_rollback=True):
        rows.execute(b"reset role")
        rows.execute(b"insert into app.topics (name) select 'topic ' || n from generate_series(1, 9000) n")
        rows.execute(b"analyze app.topics")
        rows.execute(b"set local role papers_app")
        lines = rows.execute(f"explain {widened(plan, 'Topic')}".encode(), [ID.format(4)]).fetchall()
    explained = "\n".join(str(line) for (line,) in lines)
    assert explained.count("topics_pkey") == 2, explained
    assert "Seq Scan on topics" not in explained
