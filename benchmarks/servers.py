"""The servers that are compared: the references, and what the compiler writes for the same blueprint."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from backwright.chain.create import create, from_blueprint
from backwright.chain.system import ProjectSystem, Secrets
from backwright.chain.toolchain.packages import Packages, install_packages
from backwright.chain.toolchain.postgres import PostgresServer
from backwright.chain.toolchain.processes import ChildProcess, Launch, free_port, start_process, wait_for_http
from backwright.chain.toolchain.runtime import Runtime
from backwright.chain.toolchain.runtimes import find_runtime
from backwright.gates.system import Database

__all__ = ["ENVIRONMENT", "GENERATED", "SERVERS", "Field", "Running", "ServerName"]

ServerName = Literal[
    "node:http, bare",
    "Express, tutorial",
    "Express, Sequelize",
    "Express, generated",
    "ASGI, bare",
    "FastAPI, tutorial",
    "FastAPI, SQLAlchemy",
    "FastAPI, generated",
]
GENERATED: dict[ServerName, str] = {"Express, generated": "express", "FastAPI, generated": "fastapi"}
# The bare ones work under row-level security, as the generated ones do; the tutorials connect as its owner would.
BARE: tuple[ServerName, ...] = ("node:http, bare", "ASGI, bare")
NODE: dict[ServerName, str] = {
    "node:http, bare": "bare.js",
    "Express, tutorial": "tutorial.js",
    "Express, Sequelize": "orm.js",
}
PYTHON: dict[ServerName, str] = {
    "ASGI, bare": "bare.py",
    "FastAPI, tutorial": "tutorial.py",
    "FastAPI, SQLAlchemy": "orm.py",
}
SERVERS: tuple[ServerName, ...] = (*NODE, "Express, generated", *PYTHON, "FastAPI, generated")
# Answered without the database, so that it shows how long the event loop lets others wait.
LIVENESS = "/livez"

_REFERENCES = Path(__file__).parent / "references"
_BLUEPRINT = Path(__file__).parents[1] / "examples" / "shop" / "blueprint.yaml"
# Limits that count and that nobody reaches.
_LIMITS = ",".join(f"{name}=100000000/min" for name in ("anonymous", "user", "login", "register", "placeOrder"))
ENVIRONMENT = {"ACCESS_TOKEN_SECONDS": "86400", "RATE_LIMITS": _LIMITS}
# What a server delivers after the answer is no part of the request, so it rests while statements are counted.
_COUNTED = {"OUTBOX": "off"}


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers, and what it took until it did."""

    name: ServerName
    port: int
    process: ChildProcess
    seconds_to_start: float
    idle_megabytes: float | None

    @property
    def liveness(self) -> str | None:
        return LIVENESS if self.name in GENERATED else None


@dataclass(frozen=True, slots=True)
class Field:
    """Everything that is needed to start any of the servers on one database."""

    node: Runtime
    python: Runtime
    folder: Path
    systems: dict[ServerName, ProjectSystem]
    database: Database
    secrets: Secrets

    @staticmethod
    def prepare(folder: Path, postgres: PostgresServer) -> Field:
        """Installs the references, generates and builds the others, and makes their database."""
        secrets = Secrets.random()
        systems = {name: _generated(stack, folder, postgres, secrets) for name, stack in GENERATED.items()}
        first = systems["Express, generated"]
        database = first.named_database("bench")
        first.expect("migrate", database)
        first.expect("seed", database)
        node, python = find_runtime("node", (22, 12)), find_runtime("python", (3, 11))
        npm = Packages(("package.json", "package-lock.json"), "node_modules", "node_modules/.bin")
        install_packages(_copied("node", folder), npm, [["npm", "ci"]], node)
        uv = Packages(("pyproject.toml", "uv.lock"), ".venv", ".venv/bin")
        install_packages(_copied("python", folder), uv, [["uv", "sync", "--frozen"]], python)
        return Field(node, python, folder, systems, database, secrets)

    @property
    def login(self) -> str:
        """The seeded account with the first role."""
        return self.systems["Express, generated"].project.logins[0].login

    @contextmanager
    def serve(self, name: ServerName, proxy: int | None = None) -> Iterator[Running]:
        """A server that runs inside the context; through a proxy of the database where its port is given."""
        port = free_port()
        started = time.monotonic()
        process = self._start(name, port, self._behind(proxy), {} if proxy is None else _COUNTED)
        seconds = time.monotonic() - started
        try:
            time.sleep(0.5)
            yield Running(name, port, process, seconds, _resident(process.pid))
        finally:
            process.stop()

    def _behind(self, proxy: int | None) -> Database:
        if proxy is None:
            return self.database
        urls = (self.database.admin, self.database.application)
        admin, application = (_through(url, proxy) for url in urls)
        return replace(self.database, admin=admin, application=application)

    def _start(self, name: ServerName, port: int, database: Database, environment: Mapping[str, str]) -> ChildProcess:
        if name in self.systems:
            return self.systems[name].start(database, port, {**ENVIRONMENT, **environment}).process
        url = database.application if name in BARE else database.admin
        own = {"PORT": str(port), "DATABASE_URL": url, "TOKEN_SECRET": self.secrets.token, "NODE_ENV": "production"}
        process = start_process(self._launch(name, own), self.folder / "logs" / f"{name}.log")
        try:
            wait_for_http(f"http://127.0.0.1:{port}/readyz", process)
        except BaseException:
            process.stop()
            raise
        return process

    def _launch(self, name: ServerName, environment: dict[str, str]) -> Launch:
        if name in NODE:
            folder = self.folder / "node"
            return Launch(self.node.command(["node", NODE[name]]), folder, self.node.environment() | environment)
        folder = self.folder / "python"
        program = folder / ".venv" / "bin" / "python"
        return Launch([program, PYTHON[name]], folder, self.python.environment() | environment)


def _generated(stack: str, folder: Path, postgres: PostgresServer, secrets: Secrets) -> ProjectSystem:
    out = folder / stack
    shutil.rmtree(out, ignore_errors=True)
    project = create(from_blueprint(_BLUEPRINT), stack, out)
    system = ProjectSystem(out, project.plan, postgres, folder / "logs" / stack, secrets)
    system.install()
    system.expect("build")
    return system


def _copied(name: str, folder: Path) -> Path:
    return shutil.copytree(_REFERENCES / name, folder / name, dirs_exist_ok=True)


def _through(url: str, port: int) -> str:
    head, _, tail = url.rpartition("@")
    return f"{head}@127.0.0.1:{port}/{tail.partition('/')[2]}"


def _resident(pid: int) -> float | None:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return int(lines["VmRSS"].split()[0]) / 1024
