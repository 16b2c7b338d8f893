"""One generated shop for all gate tests; a planted defect works on a copy of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backwright.chain.generate import render_project, write_project
from backwright.chain.system import ProjectSystem
from backwright.chain.toolchain.postgres import PostgresServer, start_postgres
from backwright.plan.build import compile_blueprint
from backwright.plan.model import Plan

SHOP = Path(__file__).parents[2] / "examples" / "shop" / "blueprint.yaml"
Edit = tuple[str, str, str]


@pytest.fixture(scope="session")
def plan() -> Plan:
    """The plan of the shop."""
    compiled, problems = compile_blueprint(SHOP.read_text(encoding="utf-8"), "examples/shop/blueprint.yaml")
    assert compiled is not None, problems
    return compiled


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A throw-away cluster."""
    with start_postgres(tmp_path_factory.mktemp("cluster") / "data") as server:
        yield server


@pytest.fixture(scope="session")
def shop(plan: Plan, postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> ProjectSystem:
    """The shop on Express, installed and built."""
    folder = tmp_path_factory.mktemp("shop") / "project"
    write_project(render_project(plan, "express", SHOP.read_text(encoding="utf-8")), folder)
    system = ProjectSystem(folder, plan, postgres, tmp_path_factory.mktemp("logs"))
    system.install()
    assert system.run("build").code == 0
    return system


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
