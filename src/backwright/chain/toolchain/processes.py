"""Child processes that end with their parent, whatever way the parent ends."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import urlsplit

from backwright.chain.toolchain.failures import ToolchainError, project_failure, toolchain_error

__all__ = ["ChildProcess", "Finished", "Launch", "free_port", "run_command", "start_process", "wait_for_http"]

SUPERVISOR = Path(__file__).with_name("supervisor.py")
LOG_TAIL = 15


@dataclass(frozen=True, slots=True)
class Launch:
    """How a command is started: `user` is a uid and gid to run it as, `locks` are open files it holds to its end."""

    command: Sequence[str | Path]
    cwd: Path
    environment: Mapping[str, str] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 10.0
    user: tuple[int, int] | None = None
    locks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Finished:
    """What a command left: its exit code and everything that it printed."""

    code: int
    output: str

    def tail(self, lines: int = LOG_TAIL) -> str:
        return _tail(self.output, lines)


class ChildProcess:
    """A running command: the process group of `pid`, its output in the file `log`."""

    def __init__(self, supervisor: subprocess.Popen[bytes], pid: int, log: Path, grace: float) -> None:
        self.pid = pid
        self.log = log
        self._supervisor = supervisor
        self._grace = grace

    def poll(self) -> int | None:
        """The exit code (128 + N where signal N ended it), or None while it runs."""
        return self._supervisor.poll()

    def wait(self, timeout: float) -> int | None:
        """The exit code, or None when it still runs after `timeout` seconds."""
        try:
            return self._supervisor.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def stop(self) -> int:
        """Asks it to stop, and kills what has not stopped in time; returns the exit code."""
        lifeline = self._supervisor.stdin
        if lifeline is not None and not lifeline.closed:
            with contextlib.suppress(BrokenPipeError):
                lifeline.write(b"q")
                lifeline.flush()
            with contextlib.suppress(BrokenPipeError):
                lifeline.close()
        code = self.wait(2 * self._grace + 5.0)
        if code is None:
            self.kill()
            self._supervisor.kill()
            code = self._supervisor.wait()
        return code

    def kill(self) -> None:
        """Kills the process group without asking."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    def tail(self, lines: int = LOG_TAIL) -> str:
        """The last lines that it printed."""
        return _tail(self.log.read_text(encoding="utf-8", errors="replace"), lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_process(launch: Launch, log: Path) -> ChildProcess:
    """Starts a command whose output is appended to `log`."""
    command = [sys.executable, "-I", "-S", str(SUPERVISOR), str(int(launch.stop_signal)), str(launch.grace)]
    if launch.user is not None:
        command += ["--user", f"{launch.user[0]}:{launch.user[1]}"]
    command += [os.fspath(part) for part in launch.command]
    if not launch.cwd.is_dir():
        raise _not_started(launch, "the folder does not exist")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        supervisor = subprocess.Popen(
            command,
            cwd=launch.cwd,
            env=launch.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            pass_fds=launch.locks,
        )
    try:
        kind, _, detail = _first_line(supervisor).partition(" ")
    except BaseException:
        supervisor.terminate()
        raise
    if kind != "pid":
        supervisor.communicate()
        raise _not_started(launch, detail)
    return ChildProcess(supervisor, int(detail), log, launch.grace)


def run_command(launch: Launch, timeout: float = 600.0) -> Finished:
    """Runs a command to its end; what has not ended after `timeout` seconds is stopped and reported."""
    with tempfile.TemporaryDirectory(prefix="backwright-") as folder:
        log = Path(folder) / "output"
        with start_process(launch, log) as process:
            code = process.wait(timeout)
        output = log.read_text(encoding="utf-8", errors="replace")
    if code is None:
        raise toolchain_error(
            "toolchain/command-timed-out",
            f"`{Path(launch.command[0]).name}` had not ended after {timeout:g} seconds: {_tail(output, 4)}",
            "look at what it waits for; a first download may need a second call",
        )
    return Finished(code, output)


def free_port() -> int:
    """A TCP port of the loopback address that nothing listens on now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_http(url: str, process: ChildProcess | None = None, timeout: float = 30.0) -> None:
    """Returns once `url` answers 2xx; fails at once when the process has ended, and after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while True:
        seen = _answer(url, timeout=min(2.0, timeout))
        if seen is None:
            return
        code = process.poll() if process is not None else None
        if code is not None:
            raise _did_not_start(f"it ended with code {code} before {url} answered", process)
        if time.monotonic() > deadline:
            raise _did_not_start(f"{url} did not answer within {timeout:g} seconds ({seen})", process)
        time.sleep(0.05)


def _answer(url: str, timeout: float) -> str | None:
    """None when the answer is 2xx, else what was seen; a proxy named in the environment is not asked."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 80, timeout=timeout)
    try:
        connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
    return None if 200 <= status < 300 else f"status {status}"


def _not_started(launch: Launch, reason: str) -> ToolchainError:
    return toolchain_error(
        "toolchain/command-not-started",
        f"`{Path(launch.command[0]).name}` could not be started in {launch.cwd}: {reason or 'no reason given'}",
        "see that the program is installed, that it may be executed, and that the folder exists",
    )


def _did_not_start(reason: str, process: ChildProcess | None) -> ToolchainError:
    last = f"; it printed last:\n{process.tail()}" if process is not None else ""
    return project_failure(
        "toolchain/server-not-ready",
        f"the server did not become ready: {reason}{last}",
        "the server's log says why; most often a setting, the database or a port is missing",
    )


def _first_line(supervisor: subprocess.Popen[bytes]) -> str:
    stream: IO[bytes] | None = supervisor.stdout
    if stream is None:
        return ""
    with stream:
        return stream.readline().decode("utf-8", "replace").strip()


def _tail(text: str, lines: int) -> str:
    return "\n".join([line.rstrip() for line in text.splitlines() if line.strip()][-lines:])
