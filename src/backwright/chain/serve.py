"""Runs a generated project for its developer: database, migrations, seeds, server."""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from backwright.chain.contract import Login
from backwright.chain.events import Listener, PhaseStarted, Said
from backwright.chain.project import Project
from backwright.chain.system import ProjectServer, ProjectSystem
from backwright.chain.toolchain.failures import ToolchainError, project_failure, toolchain_error
from backwright.chain.toolchain.postgres import PostgresServer, start_postgres

__all__ = ["Running", "served", "watch"]

TICK = 0.2
RESTARTS = 5
WITHIN = 300.0
FIRST_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers, and who may sign in with which password."""

    server: ProjectServer
    logins: tuple[Login, ...]
    password: str
    postgres: PostgresServer


@contextmanager
def served(project: Project, port: int, listener: Listener) -> Iterator[Running]:
    """Everything is up inside the context and gone after it; the data stays in the project's local folder."""
    _refuse_busy(port)
    project.refuse_read_only()
    with ExitStack() as stack:
        listener(PhaseStarted("starting PostgreSQL"))
        postgres = stack.enter_context(start_postgres(project.local / "postgres", durable=True))
        secrets = project.secrets()
        system = ProjectSystem(project.folder, project.plan, postgres, project.local / "logs", secrets, limited=True)
        listener(PhaseStarted("installing the project's packages"))
        system.install()
        listener(PhaseStarted("building"))
        system.expect("build")
        listener(PhaseStarted("migrating and seeding"))
        database = system.named_database(project.contract.application)
        system.expect("migrate", database)
        system.expect("seed", database)
        listener(PhaseStarted("starting the server"))
        server = system.start(database, port)
        stack.callback(server.stop)
        yield Running(server, project.contract.logins, secrets.password, postgres)


def watch(running: Running, stopped: threading.Event, listener: Listener) -> None:
    """Returns when `stopped` is set; starts a PostgreSQL of its own again that ends, and fails when the server ends."""
    restarts = _Restarts(running.postgres, stopped, listener)
    while not stopped.is_set():
        code = running.server.process.poll()
        if code is not None:
            raise project_failure(
                "run/server-ended",
                f"the server ended by itself with code {code}; it printed last:\n{running.server.process.tail()}",
                f"Its whole log is {running.server.process.log}.",
            )
        if running.postgres.ended() is not None:
            restarts.again()
        stopped.wait(TICK)


@dataclass(slots=True)
class _Restarts:
    """Starts PostgreSQL again, at most so often in so long, with longer pauses each time."""

    postgres: PostgresServer
    stopped: threading.Event
    listener: Listener
    _times: deque[float] = field(default_factory=lambda: deque(maxlen=RESTARTS))

    def again(self) -> None:
        self.listener(Said(f"PostgreSQL ended by itself (code {self.postgres.ended()}); starting it again"))
        reason = ""
        while self._recent() < RESTARTS:
            if self.stopped.wait(FIRST_PAUSE * 2 ** self._recent()):
                return
            self._times.append(time.monotonic())
            try:
                self.postgres.restart()
            except ToolchainError as error:
                reason = error.diagnostic.message
                self.listener(Said(f"PostgreSQL does not start: {reason}"))
            else:
                self.listener(Said("PostgreSQL runs again; the server connects by itself"))
                return
        last = reason or (self.postgres.process.tail() if self.postgres.process else "")
        raise project_failure(
            "run/postgres-ended",
            f"PostgreSQL ended {RESTARTS} times within {WITHIN / 60:g} minutes; it printed last:\n{last}",
            "See that memory and disk suffice; `run` starts with the same data again.",
        )

    def _recent(self) -> int:
        return sum(time.monotonic() - each < WITHIN for each in self._times)


def _refuse_busy(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise toolchain_error(
                "run/port-not-allowed",
                f"port {port} may not be used by this user: {error.strerror}",
                "Choose one from 1024 up with --port.",
            ) from error
        except OSError as error:
            raise toolchain_error(
                "run/port-busy",
                f"port {port} is taken: {error.strerror}",
                "End what listens there, or choose another with --port.",
            ) from error
