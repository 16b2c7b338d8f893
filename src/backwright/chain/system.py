"""A generated project that runs: the one implementation of what gates and `run` need."""

from __future__ import annotations

import itertools
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from backwright.chain.contract import Contract, read_contract
from backwright.chain.provision import Credentials, create_database, drop_database, ensure_roles
from backwright.chain.toolchain.failures import project_failure
from backwright.chain.toolchain.packages import install_packages
from backwright.chain.toolchain.postgres import PostgresServer, start_postgres
from backwright.chain.toolchain.processes import (
    ChildProcess,
    Launch,
    free_port,
    run_command,
    start_process,
    wait_for_http,
)
from backwright.chain.toolchain.runtime import Runtime
from backwright.chain.toolchain.runtimes import find_runtime
from backwright.gates.system import Cluster, Database, Finished, Step
from backwright.plan.model import Plan

__all__ = ["ProjectServer", "ProjectSystem", "Secrets"]

Expected = Literal["build", "migrate", "seed"]
_FAILED: dict[Expected, str] = {
    "build": "project/build-failed",
    "migrate": "project/migrate-failed",
    "seed": "project/seed-failed",
}


# Seconds: what has not refused its settings by then runs.
_REFUSED_WITHIN = 12.0
# What would answer, or change rows by itself, while a gate looks.
_HELD = {"RATE_LIMITS": "off", "CALLS": "off", "JOBS": "off", "RESPONSE_CACHE_BYTES": "0"}

