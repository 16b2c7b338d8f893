"""The same blueprint as running servers, one of each stack, with the same secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from backwright.chain.generate import render_project, stacks, write_project
from backwright.chain.system import ProjectServer, ProjectSystem, Secrets
from backwright.chain.toolchain.postgres import PostgresServer
from backwright.gates.system import Database
from backwright.plan.build import compile_blueprint
from backwright.plan.model import Plan

__all__ = ["BLUEPRINTS", "STACKS", "Running", "Side", "compiled", "prepared", "running"]

STACKS = stacks()
_ROOT = Path(__file__).resolve().parents[2]
# The shop first, then what the language can say otherwise: every type, no accounts, loops, optional parts, events.
BLUEPRINTS = (
    _ROOT / "examples" / "shop" / "blueprint.yaml",
    *(
        _ROOT / "tests" / "cases" / name / "blueprint.yaml"
        for name in ("awkward", "ledger", "tickets", "clinic", "tasks", "workshop", "rentals")
    ),
)
# Tokens outlive a run; so do the connections, whatever the machine is busy with. Events stay as they were emitted.
_SETTINGS = {
    "ACCESS_TOKEN_SECONDS": "86400",
    "DATABASE_TIMEOUT_MS": "30000",
    "DATABASE_CONNECT_TIMEOUT_MS": "10000",
    "OUTBOX": "off",
}


@dataclass(frozen=True, slots=True)
class Side:
    """One stack of a pair, on its own database unless both share one."""

    stack: str
    system: ProjectSystem
    database: Database
    server: ProjectServer


@dataclass(frozen=True, slots=True)
class Running:
    """The plan, and a server of every stack."""

    plan: Plan
    sides: tuple[Side, ...]

    @property
    def password(self) -> str:
        """That of all demo logins."""
        return self.sides[0].system.password


def compiled(blueprint: Path) -> Plan:
    """The plan of a blueprint without mistakes."""
    plan, problems = compile_blueprint(blueprint.read_text(encoding="utf-8"), blueprint.name)
    assert plan is not None, problems
    return plan


def prepared(
    blueprint: Path, postgres: PostgresServer, folder: Path, names: Sequence[str] = STACKS
) -> dict[str, ProjectSystem]:
    """The project of every stack, installed and built."""
    plan, secrets = compiled(blueprint), Secrets.random()
    logs = folder / "logs"
    logs.mkdir(parents=True)
    found = {}
    for stack in names:
        write_project(render_project(plan, stack, blueprint.read_text(encoding="utf-8")), folder / stack)
        system = ProjectSystem(folder / stack, plan, postgres, logs, secrets)
        system.install()
        built = system.run("build")
        assert built.code == 0, built.output
        found[stack] = system
    return found


@contextmanager
def running(
    systems: Mapping[str, ProjectSystem], *, shared: bool = False, settings: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """A server of every stack, on a migrated and seeded database of its own, or on one that all share."""
    with ExitStack() as open_ones:
        sides: list[Side] = []
        for stack, system in systems.items():
            first = sides[0].database if sides and shared else None
            database = first or open_ones.enter_context(system.migrated(seeded=True))
            server = open_ones.enter_context(system.serve(database, _SETTINGS | dict(settings or {})))
            sides.append(Side(stack, system, database, server))
        yield Running(next(iter(systems.values())).plan, tuple(sides))
