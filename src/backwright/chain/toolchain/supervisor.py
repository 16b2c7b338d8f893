"""Runs one command in a session of its own and ends it when asked, or when whoever asked for it is gone.

It runs as a script: `supervisor.py STOP_SIGNAL GRACE_SECONDS [--user UID:GID] COMMAND...`. Standard input is the
lifeline: a byte or its end means stop. Standard output carries one line, `pid N` or `error TEXT`. Standard error goes
to the command.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable

__all__: list[str] = []

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
TICK = 0.5


def _main(arguments: list[str]) -> int:
    stop_signal, grace = int(arguments[0]), float(arguments[1])
    rest = arguments[2:]
    uid, gid = None, None
    if rest[0] == "--user":
        uid, gid = (int(part) for part in rest[1].split(":"))
        rest = rest[2:]
    # A terminal's Ctrl-C reaches the whole foreground group; only the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prctl = _prctl()
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    parent = os.getppid()

    def before_exec() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        prctl(PR_SET_PDEATHSIG, stop_signal)

    try:
        child = subprocess.Popen(
            rest,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            stderr=sys.stderr,
            start_new_session=True,
            preexec_fn=before_exec,  # noqa: PLW1509 - this process has one thread
            user=uid,
            group=gid,
            extra_groups=None if uid is None else [],
        )
    except (OSError, subprocess.SubprocessError) as error:
        print(f"error {error}", flush=True)
        return 127
    with contextlib.suppress(BrokenPipeError):
        print(f"pid {child.pid}", flush=True)
    _wait_for_end_or_stop(child, parent)
    code = _end(child, stop_signal, grace)
    return code if code >= 0 else 128 - code


def _prctl() -> Callable[[int, int], object]:
    if not sys.platform.startswith("linux"):
        return lambda option, value: None
    library = ctypes.CDLL(None)
    return lambda option, value: library.prctl(option, value, 0, 0, 0)


def _wait_for_end_or_stop(child: subprocess.Popen[bytes], parent: int) -> None:
    ended, end_seen = os.pipe()
    os.set_blocking(end_seen, False)
    signal.set_wakeup_fd(end_seen)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(_end(child, signal.SIGTERM, 5.0)))
    while child.poll() is None:
        # A fork of the parent may hold the lifeline open after the parent has gone, so its id is watched too.
        if select.select([0], [], [], 0)[0] or os.getppid() != parent:
            return
        select.select([0, ended], [], [], TICK)


def _end(child: subprocess.Popen[bytes], stop_signal: int, grace: float) -> int:
    if child.poll() is None:
        _signal_group(child.pid, stop_signal)
        try:
            child.wait(grace)
        except subprocess.TimeoutExpired:
            _signal_group(child.pid, signal.SIGKILL)
            child.wait()
    _signal_group(child.pid, signal.SIGKILL)
    _end_adopted(grace)
    return child.returncode


def _end_adopted(grace: float) -> None:
    """What the command left behind in sessions of its own comes to this process, which is its reaper."""
    deadline = time.monotonic() + grace
    told: set[int] = set()
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            late = time.monotonic() > deadline
            for orphan in _children():
                if late or orphan not in told:
                    told.add(orphan)
                    _signal(orphan, signal.SIGKILL if late else signal.SIGTERM)
            time.sleep(0.02)


def _children() -> list[int]:
    with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as listing:
        return [int(pid) for pid in listing.read().split()]


def _signal_group(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
