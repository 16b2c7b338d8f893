"""A PostgreSQL server for one data folder, or the one that the user named."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit, urlunsplit

from backwright.chain.toolchain.failures import ToolchainError, toolchain_error
from backwright.chain.toolchain.postgres_binaries import OLDEST_POSTGRES, PostgresBinaries, RunAs, find_postgres, run_as
from backwright.chain.toolchain.processes import ChildProcess, Launch, free_port, run_command, start_process

__all__ = ["PostgresServer", "start_postgres"]

SUPERUSER = "postgres"
READY_WITHIN = 30.0
RELEASED_WITHIN = 15.0
# Commits still reach the operating system one by one: killing the server loses nothing, only losing the machine does.
THROW_AWAY = ("fsync=off", "full_page_writes=off")
STILL_HELD = re.compile(r"pre-existing shared memory block|lock file \"postmaster\.pid\"")
PORT_TAKEN = re.compile(r"could not bind|could not create any TCP/IP sockets")


class PostgresServer:
    """A running server. One that was found running (BACKWRIGHT_POSTGRES_URL) is never stopped."""

    def __init__(
        self,
        base_url: str,
        process: ChildProcess | None = None,
        lock: int | None = None,
        relaunch: Callable[[], ChildProcess] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.base_url = base_url
        self.process = process
        self._lock = lock
        self._relaunch = relaunch
        self._folder = folder

    @property
    def programs(self) -> Path:
        """Where `pg_dump` and its like of the server's release are."""
        return find_postgres().program("pg_dump").parent

    @property
    def port(self) -> int:
        return urlsplit(self.base_url).port or 5432

    def url(self, database: str | None = None, user: str | None = None, password: str | None = None) -> str:
        """A connection URL; what is not given is the superuser's, or the named server's own."""
        parts = urlsplit(self.base_url)
        host = parts.netloc.rpartition("@")[2]
        login = parts.netloc.rpartition("@")[0]
        if user is not None:
            login = quote(user, safe="") + ("" if password is None else ":" + quote(password, safe=""))
        path = parts.path if database is None else "/" + quote(database, safe="")
        return urlunsplit(("postgresql", f"{login}@{host}" if login else host, path, parts.query, ""))

    def ended(self) -> int | None:
        """The exit code of a server that was started here and has ended."""
        return None if self.process is None else self.process.poll()

    def kill(self) -> None:
        """Kills a server that was started here; its processes end with it."""
        if self.process is not None:
            self.process.kill()

    def restart(self) -> None:
        """Starts a server that has ended once more, with its data, its password and its port."""
        if self.process is not None and self._relaunch is not None:
            self.process.stop()
            self.process = self._relaunch()

    @contextlib.contextmanager
    def on(self, data: Path) -> Iterator[str]:
        """Another server on a copy of the data folder of this one; its superuser's URL."""
        assert self._folder is not None, "the data of a server that was found running is somebody else's"
        folder = data.parent / f"{data.name}-server"
        folder.mkdir()
        data.rename(folder / "data")
        shutil.copy(self._folder / "superuser.password", folder)
        with start_postgres(folder) as server:
            yield server.url("postgres")

    def stop(self) -> None:
        """Stops a server that was started here, after it has written everything down."""
        if self.process is not None:
            self.process.stop()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_postgres(data_dir: Path, *, port: int | None = None, durable: bool = False) -> PostgresServer:
    """Starts a server on 127.0.0.1 with its data in `data_dir`; `durable=False` risks it when the machine fails."""
    named = os.environ.get("BACKWRIGHT_POSTGRES_URL")
    if named:
        return _named_server(named)
    binaries = find_postgres()
    cluster = _Cluster(data_dir.absolute(), binaries, run_as(binaries))
    lock = cluster.lock()
    try:
        password = cluster.prepare(durable)
        return cluster.start(port, durable, password, lock)
    except BaseException:
        os.close(lock)
        raise


