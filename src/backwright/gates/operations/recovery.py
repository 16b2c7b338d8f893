"""Rows come back: from a file, and up to the moment before a mistake."""

from __future__ import annotations

import re
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from backwright.gates.operations.stage import Stage, named
from backwright.gates.state import Store
from backwright.gates.system import Database

__all__ = ["backup_and_restore", "point_in_time"]

_ARCHIVED_WITHIN = 30.0


def backup_and_restore(stage: Stage) -> None:
    """A backup becomes another database: the same rows, definitions, rights, policies, and a server works on it."""
    file, name = stage.scratch / "backup.dump", f"{stage.database.name}_restored"
    if not stage.done(stage.script("backup.sh", stage.database.name, str(file)), "gate/operations-backup", "backup.sh"):
        return
    mode = file.stat().st_mode & 0o077
    stage.findings.check(mode == 0, "gate/operations-backup", "everybody on the machine can read the backup")
    restored = _moved(stage.database, name)
    if stage.done(stage.script("restore.sh", str(file), name), "gate/operations-restore", "restore.sh"):
        _same(stage, restored)
    again = stage.script("restore.sh", str(file), name)
    stage.findings.check(again.code != 0, "gate/operations-restore", "restore.sh writes over a database that is there")
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    broken = stage.script("restore.sh", str(file), f"{name}_broken")
    stage.findings.check(broken.code != 0, "gate/operations-restore", "restore.sh takes a backup that has changed")


def _moved(database: Database, name: str) -> Database:
    return replace(
        database,
        name=name,
        admin=named(database.admin, name),
        application=named(database.application, name),
        migration=named(database.migration, name),
    )


def _same(stage: Stage, restored: Database) -> None:
    code, plan, findings = "gate/operations-restore", stage.system.plan, stage.findings
    with closing(Store(plan, stage.database.admin)) as before, closing(Store(plan, restored.admin)) as after:
        had, has = before.digests(), after.digests()
    findings.check(sum(1 for _ in had) > 1, code, "the database had no table")
    for table in sorted(had | has):
        findings.check(had.get(table) == has.get(table), code, f"the rows of {table} are not those of the backup")
    schema, copied = _flat(stage.schema(stage.database.name)), _flat(stage.schema(restored.name))
    missing = sorted(set(schema.splitlines()) ^ set(copied.splitlines()))[:5]
    findings.check(schema == copied, code, "definitions, rights or policies differ:\n" + "\n".join(missing))
    seen, now = stage.visible(stage.database.application), stage.visible(restored.application)
    for table in sorted(seen | now):
        same = seen.get(table) == now.get(table)
        findings.check(same, code, f"who has not signed in sees other rows of {table} after the restore")
    with stage.system.serve(restored):
        findings.done()


def _flat(schema: str) -> str:
    """PostgreSQL drops brackets within the conditions of a table when it reads its own text."""
    return re.sub(r"^ +CONSTRAINT \w+ CHECK .*$", lambda line: re.sub(r"[()]", "", line[0]), schema, flags=re.MULTILINE)


def point_in_time(stage: Stage) -> None:
    """A base backup and the archive lead to the moment before all rows of a table went."""
    code = "gate/operations-point-in-time"
    archive, base, data = (stage.scratch / name for name in ("archive", "base", "recovered"))
    archive.mkdir(mode=0o777)
    archive.chmod(0o777)
    _archiving(stage, archive)
    if not stage.done(stage.script("base-backup.sh", str(base)), code, "base-backup.sh"):
        return
    moment, before = _mistake(stage, archive)
    made = stage.script("point-in-time.sh", str(base), str(archive), moment, str(data))
    if not stage.done(made, "gate/operations-point-in-time", "point-in-time.sh"):
        return
    with stage.cluster.on(data) as url:
        admin = named(url, stage.database.name)
        _promoted(admin)
        with closing(Store(stage.system.plan, admin)) as store:
            after = store.digests()
            [(marker,)] = store.execute("select count(*) from public.gate_marker")
        stage.findings.check(marker == 1, code, f"{marker} of the one row before the moment, of two in all, came back")
        for table in sorted(before | after):
            same = before.get(table) == after.get(table)
            stage.findings.check(same, code, f"the rows of {table} are not those of the moment")
        port = str(urlsplit(url).port)
        schema, now = stage.schema(stage.database.name), stage.schema(stage.database.name, PGPORT=port)
        stage.findings.check(schema == now, code, "definitions, rights or policies differ after the recovery")


def _archiving(stage: Stage, archive: Path) -> None:
    with psycopg.connect(stage.database.admin, autocommit=True) as admin:
        admin.execute("alter system set archive_mode = on")
        command = f"test ! -f {archive}/%f && cp %p {archive}/%f"
        admin.execute(f"alter system set archive_command = '{command}'")
        admin.execute("create table public.gate_marker (at timestamptz default clock_timestamp())")
    stage.cluster.kill()
    stage.cluster.restart()


def _mistake(stage: Stage, archive: Path) -> tuple[str, dict[str, str]]:
    """The moment before it, and what every table held then."""
    with closing(Store(stage.system.plan, stage.database.admin)) as store:
        store.execute("insert into public.gate_marker default values")
        before = store.digests()
        time.sleep(0.05)
        [(moment,)] = store.execute("select to_char(clock_timestamp(), 'YYYY-MM-DD HH24:MI:SS.US')")
        time.sleep(0.05)
        store.execute("insert into public.gate_marker default values")
        for table in before:
            if not table.startswith("public."):
                store.execute(f"truncate {table} cascade")
        [(file,)] = store.execute("select pg_walfile_name(pg_switch_wal())")
    deadline = time.monotonic() + _ARCHIVED_WITHIN
    while not (archive / str(file)).exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    return f"{moment}+00", before


def _promoted(url: str) -> None:
    """Recovery has ended and writes are taken."""
    deadline = time.monotonic() + _ARCHIVED_WITHIN
    with psycopg.connect(url, autocommit=True) as admin:
        while time.monotonic() < deadline:
            row = admin.execute("select pg_is_in_recovery()").fetchone()
            if row == (False,):
                return
            time.sleep(0.1)
