"""`run` keeps its own PostgreSQL alive, within bounds, and tells when the server has ended."""

from __future__ import annotations

import os
import signal
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from http.client import RemoteDisconnected
from pathlib import Path

import psycopg
import pytest

from backwright.chain import serve
from backwright.chain.events import Event, Said
from backwright.chain.serve import Running, served, watch
from backwright.chain.toolchain import free_port
from backwright.chain.toolchain.failures import ProjectFailure, ToolchainError
from tests.chain.plain import plain_project


class Watched:
    """A project that runs, and the thread that watches it."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.said: list[str] = []
        self.failure: ToolchainError | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        try:
            watch(self.running, self._stopped, self._hear)
        except ProjectFailure as failure:
            self.failure = failure

    def _hear(self, event: Event) -> None:
        if isinstance(event, Said):
            self.said.append(event.text)

    def kill_postgres(self) -> None:
        assert self.running.postgres.process
        os.kill(self.running.postgres.process.pid, signal.SIGKILL)

    def is_back(self, times: int) -> bool:
        return sum("runs again" in each for each in self.said) == times

    def ends(self, timeout: float) -> bool:
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(60)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    with served(plain_project(tmp_path / "p", packages=True), free_port(), lambda _: None) as running:
        watched = Watched(running)
        yield watched
        watched.stop()


def test_a_killed_postgres_comes_back_with_its_port_and_its_data(watched: Watched) -> None:
    url = watched.running.postgres.url("notes")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table kept as select 7 as value")
    watched.kill_postgres()
    assert _soon(lambda: bool(watched.said) and "runs again" in watched.said[-1])
    with psycopg.connect(url) as connection:
        assert connection.execute("select value from kept").fetchone() == (7,)
    assert watched.failure is None


def test_a_postgres_that_keeps_ending_ends_the_run(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "RESTARTS", 2)
    monkeypatch.setattr(serve, "FIRST_PAUSE", 0.05)
    for number in range(3):
        assert _soon(partial(watched.is_back, number))
        watched.kill_postgres()
    assert watched.ends(20)
    assert watched.failure
    assert watched.failure.diagnostic.code == "run/postgres-ended"


def test_stopping_does_not_wait_for_the_next_try(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "FIRST_PAUSE", 60.0)
    watched.kill_postgres()
    assert _soon(lambda: bool(watched.said))
    began = time.monotonic()
    watched.stop()
    assert time.monotonic() - began < 5
    assert watched.failure is None


def test_a_server_that_ends_by_itself_is_quoted(watched: Watched) -> None:
    with pytest.raises(RemoteDisconnected):
        urllib.request.urlopen(f"{watched.running.server.url}/crash", timeout=5)
    assert watched.ends(10)
    assert watched.failure
    assert watched.failure.diagnostic.code == "run/server-ended"
    assert "with code 3" in watched.failure.diagnostic.message
    assert "a last word" in watched.failure.diagnostic.message


def _soon(condition: Callable[[], bool], within: float = 30.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False
