"""A cluster with a database that has rows, and scripts that are run as whoever operates it runs them."""

from __future__ import annotations

import os
import re
import shutil
import socket
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg

from backwright.gates.findings import Findings, tail
from backwright.gates.system import Cluster, Database, Finished, System

__all__ = ["FOLDER", "Stage", "named"]

FOLDER = "infrastructure/operations"
_RANDOM = re.compile(r"^\\(?:un)?restrict .*\n", re.MULTILINE)
_TABLES = """
    select format('%I.%I', nspname, relname) from pg_class c join pg_namespace n on n.oid = relnamespace
    where relkind in ('r', 'p') and nspname !~ '^(pg_|information_schema)' order by 1"""


@dataclass(frozen=True, slots=True)
class Stage:
    """`scratch` is a folder that the cluster's own account may use too."""

    system: System
    cluster: Cluster
    database: Database
    findings: Findings
    scratch: Path
    absent: set[str] = field(default_factory=set)

    def has(self, program: str) -> bool:
        """Whether it is on the PATH; where not, the verdict says so."""
        there = shutil.which(program) is not None
        if not there:
            self.absent.add(program)
        return there

    def port(self) -> str:
        """One of the loopback address that nothing listens on now."""
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind(("127.0.0.1", 0))
            return str(probe.getsockname()[1])

    def script(self, name: str, *arguments: str, **settings: str) -> Finished:
        """Runs a script as the administrator of the cluster."""
        return self.run("sh", f"{FOLDER}/{name}", *arguments, **settings)

    def run(self, *command: str, **settings: str) -> Finished:
        """Runs a program with PostgreSQL's own, of the cluster's release, before all others."""
        server = urlsplit(self.database.admin)
        environment = {
            **os.environ,
            "PGHOST": str(server.hostname),
            "PGPORT": str(server.port),
            "PGUSER": unquote(str(server.username)),
            "PGPASSWORD": unquote(str(server.password)),
            "DATABASE_MIGRATION_URL": self.database.migration,
            **settings,
        }
        # The runtime's own programs come first on the PATH that a command gets; PostgreSQL's are named whole.
        words = f'PATH="{self.cluster.programs}:$PATH" && export PATH && exec "$@"'
        return self.system.command(("sh", "-c", words, "sh", *command), 300.0, environment | self._path())

    def _path(self) -> dict[str, str]:
        packages = self.system.contract.get("packages")
        programs = packages.get("programs") if isinstance(packages, dict) else ""
        return {"PATH": os.pathsep.join([str(self.system.folder.absolute() / str(programs)), os.environ["PATH"]])}

    def done(self, finished: Finished, code: str, what: str) -> bool:
        """Whether it ended well; a failure where not."""
        self.findings.check(finished.code == 0, code, f"{what} ended with {finished.code}:\n{tail(finished.output)}")
        return finished.code == 0

    def schema(self, database: str, **settings: str) -> str:
        """Everything that is defined: tables, policies, rights, owners."""
        dumped = self.run("pg_dump", "--schema-only", "--dbname", database, **settings)
        return _RANDOM.sub("", dumped.output) if dumped.code == 0 else tail(dumped.output)

    def visible(self, url: str) -> dict[str, object]:
        """What the server's login sees of each table when nobody has signed in; `None` where it may not look."""
        with psycopg.connect(url, autocommit=True) as connection:
            found: dict[str, object] = {}
            for (table,) in connection.execute(_TABLES).fetchall():
                try:
                    found[table] = connection.execute(f"select count(*) from {table}").fetchone()
                except psycopg.errors.InsufficientPrivilege:
                    found[table] = None
            return found


def named(url: str, database: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))
