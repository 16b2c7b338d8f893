import atexit
import json
import os
from collections.abc import Mapping
from functools import cache
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from config.application import DATABASE_OWNER

Row = Mapping[str, object]

# An id that no row has.
NOWHERE = "0198c0de-0000-7000-8000-00000000dead"


@cache
def _owner() -> psycopg.Connection[tuple[Any, ...]]:
    """The tables' owner, whom no row policy holds back: it prepares rows and looks at what became of them."""
    connection = psycopg.connect(os.environ["DATABASE_MIGRATION_URL"], autocommit=True)
    atexit.register(connection.close)
    connection.execute(SQL("set role {}").format(Identifier(DATABASE_OWNER)))
    return connection


def query(text: str, *values: object) -> list[tuple[Any, ...]]:
    cursor = _owner().execute(text.encode(), values)
    return cursor.fetchall() if cursor.description else []


def insert(table: str, row: Row) -> str:
    """Inserts a row and returns its id."""
    columns = ", ".join(f'"{name}"' for name in row)
    source = f"jsonb_populate_record(null::{table}, %s)"
    [[row_id]] = query(f"insert into {table} ({columns}) select {columns} from {source} returning id", json.dumps(row))
    return str(row_id)


def stored(table: str, row_id: str) -> dict[str, Any]:
    """A stored row as JSON has it."""
    [[row]] = query(f"select to_jsonb(item) from {table} as item where id = %s", row_id)
    found: dict[str, Any] = row
    return found


def is_stored(table: str, row_id: str) -> bool:
    return bool(query(f"select 1 from {table} where id = %s", row_id))


def events_of(subject: str) -> list[str]:
    """The names of the events about a subject, in order."""
    return [event for (event,) in query("select event from internal.outbox where subject = %s order by position", subject)]