# Several systems of one process may share a cluster.
_NUMBERS = itertools.count()


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a running project must not share: token key, demo password, database passwords."""

    token: str
    password: str
    credentials: Credentials

    @staticmethod
    def random() -> Secrets:
        """Fresh ones."""
        return Secrets(secrets.token_urlsafe(48), f"demo-{secrets.token_urlsafe(12)}", Credentials.random())


@dataclass(frozen=True, slots=True)
class ProjectServer:
    """A running server of a project."""

    url: str
    process: ChildProcess

    @property
    def pid(self) -> int:
        return self.process.pid

    def log(self) -> str:
        return self.process.log.read_text(encoding="utf-8", errors="replace")

    def stop(self) -> int:
        return self.process.stop()


@dataclass(slots=True)
class ProjectSystem:
    """The project in `folder`, on databases of `postgres`; logs go to `scratch`.

    Unless it is `limited`, requests are not counted, nothing runs by itself, and no answer is kept: whoever looks at it
    writes rows past its servers.
    """

    folder: Path
    plan: Plan
    postgres: PostgresServer
    scratch: Path
    secrets: Secrets = field(default_factory=Secrets.random)
    limited: bool = False
    full: bool = False
    _project: Contract | None = None
    _found: Runtime | None = None

    def __post_init__(self) -> None:
        ensure_roles(self.postgres, self.folder, self.project.application, self.secrets.credentials)

    @property
    def project(self) -> Contract:
        """The run contract, typed."""
        if self._project is None:
            self._project = read_contract(self.folder)
        return self._project

    @property
    def contract(self) -> Mapping[str, object]:
        return self.project.document

    @property
    def password(self) -> str:
        return self.secrets.password

    def named_database(self, name: str) -> Database:
        """A database that stays."""
        return create_database(self.postgres, self.project.application, name, self.secrets.credentials)

    @contextmanager
    def database(self) -> Iterator[Database]:
        """An empty database, dropped at the end."""
        name = f"{self.project.application}_gate_{os.getpid()}_{next(_NUMBERS)}"
        try:
            yield self.named_database(name)
        finally:
            drop_database(self.postgres, name)

    @contextmanager
    def migrated(self, *, seeded: bool = False) -> Iterator[Database]:
        """A database with every migration applied, with seeds if wanted."""
        with self.database() as database:
            self.expect("migrate", database)
            if seeded:
                self.expect("seed", database)
            yield database

    def expect(self, step: Expected, database: Database | None = None) -> Finished:
        """Runs a step that must succeed."""
        done = self.run(step, database)
        if done.code:
            tail = "\n".join(done.output.strip().splitlines()[-15:])
            reason = f"`{step}` of the project failed:\n{tail}"
            raise project_failure(_FAILED[step], reason, "Mend the project, or generate it again.")
        return done

    def install(self) -> None:
        """Installs what the project's lock says, where that is not done yet."""
        install_packages(self.folder, self.project.packages, self.project.steps["install"], self._runtime())

    def run(
        self, step: Step, database: Database | None = None, environment: Mapping[str, str] | None = None
    ) -> Finished:
        """Runs a step of the run contract to its end, which is the first of its commands that fails."""
        settings = self.environment(database, 0) | dict(environment or {})
        output, code = [], 0
        for command in self.project.steps[step]:
            done = run_command(Launch(self._runtime().command(command), self.folder, settings))
            output.append(done.output)
            code = done.code
            if code:
                break
        return Finished(code, "".join(output))

    def command(
        self, command: tuple[str, ...], timeout: float = 600.0, environment: Mapping[str, str] | None = None
    ) -> Finished:
        """Runs a tool in the project's folder: the project's own, or one of those that come with Backwright."""
        settings = dict(environment or self.environment(None, 0))
        settings["PATH"] = os.pathsep.join([settings["PATH"], str(Path(sys.executable).parent)])
        done = run_command(Launch(self._runtime().command(command), self.folder, settings), timeout)
        return Finished(done.code, done.output)

    @contextmanager
    def serve(self, database: Database, environment: Mapping[str, str] | None = None) -> Iterator[ProjectServer]:
        """Starts the server and waits until it is ready."""
        server = self.start(database, int((environment or {}).get("PORT") or free_port()), environment)
        try:
            yield server
        finally:
            server.stop()

    def start(self, database: Database, port: int, environment: Mapping[str, str] | None = None) -> ProjectServer:
        """Starts the server on a port and waits until it is ready."""
        settings = self.environment(database, port) | dict(environment or {})
        log = self._fresh_log(f"server-{next(_NUMBERS)}")
        command = self._runtime().command(self.project.steps["start"][0])
        process = start_process(Launch(command, self.folder, settings, self.project.stop), log)
        url = f"http://127.0.0.1:{port}"
        try:
            wait_for_http(f"{url}{self.project.health}", process)
        except BaseException:
            process.stop()
            raise
        return ProjectServer(url, process)

    def refused(self, database: Database, environment: Mapping[str, str]) -> Finished | None:
        """Starts the server with settings that it should refuse; how it ended, or None where it did not."""
        settings = self.environment(database, free_port()) | dict(environment)
        command = self._runtime().command(self.project.steps["start"][0])
        launch = Launch(command, self.folder, settings, self.project.stop)
        with start_process(launch, self._fresh_log(f"refused-{next(_NUMBERS)}")) as process:
            code = process.wait(_REFUSED_WITHIN)
            return None if code is None else Finished(code, process.log.read_text(encoding="utf-8", errors="replace"))

    @contextmanager
    def apart(self) -> Iterator[tuple[ProjectSystem, Cluster | None]]:
        """The project on a PostgreSQL of its own, which may be broken where it was started for this."""
        with start_postgres(self.scratch / f"apart-{next(_NUMBERS)}") as postgres:
            system = ProjectSystem(
                self.folder, self.plan, postgres, self.scratch, self.secrets, self.limited, self.full
            )
            yield system, postgres if postgres.process else None

    def _fresh_log(self, name: str) -> Path:
        log = self.scratch / f"{name}.log"
        with suppress(FileNotFoundError):
            log.replace(self.scratch / f"{name}.previous.log")
        return log

    def environment(self, database: Database | None, port: int) -> dict[str, str]:
        """The variables of the run contract, filled in, over this process's own."""
        values = {
            "application_url": database.application if database else "",
            "migration_url": database.migration if database else "",
            "token_secret": self.secrets.token,
            "demo_password": self.secrets.password,
            "port": str(port),
        }
        base = self._runtime().environment([self.folder.absolute() / self.project.packages.programs])
        held = {} if self.limited else {name: value for name, value in _HELD.items() if name in self.project.variables}
        return base | held | {name: text.format_map(values) for name, text in self.project.env.items()}

    def _runtime(self) -> Runtime:
        if self._found is None:
            self._found = find_runtime(self.project.runtime, self.project.at_least)
        return self._found
