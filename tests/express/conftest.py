"""One shop, generated and installed, for the tests of what comes with the code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backwright.chain.generate import render_project, write_project
from backwright.chain.system import ProjectSystem
from backwright.chain.toolchain.postgres import PostgresServer, start_postgres
from backwright.plan.build import compile_blueprint

SHOP = Path(__file__).resolve().parents[2] / "examples" / "shop" / "blueprint.yaml"


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    with start_postgres(tmp_path_factory.mktemp("cluster") / "data") as server:
        yield server


@pytest.fixture(scope="session")
def shop(cluster: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> ProjectSystem:
    text = SHOP.read_text(encoding="utf-8")
    plan, problems = compile_blueprint(text, SHOP.name)
    assert plan is not None, problems
    folder = tmp_path_factory.mktemp("project") / "shop"
    write_project(render_project(plan, "express", text), folder)
    system = ProjectSystem(folder, plan, cluster, tmp_path_factory.mktemp("logs"))
    system.install()
    assert system.run("build").code == 0
    return system
