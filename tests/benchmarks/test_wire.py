"""The counts that two bars rest on, on a real connection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from backwright.chain.toolchain.postgres import start_postgres
from benchmarks.wire import Counts, counting_proxy


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[psycopg.Connection, Counts]]:
    folder: Path = tmp_path_factory.mktemp("postgres")
    with start_postgres(folder) as server, counting_proxy(server.port) as (port, counts):
        url = server.url("postgres").replace(f":{server.port}/", f":{port}/")
        with psycopg.connect(url, autocommit=True, prepare_threshold=0) as connection:
            yield connection, counts


def test_statements_sent_one_by_one_are_waited_for_one_by_one(counted: tuple[psycopg.Connection, Counts]) -> None:
    connection, counts = counted
    connection.execute("select 1")
    counts.reset()
    for _ in range(3):
        connection.execute("select 1")
    assert (counts.statements, counts.control, counts.round_trips) == (3, 0, 3)


def test_a_pipeline_is_one_round_trip_however_much_it_carries(counted: tuple[psycopg.Connection, Counts]) -> None:
    connection, counts = counted
    counts.reset()
    with connection.pipeline():
        for _ in range(3):
            connection.execute("select 1")
    assert (counts.statements, counts.round_trips) == (3, 1)


def test_what_only_frames_a_transaction_is_told_apart(counted: tuple[psycopg.Connection, Counts]) -> None:
    connection, counts = counted
    counts.reset()
    with connection.transaction():
        connection.execute("select set_config('app.role', 'x', true)")
        connection.execute("select 1")
    assert (counts.statements, counts.control) == (4, 3)
