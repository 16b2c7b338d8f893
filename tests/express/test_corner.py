"""A blueprint of odd names, lengths and combinations becomes a project that is tidy and passes its own tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from backwright.chain.generate import render_project, write_project
from backwright.chain.system import ProjectSystem
from backwright.chain.toolchain.postgres import PostgresServer
from tests.express.test_specimens import ROOT, plan_of


@pytest.fixture(scope="module")
def corner(cluster: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> ProjectSystem:
    plan = plan_of("corner")
    text = (ROOT / "tests" / "cases" / "corner" / "blueprint.yaml").read_text(encoding="utf-8")
    folder: Path = tmp_path_factory.mktemp("project") / "corner"
    write_project(render_project(plan, "express", text), folder)
    system = ProjectSystem(folder, plan, cluster, tmp_path_factory.mktemp("logs"))
    system.install()
    system.expect("build")
    return system


def test_it_compiles_and_the_formatter_has_nothing_to_change(corner: ProjectSystem) -> None:
    done = corner.run("check")
    assert done.code == 0, done.output


@pytest.mark.slow
def test_its_own_tests_pass(corner: ProjectSystem) -> None:
    with corner.migrated() as database:
        done = corner.run("test", database)
    assert done.code == 0, done.output
