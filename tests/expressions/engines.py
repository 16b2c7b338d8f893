"""The three meanings side by side: the evaluator, a real PostgreSQL, a real Node."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Self, cast
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from backwright.chain.toolchain import PostgresServer, find_node, start_postgres
from backwright.lowering.relational.predicates import Binding, condition, related_functions, sql
from backwright.plan.expressions import Expression, Row, Value, evaluate
from backwright.plan.expressions.exact import rounded
from backwright.plan.expressions.lexer import LARGEST_INTEGER
from backwright.plan.expressions.rendering import timestamp_text
from backwright.plan.expressions.types import BoolType, ExactType, RowType, ValueType
from backwright.targets.express.expressions import TypescriptBinding, typescript
from tests.expressions.world import (
    CALLERS,
    INPUT,
    INPUTS,
    ITEMS,
    NOW,
    TABLES,
    column,
    create_tables,
    environment,
    insert_rows,
)

__all__ = ["Database", "Node", "meant", "normal", "running_database"]

RUNTIME = Path(__file__).parents[2] / "src/backwright/targets/express/runtime/services/business/decimal.ts"
NOW_SQL = f"timestamptz '{timestamp_text(NOW)}'"


def normal(value: object) -> object:
    """A value as something that compares across engines."""
    match value:
        case Row():
            return str(value.values["id"])
        case UUID():
            return str(value)
        case bool() | None | str():
            return value
        case timedelta():
            return Fraction(value // timedelta(milliseconds=1), 1000)
        case int() | Decimal():
            return Fraction(value)
        case datetime():
            return timestamp_text(value)
        case date():
            return value.isoformat()
    raise AssertionError(value)


def meant(expression: Expression, given: Mapping[str, Value], caller: Row | None, item: Row = ITEMS[0]) -> Value:
    """What the evaluator says."""
    return evaluate(expression, environment(item, given, caller))


class Database:
    """Asks one expression for every item, input and caller in one query per caller."""

    def __init__(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        self.connection = connection
        self._functions: set[str] = set()

    def prepare(self) -> None:
        self.run(create_tables())
        with self.connection.cursor() as cursor:
            for statement, values in insert_rows():
                cursor.execute(statement.encode(), values)
            for number, given in enumerate(INPUTS):
                fields = dict(INPUT.fields)
                names = ", ".join(column(name, fields[name].type) for name in given)
                lines = cast("list[dict[str, Value]]", given["lines"])
                stored = [{"person_id": str(line["person"]), "size": line["size"]} for line in lines]
                marks = ", ".join("%s" for _ in given)
                statement = f"insert into app.inputs (n, {names}) values ({number}, {marks})"
                cursor.execute(statement.encode(), [*list(given.values())[:-1], Jsonb(stored)])

    def run(self, statement: str) -> None:
        self.connection.execute(statement.encode())

    def binding(self, **changes: str) -> Binding:
        return Binding(
            TABLES,
            this="t",
            rows={"input": "i"},
            values={"now": NOW_SQL},
            lists={
                "input.numbers": "(select v as value from unnest(i.numbers) v)",
                "input.lines": "(select * from jsonb_to_recordset(i.lines) as x(person_id uuid, size bigint))",
            },
            related="function" if changes.get("related") == "function" else "select",
        )

    def ask(self, expression: Expression) -> Iterator[tuple[Row, Mapping[str, Value], Row | None, list[object]]]:
        """The value in every form of SQL: as a value, through functions, and as a condition where it is one."""
        through = self.binding(related="function")
        for function in related_functions(expression, through):
            if function.definition not in self._functions:
                self._functions.add(function.definition)
                self.run(function.definition.replace("create function", "create or replace function", 1))
        forms = [sql(expression, self.binding()), sql(expression, through)]
        if isinstance(expression.typing.type, BoolType) and not expression.typing.nullable:
            conditions = (condition(expression, self.binding()), condition(expression, through))
            forms += [f"coalesce({form}, false)" for form in conditions]
        query = f"select {', '.join(forms)} from app.items t cross join app.inputs i order by t.id, i.n"
        for caller in CALLERS:
            self._sign_in(caller)
            rows = iter(self.connection.execute(query.encode()).fetchall())
            for item in ITEMS:
                for given in INPUTS:
                    yield item, given, caller, list(next(rows))

    def _sign_in(self, caller: Row | None) -> None:
        id_ = "" if caller is None else str(caller.values["id"])
        role = "" if caller is None else str(caller.values["role"])
        self.connection.execute(
            "select set_config('app.user_id', %s, false), set_config('app.user_role', %s, false)", [id_, role]
        )

    def differences(self, expression: Expression) -> list[str]:
        """Where PostgreSQL and the evaluator disagree."""
        found = []
        for item, given, caller, answers in self.ask(expression):
            wanted = normal(meant(expression, given, caller, item))
            if any(normal(answer) != wanted for answer in answers):
                place = (ITEMS.index(item), INPUTS.index(given), CALLERS.index(caller))
                found.append(f"{place}: evaluator {wanted!r}, PostgreSQL {[normal(answer) for answer in answers]}")
        return found


@contextmanager
def _with_language(server: PostgresServer) -> Iterator[str]:
    """A database whose own collation would be wrong: Turkish, where even `lower('I')` differs."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        options = "template template0 encoding 'UTF8' locale_provider icu icu_locale 'tr' locale 'C'"
        connection.execute(f"create database {(name := f'language_{os.getpid()}')} {options}".encode())
        yield server.url(name)
        connection.execute(f"drop database {name} with (force)".encode())


