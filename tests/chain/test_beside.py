"""A gate beside others has its result, or ends with whoever asked for it, with everything that it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from backwright.chain.beside import Beside
from backwright.chain.toolchain import Launch, run_command
from backwright.diagnostics.evidence import GateResult

PASSED = GateResult("tests", "passed", 3, "tests")
# What outlives its parent says so by its file.
WAITING = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text('begun'); time.sleep(60)"


def _is_alive(mark: Path) -> bool:
    listed = subprocess.run(["ps", "-ww", "-eo", "args"], check=True, capture_output=True, text=True).stdout
    return any(str(mark) in line and "-c" in line for line in listed.splitlines())


def _begins(mark: Path) -> None:
    until = time.monotonic() + 20
    while not mark.exists():
        assert time.monotonic() < until
        time.sleep(0.05)


def _ends(mark: Path) -> None:
    until = time.monotonic() + 20
    while _is_alive(mark):
        assert time.monotonic() < until
        time.sleep(0.05)


def _waiting(mark: Path) -> GateResult:
    run_command(Launch([sys.executable, "-c", WAITING, mark], mark.parent))
    return PASSED


def test_its_result_comes_while_others_go_on() -> None:
    with Beside(lambda: PASSED) as beside:
        assert beside.result() == PASSED


def test_a_process_that_dies_has_no_result() -> None:
    def dies() -> GateResult:
        os.kill(os.getpid(), signal.SIGKILL)
        return PASSED

    with Beside(dies) as beside:
        assert beside.result() is None


def test_what_it_started_ends_with_the_context(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    with Beside(lambda: _waiting(mark)) as beside:
        _begins(mark)
        assert not beside.finished()
        assert _is_alive(mark)
    _ends(mark)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_what_it_started_ends_with_the_parent(number: signal.Signals, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    code = f"""
from pathlib import Path
from backwright.chain.beside import Beside
from tests.chain.test_beside import _waiting
with Beside(lambda: _waiting(Path({str(mark)!r}))) as beside:
    beside.result()
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[2]) as parent:
        _begins(mark)
        parent.send_signal(number)
    _ends(mark)
