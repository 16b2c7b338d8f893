import hashlib
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from config.application import DATABASE_OWNER

FOLDER = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Migration:
    name: str
    up: str
    down: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.up.encode()).hexdigest()


def _migrations() -> list[Migration]:
    names = sorted(path.name.removesuffix(".up.sql") for path in FOLDER.glob("*.up.sql"))
    return [Migration(name, _text(f"{name}.up.sql"), _text(f"{name}.down.sql")) for name in names]


def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _applied(connection: psycopg.Connection) -> dict[str, str]:
    connection.execute(
        "create table if not exists public.applied_migrations "
        "(name text primary key, checksum text not null, applied_at timestamptz(3) not null default now())"
    )
    return dict(connection.execute("select name, checksum from public.applied_migrations").fetchall())


def _run(connection: psycopg.Connection, migration: str, record: str) -> None:
    """What is recorded commits with the migration, so that no crash leaves one without the other."""
    together = re.sub(r"^commit;\s*$", lambda _: f"{record}\ncommit;\n", migration, count=1, flags=re.MULTILINE)
    connection.execute(together.encode())


def _up(connection: psycopg.Connection) -> None:
    done = _applied(connection)
    for migration in _migrations():
        known = done.get(migration.name)
        if known and known != migration.checksum:
            sys.exit(f"{migration.name} has changed since it was applied")
        if known:
            continue
        values = SQL("({}, {})").format(migration.name, migration.checksum).as_string(connection)
        _run(connection, migration.up, f"insert into public.applied_migrations (name, checksum) values {values};")
        print(f"applied {migration.name}")


def _down(connection: psycopg.Connection, wanted: str | None) -> None:
    """Takes back the newest migration; by its name, so that whoever asks twice takes back no other one."""
    done = sorted(_applied(connection))
    newest = done[-1] if done else None
    wanted = wanted or newest
    last = next((each for each in _migrations() if each.name == wanted), None)
    if wanted and last is None:
        sys.exit(f"{wanted} is not in this release")
    if last is None or last.name not in done:
        return
    if last.name != newest:
        sys.exit(f"{newest} is applied as well, and newer")
    name = SQL("{}").format(last.name).as_string(connection)
    _run(connection, last.down, f"delete from public.applied_migrations where name = {name};")
    print(f"reverted {last.name}")


def main() -> None:
    with psycopg.connect(os.environ["DATABASE_MIGRATION_URL"], autocommit=True) as connection:
        connection.execute(SQL("set role {}").format(Identifier(DATABASE_OWNER)))
        connection.execute("select pg_advisory_lock(hashtextextended('migrations', 0))")
        if sys.argv[1:2] == ["down"]:
            _down(connection, next(iter(sys.argv[2:]), None))
        else:
            _up(connection)


if __name__ == "__main__":
    main()
