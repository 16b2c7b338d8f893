"""A gate in a process of its own, while others go on in this one."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from types import FrameType, TracebackType
from typing import Self

from backwright.diagnostics.evidence import GateResult

__all__ = ["Beside"]

_PR_SET_PDEATHSIG = 1


class _Told(BaseException):
    """The gate is not waited for any more; what it has started ends with it."""


class Beside:
    """Runs `gate`, which must raise nothing; leaving the context ends it."""

    def __init__(self, gate: Callable[[], GateResult]) -> None:
        context = multiprocessing.get_context("fork")
        self._answer, answering = context.Pipe(duplex=False)
        self._process = context.Process(target=_work, args=(gate, answering, os.getpid()))
        self._process.start()
        answering.close()

    def finished(self) -> bool:
        """Whether there is a result, or never will be one."""
        return self._answer.poll()

    def result(self) -> GateResult | None:
        """Waits for it; None where the process ended without one."""
        try:
            found: GateResult = self._answer.recv()
        except EOFError:
            return None
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.join()
        self._answer.close()


def _work(gate: Callable[[], GateResult], answering: Connection, parent: int) -> None:
    # A terminal's Ctrl-C reaches the whole foreground group; only the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(_Told):
        signal.signal(signal.SIGTERM, _end)
        _end_with(parent)
        answering.send(gate())


def _end(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise _Told


def _end_with(parent: int) -> None:
    """However the parent ends."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        raise _Told
