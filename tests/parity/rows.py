"""The rows of a database: kept, put back, and compared with those of another."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from tests.parity.masking import Mask

__all__ = ["Rows", "watched"]

_KEPT = "kept_for_parity"
_TABLES = """
select n.nspname, c.relname,
  (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
   where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''),
  (select min(a.attname::text) from pg_attribute a where a.attrelid = c.oid and a.attidentity <> '')
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname !~ '^(pg_|information_schema)' and n.nspname <> %s
order by 1, 2
"""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PASSWORD = re.compile(r"(\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+)\$[^\"]+")
_DIGEST = re.compile(r"(\\\\x)?[0-9a-f]{64}")
# Which number a transaction has says what else the cluster did.
_TRANSACTION = re.compile(r'("(?:transaction_id|horizon)": )"[0-9]+"')


class Rows:
    """All tables of one database."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        found = connection.execute(_TABLES, (_KEPT,)).fetchall()
        self._tables = {(str(schema), str(name)): [str(each) for each in columns] for schema, name, columns, _ in found}
        self._numbered = {(str(schema), str(name)): str(number) for schema, name, _, number in found if number}

    def keep(self) -> None:
        """Remembers the rows of now."""
        self._connection.execute(sql.SQL("create schema {}").format(sql.Identifier(_KEPT)))
        for number, (table, columns) in enumerate(self._tables.items()):
            statement = sql.SQL("create table {} as select {} from {}")
            self._connection.execute(statement.format(self._copy(number), _list(columns), sql.Identifier(*table)))

    def put_back(self) -> None:
        """Brings the remembered rows back."""
        with self._connection.transaction():
            self._connection.execute("set local session_replication_role = replica")
            names = sql.SQL(", ").join(sql.Identifier(*table) for table in self._tables)
            self._connection.execute(sql.SQL("truncate {}").format(names))
            for number, (table, columns) in enumerate(self._tables.items()):
                statement = sql.SQL("insert into {} ({}) overriding system value select {} from {}")
                copied = (sql.Identifier(*table), _list(columns), _list(columns), self._copy(number))
                self._connection.execute(statement.format(*copied))

    def ids(self) -> dict[str, list[str]]:
        """The ids in each table, in their order."""
        found = {}
        for table, columns in self._tables.items():
            if "id" in columns:
                statement = sql.SQL("select id::text from {} order by 1").format(sql.Identifier(*table))
                found[".".join(table)] = [str(row[0]) for row in self._connection.execute(statement)]
        return found

    def seen(self, mask: Mask) -> dict[str, Counter[str]]:
        """Each table's rows as they may be compared; ids that no answer has shown are left out."""
        found = {}
        for table in self._tables:
            rows = self._connection.execute(self._selected(table)).fetchall()
            found[".".join(table)] = Counter(_masked(json.dumps(row[0], sort_keys=True), mask) for row in rows)
        return found

    def _selected(self, table: tuple[str, str]) -> sql.Composed:
        """The rows as JSON; a number that the database draws says only which row came first."""
        number = self._numbered.get(table)
        if number is None:
            return sql.SQL("select to_jsonb(each) from {} each").format(sql.Identifier(*table))
        place = sql.SQL("jsonb_build_object({}, rank() over (order by each.{}))")
        placed = place.format(sql.Literal(number), sql.Identifier(number))
        return sql.SQL("select to_jsonb(each) || {} from {} each").format(placed, sql.Identifier(*table))

    def _copy(self, number: int) -> sql.Identifier:
        return sql.Identifier(_KEPT, f"table_{number}")


def _list(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _masked(row: str, mask: Mask) -> str:
    row = _PASSWORD.sub(r"\1", row)
    row = _UUID.sub(lambda found: mask.known(found[0]), row)
    return mask.times(_DIGEST.sub("<digest>", _TRANSACTION.sub(r"\1<transaction>", row)))


@contextmanager
def watched(url: str) -> Iterator[Rows]:
    """The tables of a database, seen by its superuser."""
    with psycopg.connect(url, autocommit=True) as connection:
        yield Rows(connection)
