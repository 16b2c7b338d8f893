"""Up, down and up again: the way back leads to where it began, and the second way up to the same place."""

from __future__ import annotations

import psycopg

from backwright.gates.findings import Findings, tail
from backwright.gates.schema.catalog import Snapshot, differences, snapshot
from backwright.gates.system import Database, Step, System

__all__ = ["round_trip", "up_files"]


def up_files(system: System) -> list[str]:
    """The migrations, in their order, as paths in the project."""
    files = sorted((system.folder / "database" / "migrations").glob("*.up.sql"))
    return [file.relative_to(system.folder).as_posix() for file in files]


def round_trip(system: System, findings: Findings) -> bool:
    """Whether the database could be migrated at all."""
    migrations = up_files(system)
    if not migrations:
        findings.fail("gate/schema-migration", "database/migrations holds no *.up.sql file")
        return False
    with system.database() as database:
        empty = _look(database)
        if not _run(system, "migrate", database, findings):
            return False
        first = _look(database)
        findings.check(first != empty, "gate/schema-migration", "the migrations leave the database empty")
        for _ in migrations:
            if not _run(system, "rollback", database, findings):
                return True
        _compare_empty(empty, database, findings)
        if _run(system, "migrate", database, findings):
            _compare_second(first, _look(database), findings)
    return True


def _run(system: System, step: Step, database: Database, findings: Findings) -> bool:
    done = system.run(step, database)
    findings.check(
        done.code == 0,
        "gate/schema-migration",
        f"`{step}` ended with exit code {done.code}:\n{tail(done.output)}",
        help=f"Run the step `{step}` of .backwright/run.json on an empty database.",
    )
    return done.code == 0


def _look(database: Database) -> Snapshot:
    with psycopg.connect(database.admin) as connection:
        return snapshot(connection)


def _compare_empty(empty: Snapshot, database: Database, findings: Findings) -> None:
    """The migration tool may keep its own record, as one table in `public` without rows."""
    with psycopg.connect(database.admin) as connection:
        after = snapshot(connection)
        records = [name for kind, name in after if kind == "relation" and after[kind, name].startswith("r ")]
        records = [name for name in records if name.startswith("public.") and not _rows(connection, name)][:1]
    kept = {key: value for key, value in after.items() if not any(_belongs(key[1], record) for record in records)}
    findings.done(len(after))
    for difference in differences(empty, kept):
        findings.fail(
            "gate/schema-down",
            f"after down, {difference}",
            help="The down migration must undo everything that its up migration did.",
        )


def _rows(connection: psycopg.Connection, table: str) -> bool:
    return connection.execute(f"select exists (select from {table})".encode()).fetchone() == (True,)


def _belongs(name: str, record: str) -> bool:
    return (
        name == record
        or name.startswith((f"{record}.", f"{record}_"))
        or name.endswith((f" on {record}", f" on {record[7:]}"))
    )


def _compare_second(first: Snapshot, second: Snapshot, findings: Findings) -> None:
    findings.done(len(second))
    for difference in differences(first, second):
        findings.fail(
            "gate/schema-second-up",
            f"after down and a second up, {difference}",
            help="Something survives the way down, or depends on the day.",
        )
