"""A database for a generated project: its roles, their passwords, and the database itself."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from backwright.chain.toolchain.postgres import PostgresServer
from backwright.gates.system import Database

__all__ = ["Credentials", "create_database", "drop_database", "ensure_roles"]


@dataclass(frozen=True, slots=True)
class Credentials:
    """The passwords of the two roles that log in."""

    migrator: str
    application: str

    @staticmethod
    def random() -> Credentials:
        """Fresh ones."""
        return Credentials(secrets.token_urlsafe(24), secrets.token_urlsafe(24))


def ensure_roles(server: PostgresServer, folder: Path, application: str, credentials: Credentials) -> tuple[str, ...]:
    """Creates the project's roles where they are missing and sets their passwords; returns the names it created."""
    script = (folder / "database" / "roles.sql").read_text(encoding="utf-8")
    created = []
    with psycopg.connect(server.url("postgres"), autocommit=True) as admin:
        for statement in re.findall(r"^create role .*?;", script, re.MULTILINE | re.DOTALL):
            name = statement.split()[2]
            if not admin.execute("select 1 from pg_roles where rolname = %s", (name,)).fetchone():
                admin.execute(statement)
                created.append(name)
        for role, password in (
            (f"{application}_migrator", credentials.migrator),
            (f"{application}_app", credentials.application),
        ):
            admin.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(role), sql.Literal(password)))
    return tuple(created)


def create_database(server: PostgresServer, application: str, name: str, credentials: Credentials) -> Database:
    """An empty database owned by the project's owner; nothing happens where it exists."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as admin:
        if not admin.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
            owner = sql.Identifier(f"{application}_owner")
            admin.execute(sql.SQL("grant {} to current_user").format(owner))
            admin.execute(sql.SQL("create database {} owner {} template template0").format(sql.Identifier(name), owner))
            admin.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(name)))
            roles = sql.SQL("{}, {}").format(
                sql.Identifier(f"{application}_migrator"), sql.Identifier(f"{application}_app")
            )
            admin.execute(sql.SQL("grant connect on database {} to {}").format(sql.Identifier(name), roles))
    return Database(
        name=name,
        admin=server.url(name),
        application=server.url(name, f"{application}_app", credentials.application),
        migration=server.url(name, f"{application}_migrator", credentials.migrator),
    )


def drop_database(server: PostgresServer, name: str) -> None:
    """Ends its connections and removes it."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
