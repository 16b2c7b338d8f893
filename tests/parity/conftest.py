"""The shop on every stack, built once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from backwright.chain.system import ProjectSystem
from backwright.chain.toolchain.postgres import PostgresServer, start_postgres
from tests.parity.running import BLUEPRINTS, prepared


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A throw-away cluster."""
    with start_postgres(tmp_path_factory.mktemp("cluster") / "data") as server:
        yield server


@pytest.fixture(scope="session")
def shop(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, ProjectSystem]:
    """The shop's projects by stack, installed and built."""
    return prepared(BLUEPRINTS[0], postgres, tmp_path_factory.mktemp("shop") / "projects")
