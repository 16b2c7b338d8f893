"""One shop as a FastAPI backend, generated and installed, for the tests of what comes with the code."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from backwright.chain.generate import write_project
from backwright.chain.system import ProjectSystem
from backwright.chain.toolchain.postgres import start_postgres
from tests.targets.regenerate import SHOP, compiled, rendered


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProjectSystem]:
    folder = tmp_path_factory.mktemp("project") / "shop"
    write_project(rendered(SHOP, "fastapi"), folder)
    with start_postgres(tmp_path_factory.mktemp("cluster") / "data") as server:
        system = ProjectSystem(folder, compiled(SHOP), server, tmp_path_factory.mktemp("logs"))
        system.install()
        yield system
