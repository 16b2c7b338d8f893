from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.expressions.engines import Database, Node, running_database


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    with running_database() as running:
        yield running


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    with Node() as running:
        yield running
