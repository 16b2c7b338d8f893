"""Runs a generated project for its developer: database, migrations, seeds, server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from backwright.chain.contract import Login
from backwright.chain.events import Listener, PhaseStarted
from backwright.chain.project import Project
from backwright.chain.system import ProjectServer, ProjectSystem
from backwright.chain.toolchain.failures import toolchain_error
from backwright.chain.toolchain.postgres import start_postgres

__all__ = ["Running", "served"]


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers, and who may sign in with which password."""

    server: ProjectServer
    logins: tuple[Login, ...]
    password: str


@contextmanager
def served(project: Project, port: int, listener: Listener) -> Iterator[Running]:
    """Everything is up inside the context and gone after it; the data stays in the project's local folder."""
    _refuse_busy(port)
    with ExitStack() as stack:
        listener(PhaseStarted("starting PostgreSQL"))
        postgres = stack.enter_context(start_postgres(project.local / "postgres", durable=True))
        secrets = project.secrets()
        system = ProjectSystem(project.folder, project.plan, postgres, project.local / "logs", secrets)
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
        yield Running(server, project.contract.logins, secrets.password)


def _refuse_busy(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise toolchain_error(
                "run/port-busy",
                f"port {port} is taken: {error.strerror}",
                "End what listens there, or choose another with --port.",
            ) from error
