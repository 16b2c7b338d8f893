from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from backwright.chain.toolchain import (
    ChildProcess,
    Launch,
    ToolchainError,
    free_port,
    run_command,
    start_process,
    wait_for_http,
)

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
)
# Starts a child, one that has left for a session of its own with it, prints both ids, and waits.
PARENT = """
import sys, time
from pathlib import Path
from backwright.chain.toolchain import Launch, start_process
log = Path(sys.argv[1])
process = start_process(Launch(["sh", "-c", "setsid sleep 60 & echo $!; sleep 60"], cwd=log.parent), log)
try:
    while not log.read_text().strip():
        time.sleep(0.01)
    print(process.pid, log.read_text().strip(), flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    process.stop()
"""


def test_when_asked_to_stop_it_ends_by_itself(tmp_path: Path) -> None:
    process = start_process(Launch(["sleep", "60"], cwd=tmp_path), tmp_path / "log")
    assert process.poll() is None
    assert process.stop() == 128 + signal.SIGTERM
    assert not _is_alive(process.pid)


def test_when_it_does_not_stop_in_time_it_is_killed(tmp_path: Path) -> None:
    process = start_process(Launch([sys.executable, "-c", STUBBORN], cwd=tmp_path, grace=0.3), tmp_path / "log")
    _until(lambda: "ready" in process.tail())
    assert process.stop() == 128 + signal.SIGKILL
    assert not _is_alive(process.pid)


def test_the_stop_signal_is_the_one_that_was_named(tmp_path: Path) -> None:
    launch = Launch(["sh", "-c", "trap 'exit 7' INT; echo ready; while :; do sleep 0.05; done"], cwd=tmp_path)
    named = Launch(launch.command, cwd=tmp_path, stop_signal=signal.SIGINT)
    process = start_process(named, tmp_path / "log")
    _until(lambda: "ready" in process.tail())
    assert process.stop() == 7


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_when_the_parent_ends_nothing_stays_behind(tmp_path: Path, ending: signal.Signals) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PARENT, str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 2
        assert all(_is_alive(pid) for pid in pids)
        parent.send_signal(ending)
        parent.wait(10)
    _until(lambda: not any(_is_alive(pid) for pid in pids))


def test_when_the_terminal_interrupts_the_whole_group_the_parent_still_decides(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PARENT, str(tmp_path / "log")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True
    ) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        os.killpg(parent.pid, signal.SIGINT)
        assert parent.wait(10) == 0
    _until(lambda: not any(_is_alive(pid) for pid in pids))


def test_when_the_starting_thread_ends_the_process_lives_on(tmp_path: Path) -> None:
    started: list[ChildProcess] = []
    launch = Launch(["sleep", "60"], cwd=tmp_path)
    thread = threading.Thread(target=lambda: started.append(start_process(launch, tmp_path / "log")))
    thread.start()
    thread.join()
    time.sleep(0.7)
    with started[0] as process:
        assert process.poll() is None


def test_a_command_gives_its_code_and_all_its_output(tmp_path: Path) -> None:
    finished = run_command(Launch(["sh", "-c", "echo out; echo err >&2; exit 3"], cwd=tmp_path))
    assert (finished.code, finished.output) == (3, "out\nerr\n")


def test_a_command_has_the_folder_and_the_environment_that_were_named(tmp_path: Path) -> None:
    folder = tmp_path / "with a space"
    folder.mkdir()
    environment = {"PATH": os.environ["PATH"], "GREETING": "a b"}
    finished = run_command(Launch(["sh", "-c", 'pwd; echo "$GREETING"'], cwd=folder, environment=environment))
    assert finished.output == f"{folder}\na b\n"


def test_when_a_command_takes_too_long_it_is_stopped_and_reported(tmp_path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(ToolchainError) as failure:
        run_command(Launch(["sh", "-c", "echo begun; sleep 60"], cwd=tmp_path), timeout=0.4)
    assert failure.value.diagnostic.code == "toolchain/command-timed-out"
    assert "begun" in failure.value.diagnostic.message
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("command", [["no-such-program"], ["/etc/passwd"]])
def test_when_a_program_cannot_be_started_the_reason_is_given(tmp_path: Path, command: list[str]) -> None:
    with pytest.raises(ToolchainError) as failure:
        start_process(Launch(command, cwd=tmp_path), tmp_path / "log")
    assert failure.value.diagnostic.code == "toolchain/command-not-started"
    assert failure.value.diagnostic.help


def test_when_the_folder_is_missing_the_reason_is_given(tmp_path: Path) -> None:
    with pytest.raises(ToolchainError) as failure:
        start_process(Launch(["true"], cwd=tmp_path / "missing"), tmp_path / "log")
    assert failure.value.diagnostic.code == "toolchain/command-not-started"


def test_a_server_is_ready_once_it_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with start_process(Launch(command, cwd=tmp_path), tmp_path / "log") as process:
        wait_for_http(f"http://127.0.0.1:{port}/", process, timeout=10)
        with pytest.raises(ToolchainError, match="status 404"):
            wait_for_http(f"http://127.0.0.1:{port}/missing", process, timeout=0.3)


def test_when_a_server_ends_before_it_answers_its_last_words_are_reported_at_once(tmp_path: Path) -> None:
    started = time.monotonic()
    launch = Launch(["sh", "-c", "echo the port is missing; exit 4"], cwd=tmp_path)
    with start_process(launch, tmp_path / "log") as process, pytest.raises(ToolchainError) as failure:
        wait_for_http(f"http://127.0.0.1:{free_port()}/", process, timeout=20)
    assert failure.value.diagnostic.code == "toolchain/server-not-ready"
    assert "code 4" in failure.value.diagnostic.message
    assert "the port is missing" in failure.value.diagnostic.message
    assert time.monotonic() - started < 5


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return not state.strip().startswith("Z")


def _until(condition: Callable[[], bool], timeout: float = 15.0) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)
