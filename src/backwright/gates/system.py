"""What a gate may touch: a generated project, only through its run contract, on databases made for the gate."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from backwright.diagnostics.evidence import GateResult
from backwright.plan.model import Plan

__all__ = ["Cluster", "Database", "Finished", "Gate", "Server", "Step", "System", "command_line"]

Step = Literal["install", "build", "check", "migrate", "rollback", "seed", "test", "performance"]


@dataclass(frozen=True, slots=True)
class Database:
    """A fresh database: `admin` is a superuser's URL, the other two are those of the project's roles."""

    name: str
    admin: str
    application: str
    migration: str


@dataclass(frozen=True, slots=True)
class Finished:
    """What a command left behind."""

    code: int
    output: str


class Cluster(Protocol):
    """A PostgreSQL server of a gate's own, which it may break."""

    @property
    def programs(self) -> Path:
        """Where `pg_dump` and its like of the server's release are."""

    def kill(self) -> None:
        """Ends all its processes at once, without a word to anybody."""

    def restart(self) -> None:
        """Starts it again with what it had written down, and waits until it answers."""

    def on(self, data: Path) -> AbstractContextManager[str]:
        """Another server on a copy of its data folder; its superuser's URL."""


class Server(Protocol):
    """A running server of the project."""

    @property
    def url(self) -> str:
        """Its base, such as `http://127.0.0.1:4711`, without a slash."""

    @property
    def pid(self) -> int:
        """The process group to signal."""

    def log(self) -> str:
        """Everything that it has logged."""

    def stop(self) -> int:
        """Ends it gracefully; the exit code."""


class System(Protocol):
    """A generated project under test."""

    @property
    def folder(self) -> Path:
        """The project's root."""

    @property
    def contract(self) -> Mapping[str, object]:
        """`.backwright/run.json`."""

    @property
    def plan(self) -> Plan:
        """What the project was generated from."""

    @property
    def full(self) -> bool:
        """Whether each gate does all that it can, however long it takes; else its short form, a minute at most."""

    @property
    def password(self) -> str:
        """The password of the seeded demo logins."""

    def database(self) -> AbstractContextManager[Database]:
        """An empty database, dropped at the end."""

    def migrated(self, *, seeded: bool = False) -> AbstractContextManager[Database]:
        """A database with every migration applied, with seeds if wanted."""

    def run(
        self, step: Step, database: Database | None = None, environment: Mapping[str, str] | None = None
    ) -> Finished:
        """Runs a step of the run contract to its end."""

    def serve(self, database: Database, environment: Mapping[str, str] | None = None) -> AbstractContextManager[Server]:
        """Starts the server and waits until it is ready."""

    def refused(self, database: Database, environment: Mapping[str, str]) -> Finished | None:
        """Starts the server with settings that it should refuse; how it ended, or None where it did not."""

    def apart(self) -> AbstractContextManager[tuple[System, Cluster | None]]:
        """The same project on a PostgreSQL of its own; no cluster where that is somebody else's and must stay whole."""

    def command(
        self, command: tuple[str, ...], timeout: float = 300.0, environment: Mapping[str, str] | None = None
    ) -> Finished:
        """Runs a tool in the project's folder, with the project's own programs and Backwright's on its PATH.

        `environment` stands in place of the run contract's variables.
        """


class Gate(Protocol):
    """One gate. A gate that did nothing has failed."""

    name: str

    def run(self, system: System) -> GateResult:
        """Does its checks and counts them."""


def command_line(contract: Mapping[str, object], step: Step) -> str:
    """The commands of a step as they would be typed."""
    words = contract.get(step)
    if not isinstance(words, list):
        return ""
    commands = words if all(isinstance(each, list) for each in words) else [words]
    return " && ".join(" ".join(str(word) for word in command) for command in commands)