def _named_server(url: str) -> PostgresServer:
    import psycopg

    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.hostname:
        raise toolchain_error(
            "toolchain/postgres-url-invalid",
            "BACKWRIGHT_POSTGRES_URL is not a PostgreSQL URL",
            "write it as postgresql://user:password@host:port/database",
        )
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version // 10000
    except psycopg.Error as error:
        raise toolchain_error(
            "toolchain/postgres-url-refused",
            f"the server in BACKWRIGHT_POSTGRES_URL ({parts.hostname}:{parts.port or 5432}) refused: {error}",
            "see that it runs and that the login may create databases and roles, or unset the variable",
        ) from error
    if version < OLDEST_POSTGRES:
        raise toolchain_error(
            "toolchain/postgres-url-refused",
            f"the server in BACKWRIGHT_POSTGRES_URL is PostgreSQL {version}",
            f"name a server of version {OLDEST_POSTGRES} or newer, or unset the variable",
        )
    return PostgresServer(url)


@dataclass(frozen=True, slots=True)
class _Cluster:
    folder: Path
    binaries: PostgresBinaries
    identity: RunAs

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def password_file(self) -> Path:
        return self.folder / "superuser.password"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    def lock(self) -> int:
        """Takes the folder for this process and the server it will start; both must be gone before another gets it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.folder / "owner.lock", os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + RELEASED_WITHIN
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                owner = os.pread(lock, 20, 0).decode("ascii", "replace").strip()
                # A server whose owner was killed is on its way out; one whose owner lives is not.
                if _is_alive(owner) or time.monotonic() > deadline:
                    os.close(lock)
                    raise self._in_use(f"process {owner}") from None
                time.sleep(0.05)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        return lock

    def prepare(self, durable: bool) -> str:
        """Makes the cluster where there is none; returns the superuser's password."""
        if not self.password_file.exists():
            self._write_password()
        password = self.password_file.read_text(encoding="ascii").strip()
        if not (self.data / "PG_VERSION").exists():
            self._initdb(durable)
        made_by = int((self.data / "PG_VERSION").read_text(encoding="ascii").strip())
        if made_by != self.binaries.version:
            raise toolchain_error(
                "toolchain/postgres-version-changed",
                f"{self.folder} was made by PostgreSQL {made_by}, and the one found now is {self.binaries.version}",
                f"name the `bin` folder of PostgreSQL {made_by} in BACKWRIGHT_POSTGRES_BIN, "
                "or move the data with pg_dump; data that may be lost: remove the folder",
            )
        self._give_to_owner()
        self._clear_stale_pid()
        return password

    def start(self, port: int | None, durable: bool, password: str, lock: int) -> PostgresServer:
        """A server that answers; on a free port where none is named."""
        base_url, process = self._started(port, durable, password, lock)
        chosen = urlsplit(base_url).port

        def relaunch() -> ChildProcess:
            self._clear_stale_pid()
            with contextlib.suppress(FileNotFoundError):
                self.log.replace(self.log.with_suffix(".previous.log"))
            return self._started(chosen, durable, password, lock)[1]

        return PostgresServer(base_url, process, lock, relaunch, self.folder)

    def _started(self, port: int | None, durable: bool, password: str, lock: int) -> tuple[str, ChildProcess]:
        deadline = time.monotonic() + RELEASED_WITHIN
        ports_left = 5 if port is None else 1
        while True:
            chosen = free_port() if port is None else port
            base_url = f"postgresql://{SUPERUSER}:{quote(password, safe='')}@127.0.0.1:{chosen}/postgres"
            self._empty_log()
            process = start_process(self._launch(chosen, durable, lock), self.log)
            try:
                if _becomes_ready(process, base_url):
                    return base_url, process
            except BaseException:
                process.stop()
                raise
            process.stop()
            output = process.tail(40)
            if PORT_TAKEN.search(output):
                ports_left -= 1
                if ports_left == 0:
                    raise _port_in_use(chosen)
            elif STILL_HELD.search(output) and time.monotonic() < deadline:
                # A killed postmaster's children hold its shared memory for a moment longer.
                time.sleep(0.2)
            else:
                raise self._did_not_start(process)

    def _launch(self, port: int, durable: bool, lock: int) -> Launch:
        settings = [
            "listen_addresses=127.0.0.1",
            f"port={port}",
            "unix_socket_directories=",
            "max_connections=200",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_checkpoints=off",
            "password_encryption=scram-sha-256",
            *(() if durable else THROW_AWAY),
        ]
        command = [*self.identity.prefix, str(self.binaries.program("postgres")), "-D", str(self.data)]
        for setting in settings:
            command += ["-c", setting]
        return Launch(
            command,
            cwd=self.folder,
            environment=_environment(),
            stop_signal=signal.SIGINT,
            grace=30.0,
            user=self.identity.user,
            locks=(lock,),
        )

    def _initdb(self, durable: bool) -> None:
        # Made beside its place and renamed, so that an interrupted call leaves no half cluster.
        new = self.folder / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        if self.data.exists():
            raise toolchain_error(
                "toolchain/postgres-data-foreign",
                f"{self.data} exists and is not a PostgreSQL cluster",
                "name another folder, or move what is in this one",
            )
        self._give_to_owner()
        command = [*self.identity.prefix, str(self.binaries.program("initdb")), "-D", str(new), "-U", SUPERUSER]
        command += ["-A", "scram-sha-256", f"--pwfile={self.password_file}", "-E", "UTF8", "--locale=C"]
        command += ["--no-instructions", *([] if durable else ["--no-sync"])]
        launch = Launch(command, cwd=self.folder, environment=_environment(), user=self.identity.user)
        done = run_command(launch, timeout=120.0)
        if done.code:
            shutil.rmtree(new, ignore_errors=True)
            raise toolchain_error(
                "toolchain/postgres-init-failed",
                f"initdb could not make a cluster in {self.folder}:\n{done.tail(6)}",
                "see that the disk has 100 MB of free space, and that the folder's parents may be entered"
                + (" by the user `nobody`" if self.identity.user else ""),
            )
        new.rename(self.data)

    def _write_password(self) -> None:
        partial = self.folder / "superuser.password.new"
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(24) + "\n")
        os.replace(partial, self.password_file)

    def _give_to_owner(self) -> None:
        """Root's files go to whoever runs the server; the folder may have been made under another identity."""
        owner = self.identity.file_owner
        if os.geteuid() != 0 or (self.folder.stat().st_uid == owner and not self._made_by_another(owner)):
            return
        for path, folders, files in os.walk(self.folder):
            for name in [".", *folders, *files]:
                os.chown(Path(path) / name, owner, -1, follow_symlinks=False)

    def _made_by_another(self, owner: int) -> bool:
        parts = (self.data, self.password_file)
        return any(part.exists() and part.stat().st_uid != owner for part in parts)

    def _clear_stale_pid(self) -> None:
        """A killed postmaster's lock file names a process id that a stranger may have by now."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        lines = pid_file.read_text(encoding="utf-8", errors="replace").splitlines()
        pid = lines[0].strip() if lines else ""
        if _is_alive(pid) and _runs_in(pid, self.data):
            raise self._in_use(f"a PostgreSQL that was started by other means (process {pid})")
        pid_file.unlink()

    def _empty_log(self) -> None:
        self.log.write_bytes(b"")

    def _in_use(self, by: str) -> ToolchainError:
        return toolchain_error(
            "toolchain/postgres-already-running",
            f"the database in {self.folder} is in use by {by}",
            "stop it first (Ctrl-C where it was started), or use another folder",
        )

    def _did_not_start(self, process: ChildProcess) -> ToolchainError:
        return toolchain_error(
            "toolchain/postgres-not-started",
            f"PostgreSQL {self.binaries.version} did not start in {self.folder}:\n{process.tail(6)}",
            "its log is postgres.log in that folder",
        )


def _becomes_ready(process: ChildProcess, url: str) -> bool:
    """True once it answers a query; False when it ends before or takes too long."""
    import psycopg

    deadline = time.monotonic() + READY_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=5) as connection:
            connection.execute("select 1")
            # A stranger on the same port does not know the password, so this is the right server.
            return process.poll() is None
        time.sleep(0.02)
    return False


def _port_in_use(port: int) -> ToolchainError:
    return toolchain_error(
        "toolchain/port-in-use",
        f"port {port} of 127.0.0.1 is in use",
        "name another port, or stop what listens there",
    )


def _environment() -> Mapping[str, str]:
    # PGPORT, PGDATA and their kin would change what the programs do.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _runs_in(pid: str, folder: Path) -> bool:
    """Whether the process works in that folder, as a postmaster does; where nobody can tell, it is assumed."""
    if not Path("/proc/self/cwd").exists():
        return True
    try:
        return Path(f"/proc/{pid}/cwd").resolve() == folder.resolve()
    except OSError:
        return False
