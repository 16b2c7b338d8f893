"""One generated shop for all gate tests; a planted defect works on a copy of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backwright.chain.generate import render_project, write_project
from backwright.chain.system import ProjectSystem, Secrets
from backwright.chain.toolchain.postgres import PostgresServer, start_postgres
from backwright.plan.model import Plan
from tests.targets.regenerate import compiled

SHOP = Path(__file__).parents[2] / "examples" / "shop" / "blueprint.yaml"
Edit = tuple[str, str, str]
Ready = Callable[..., ProjectSystem]


@pytest.fixture(scope="session")
def plan() -> Plan:
    """The plan of the shop."""
    return compiled(SHOP)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A throw-away cluster."""
    with start_postgres(tmp_path_factory.mktemp("cluster") / "data") as server:
        yield server


@pytest.fixture(scope="session")
def secrets() -> Secrets:
    """Of every project on that cluster: projects of one name share their roles, and a role has one password."""
    return Secrets.random()


@pytest.fixture(scope="session")
def ready(postgres: PostgresServer, secrets: Secrets, tmp_path_factory: pytest.TempPathFactory) -> Ready:
    """Makes the project of a blueprint on a stack, installed and built."""

    def make(blueprint: Path, stack: str = "express") -> ProjectSystem:
        parent = tmp_path_factory.mktemp(stack)
        plan, text = compiled(blueprint), blueprint.read_text(encoding="utf-8")
        write_project(render_project(plan, stack, text), parent / "project")
        system = ProjectSystem(parent / "project", plan, postgres, parent / "logs", secrets)
        system.install()
        built = system.run("build")
        assert built.code == 0, built.output
        return system

    return make


@pytest.fixture(scope="session")
def shop(ready: Ready) -> ProjectSystem:
    """The shop on Express."""
    return ready(SHOP)


@pytest.fixture
def planted(shop: ProjectSystem, tmp_path: Path) -> Callable[..., ProjectSystem]:
    """A copy of the shop with defects: each edit is (path, text that stands there once, what replaces it)."""

    def plant(*edits: Edit) -> ProjectSystem:
        folder = tmp_path / "planted"
        ignored = shutil.ignore_patterns("node_modules")
        shutil.copytree(shop.folder, folder, ignore=ignored)
        os.symlink(shop.folder / "node_modules", folder / "node_modules")
        for path, old, new in edits:
            text = (folder / path).read_text(encoding="utf-8")
            assert text.count(old) == 1, f"{path} has {text.count(old)} times {old!r}"
            (folder / path).write_text(text.replace(old, new), encoding="utf-8")
        system = ProjectSystem(folder, shop.plan, shop.postgres, tmp_path / "logs", shop.secrets)
        built = system.run("build")
        assert built.code == 0, built.output
        return system

    return plant
