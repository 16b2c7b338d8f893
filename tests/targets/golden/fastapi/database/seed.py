import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from config.application import DATABASE_OWNER
from services.security.argon2 import hash_secret

SEEDS = Path(__file__).parent / "seeds" / "seeds.json"


def _insert(connection: psycopg.Connection, table: str, rows: list[dict[str, object]]) -> int:
    name = SQL(table)
    columns = SQL(", ").join(Identifier(column) for column in (rows[0] if rows else {}))
    statement = SQL(
        "insert into {name} ({columns}) select {columns} from jsonb_populate_recordset(null::{name}, %s) "
        "on conflict (id) do nothing"
    ).format(name=name, columns=columns)
    return connection.execute(statement, [json.dumps(rows)]).rowcount


def _set_passwords(connection: psycopg.Connection, accounts: list[str], password: str) -> None:
    with ThreadPoolExecutor() as pool:
        hashes = list(pool.map(hash_secret, [password] * len(accounts)))
    connection.execute(
        """insert into internal.credentials (user_id, password_hash, verified_at)
        select user_id, password_hash, now() from unnest(%s::uuid[], %s::text[]) as demo (user_id, password_hash)
        on conflict (user_id) do update
        set password_hash = excluded.password_hash, verified_at = excluded.verified_at, changed_at = now()""",
        [accounts, hashes],
    )


def main() -> None:
    if (os.environ.get("ENVIRONMENT") or "production") == "production":
        sys.exit("seeds are not for production")
    seeds = json.loads(SEEDS.read_text(encoding="utf-8"))
    with psycopg.connect(os.environ["DATABASE_MIGRATION_URL"]) as connection:
        connection.execute(SQL("set role {}").format(Identifier(DATABASE_OWNER)))
        count = sum(_insert(connection, each["table"], each["rows"]) for each in seeds["tables"])
        password = os.environ.get("DEMO_PASSWORD")
        if password:
            _set_passwords(connection, seeds["logins"], password)
    print(f"seeded {count} rows")


if __name__ == "__main__":
    main()