@contextmanager
def running_database() -> Iterator[Database]:
    """A server of its own, in a time zone with daylight saving, where text has the order and the case of a language."""
    folder = Path(tempfile.mkdtemp(prefix="expressions "))
    folder.chmod(0o755)
    try:
        with (
            start_postgres(folder / "server") as server,
            _with_language(server) as url,
            psycopg.connect(url, autocommit=True) as connection,
        ):
            connection.execute("set timezone to 'Europe/Berlin'")
            connection.execute("set jit to off")
            database = Database(connection)
            database.prepare()
            yield database
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_PROGRAM = """
const decimal = await import(process.argv[1]);
const lines = (await import('node:readline')).createInterface({ input: process.stdin });
for await (const line of lines) {
  const { code, cases } = JSON.parse(line);
  try {
    const run = new Function('decimal', 'input', 'now', 'caller', `"use strict"; return ${code};`);
    const values = cases.map(({ input, now, caller }) => run(decimal, input, new Date(now), caller) ?? null);
    console.log(JSON.stringify(values));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
"""


class Node:
    """One Node process that runs what `typescript` wrote."""

    def __init__(self) -> None:
        command = [*find_node().programs["node"], "--input-type=module", "--eval", _PROGRAM, RUNTIME.as_uri()]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=dict(os.environ)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()

    def run(self, code: str, cases: Iterable[tuple[Mapping[str, Value], Row | None]]) -> list[object]:
        """The values of a text for every input and caller."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {"code": code, "cases": [_case(given, caller) for given, caller in cases]}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert isinstance(answer, list), (code, answer)
        return answer

    def differences(self, expression: Expression) -> list[str]:
        """Where Node and the evaluator disagree; raises Unsupported where there is no TypeScript."""
        code = typescript(expression, TypescriptBinding())
        cases = [(given, caller) for given in INPUTS for caller in CALLERS]
        answers = self.run(code, cases)
        wanted = [_json(meant(expression, given, caller), expression.typing.type) for given, caller in cases]
        return [
            f"{INPUTS.index(given), CALLERS.index(caller)}: evaluator {one!r}, Node {other!r}, {code}"
            for (given, caller), one, other in zip(cases, wanted, answers, strict=True)
            if (one != other or type(one) is not type(other)) and not _too_large(one)
        ]


def _too_large(value: object) -> bool:
    """Whether JSON's number cannot hold it; no field takes such a value either."""
    return isinstance(value, int) and abs(value) > LARGEST_INTEGER


def _case(given: Mapping[str, Value], caller: Row | None) -> dict[str, object]:
    kinds = dict(INPUT.fields)
    # An optional input that is absent is left out, as in a request.
    sent = {name: _json(value, kinds[name].type) for name, value in given.items() if value is not None}
    signed = None if caller is None else {"id": str(caller.values["id"]), "role": caller.values["role"]}
    return {"input": sent, "now": timestamp_text(NOW), "caller": signed}


def _json(value: Value, kind: ValueType) -> object:
    """The wire form of a value."""
    match value:
        case None | bool() | str():
            return value
        case Row():
            return str(value.values["id"])
        case UUID():
            return str(value).upper() if isinstance(kind, RowType) else str(value)
        case Decimal():
            return format(rounded(value, kind.scale), "f") if isinstance(kind, ExactType) else None
        case int():
            return str(value) if getattr(kind, "wide", False) else value
        case timedelta():
            return value // timedelta(milliseconds=1)
        case datetime():
            return timestamp_text(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {name: _json(part, kind) for name, part in value.items()}
        case Sequence():
            return [_json(part, kind) for part in value]
