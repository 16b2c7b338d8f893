"""What holds for every table of a sound database, whatever the plan: read from the catalog alone."""

from __future__ import annotations

from urllib.parse import urlsplit

import psycopg
from psycopg.rows import dict_row, tuple_row

from backwright.gates.findings import Findings
from backwright.gates.system import Database

__all__ = ["check_application_role", "check_tables"]

_TABLES = "c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public')"
_FOREIGN_KEYS = f"""
    select k.conname, format('%I.%I', n.nspname, c.relname) as "table",
           (select string_agg(a.attname, ', ' order by p.at) from unnest(k.conkey) with ordinality p(number, at)
            join pg_attribute a on a.attrelid = k.conrelid and a.attnum = p.number) as columns,
           exists (select from pg_index i where i.indrelid = k.conrelid and i.indisvalid and i.indpred is null
                   and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey) as indexed,
           k.convalidated as valid
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    where k.contype = 'f' and {_TABLES} order by 2, 1"""
_SECURITY = f"""
    select format('%I.%I', n.nspname, c.relname), c.relrowsecurity, c.relforcerowsecurity,
           exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where {_TABLES} order by 1"""
_FLOATS = f"""
    select format('%I.%I.%I', n.nspname, c.relname, a.attname), format_type(a.atttypid, a.atttypmod)
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where {_TABLES} and a.attnum > 0 and not a.attisdropped
      and a.atttypid in ('real'::regtype, 'double precision'::regtype, 'money'::regtype) order by 1"""
_DDL = (
    "create table app.gate_probe (id uuid)",
    "create table public.gate_probe (id uuid)",
    "create schema gate_probe",
    "create temporary table gate_probe (id uuid)",
    "alter table {table} disable row level security",
    "alter table {table} no force row level security",
    "alter table {table} add column gate_probe text",
    "create policy gate_probe on {table} using (true)",
    "create index on {table} (id)",
    "truncate {table} cascade",
    "drop table {table} cascade",
    "drop schema app cascade",
    "set role {owner}",
    "set session_replication_role = replica",
    "alter role current_user bypassrls",
    "create role gate_probe",
)
_RIGHTS = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication")


def check_tables(connection: psycopg.Connection, findings: Findings) -> None:
    """Indexed foreign keys, forced row-level security, a primary key, no approximate numbers."""
    with connection.cursor(row_factory=dict_row) as cursor:
        for key in cursor.execute(_FOREIGN_KEYS.encode()).fetchall():
            findings.check(
                key["indexed"],
                "gate/schema-index",
                f"no index of {key['table']} begins with {key['columns']}, as the foreign key {key['conname']} needs",
                help=f"Add: create index on {key['table']} ({key['columns']});",
            )
            findings.check(
                key["valid"], "gate/schema-foreign-key", f"the foreign key {key['conname']} is not validated"
            )
    with connection.cursor(row_factory=tuple_row) as plain:
        for table, enabled, forced, keyed in plain.execute(_SECURITY.encode()).fetchall():
            _secured(table, enabled, forced, findings)
            findings.check(keyed, "gate/schema-primary-key", f"{table} has no primary key")
        for column, kind in plain.execute(_FLOATS.encode()).fetchall():
            message = f"{column} is {kind}, which cannot hold decimal numbers exactly"
            findings.fail("gate/schema-number", message, help="Use numeric with a precision and a scale.")


def _secured(table: str, enabled: bool, forced: bool, findings: Findings) -> None:
    missing = "enabled" if not enabled else "forced"
    findings.check(
        enabled and forced,
        "gate/schema-row-security",
        f"row-level security is not {missing} on {table}",
        help=f"Add: alter table {table} {'enable' if not enabled else 'force'} row level security;",
    )


def check_application_role(database: Database, findings: Findings) -> None:
    """The role that the server logs in as can use the tables and nothing else."""
    role = str(urlsplit(database.application).username)
    with psycopg.connect(database.admin) as connection:
        found = connection.execute(
            f"select {', '.join(_RIGHTS)} from pg_roles where rolname = %s".encode(), (role,)
        ).fetchone()
        for right, held in zip(_RIGHTS, found or (), strict=True):
            findings.check(not held, "gate/schema-role", f"the role {role} of the server has {right}")
        owned = connection.execute(
            "select count(*) from pg_shdepend where refobjid = %s::regrole and deptype = 'o'", (role,)
        ).fetchone()
        findings.check(owned == (0,), "gate/schema-role", f"the role {role} of the server owns objects of the database")
        groups = connection.execute(
            "select m.roleid::regrole::text from pg_auth_members m where m.member = %s::regrole", (role,)
        ).fetchall()
        findings.check(not groups, "gate/schema-role", f"the role {role} of the server is a member of {groups}")
        tables = connection.execute(_SECURITY.encode()).fetchall()
        owner = connection.execute("select nspowner::regrole::text from pg_namespace where nspname = 'app'").fetchone()
    if tables and owner:
        _try_definitions(database, str(tables[0][0]), str(owner[0]), findings)


def _try_definitions(database: Database, table: str, owner: str, findings: Findings) -> None:
    with psycopg.connect(database.application) as connection:
        for template in _DDL:
            statement = template.format(table=table, owner=owner)
            try:
                connection.execute(statement.encode())
                refused = False
            except psycopg.errors.InsufficientPrivilege:
                refused = True
            connection.rollback()
            findings.check(
                refused,
                "gate/schema-role",
                f"the role of the server was not refused: {statement}",
                help="Revoke the right; the server needs select, insert, update and delete at most.",
            )
