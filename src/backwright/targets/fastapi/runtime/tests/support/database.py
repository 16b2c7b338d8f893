import json
import os
from collections.abc import Mapping

import psycopg
from psycopg.sql import SQL, Identifier

from config.application import DATABASE_OWNER

Row = Mapping[str, object]


def query(text: str, *values: object) -> list[tuple[object, ...]]:
    """Runs a statement as the tables' owner, whom no row policy holds back."""
    with psycopg.connect(os.environ["DATABASE_MIGRATION_URL"], autocommit=True) as connection:
        connection.execute(SQL("set role {}").format(Identifier(DATABASE_OWNER)))
        cursor = connection.execute(text.encode(), values)
        return cursor.fetchall() if cursor.description else []


def insert(table: str, row: Row) -> str:
    """Inserts a row and returns its id."""
    columns = ", ".join(f'"{name}"' for name in row)
    source = f"jsonb_populate_record(null::{table}, %s)"
    [[row_id]] = query(f"insert into {table} ({columns}) select {columns} from {source} returning id", json.dumps(row))
    return str(row_id)
