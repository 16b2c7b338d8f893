"""Takes the databases away while both servers run: every operation must say so in the same words, and recover."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from tests.parity.differential import Difference, Duel
from tests.parity.sequences import Sequences
from tests.parity.steps import HOST
from tests.parity.wire import Sent, connected

__all__ = ["without_database"]

_CLOSED = "alter database {} allow_connections false"
_OPEN = "alter database {} allow_connections true"
_END = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and usename <> current_user"
_SECONDS = 10.0


def without_database(duel: Duel, password: str) -> Difference | None:
    """Every operation once, with nothing that is wrong with it, and no database."""
    steps = Sequences(duel.running.plan, 0, {}, password).one_of_each()
    with _taken_away(duel):
        found = duel.continue_with(steps, failing=True)
    for side in duel.running.sides:
        _wait(side.server.url)
    return found


@contextmanager
def _taken_away(duel: Duel) -> Iterator[None]:
    databases = [side.database for side in duel.running.sides]
    with psycopg.connect(duel.running.sides[0].system.postgres.url("postgres"), autocommit=True) as admin:
        for database in databases:
            admin.execute(sql.SQL(_CLOSED).format(sql.Identifier(database.name)))
            admin.execute(_END, (database.name,))
        try:
            yield
        finally:
            for database in databases:
                admin.execute(sql.SQL(_OPEN).format(sql.Identifier(database.name)))


def _wait(url: str) -> None:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        with connected(url) as connection:
            if connection.exchange(Sent("GET", "/readyz", (("Host", HOST),))).status == 200:
                return
        time.sleep(0.05)
    raise AssertionError(f"{url} did not recover")
