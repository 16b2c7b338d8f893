"""The command line as its user meets it: words, exit codes, files left behind."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from backwright import __version__
from backwright.chain.generate import stacks

ROOT = Path(__file__).parents[2]
SHOP = ROOT / "examples" / "shop" / "blueprint.yaml"
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT / "src")}


def backwright(*arguments: str | Path, cwd: Path = ROOT, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "backwright", *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, env=ENVIRONMENT, input=stdin, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "a shop"
    assert backwright("new", "--blueprint", SHOP, "--out", folder, "--no-verify").returncode == 0
    return folder


def test_help_names_every_command_and_comes_quickly() -> None:
    done = backwright("--help")
    assert done.returncode == 0
    for command in ("new", "check", "run", "verify", "review", "explain"):
        assert command in done.stdout
    began = time.monotonic()
    backwright("--help")
    assert time.monotonic() - began < 0.5


@pytest.mark.parametrize("command", ["new", "check", "run", "verify", "review", "explain"])
def test_every_command_has_help_and_json(command: str) -> None:
    done = backwright(command, "--help")
    assert done.returncode == 0
    assert "--json" in done.stdout
    assert f"  backwright {command} " in done.stdout.partition("examples:")[2]


def test_the_last_words_can_be_typed_where_the_call_was_made(tmp_path: Path) -> None:
    call = subprocess.run(
        [ROOT / "backwright", "new", "Build a todo list API", "--out", "a list", "--no-verify"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert f"Start it:  {ROOT / 'backwright'} run 'a list'" in call.stdout


def _listens(running: subprocess.Popen[str]) -> None:
    """Waits until the process handles signals itself; before that the interpreter is starting."""
    status = Path(f"/proc/{running.pid}/status")
    for _ in range(600):
        caught = re.search(r"^SigCgt:\s*(\w+)", status.read_text(), re.MULTILINE)
        if caught and int(caught[1], 16) & 1 << signal.SIGTERM - 1:
            return
        time.sleep(0.05)
    raise AssertionError("the command line did not start")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("after", [0.0, 0.4, 4.0])
def test_an_end_at_any_moment_leaves_nothing_in_the_scratch_folder_and_no_stack(
    tmp_path: Path, number: signal.Signals, after: float
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-m", "backwright", "new", "Build a todo list API", "--out", str(tmp_path / "out")]
    running = subprocess.Popen(
        command, env=ENVIRONMENT | {"TMPDIR": str(scratch)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    _listens(running)
    time.sleep(after)
    running.send_signal(number)
    output, _ = running.communicate(timeout=60)
    assert running.returncode in (130, -number)
    assert "Traceback" not in output
    assert list(scratch.glob("backwright*")) == []
    left = [path.name for path in tmp_path.iterdir() if path != scratch]
    assert left in ([], ["out"])
    if left:
        assert f"The backend is whole in {tmp_path / 'out'}" in output
        assert f"verify {tmp_path / 'out'}" in output
        assert (tmp_path / "out" / ".backwright" / "manifest.json").is_file()
    elif "stopped" in output:
        assert "The backend is whole" not in output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_end_is_not_lost_where_nobody_can_catch_it(number: signal.Signals) -> None:
    program = f"""
import gc, os, time
from backwright.apps import cli
from backwright.apps.cli import commands

def collected(phase, info):
    gc.callbacks.remove(collected)
    os.kill(os.getpid(), {int(number)})

def work(options):
    gc.callbacks.append(collected)
    gc.collect()
    time.sleep(30)

commands.run = work
raise SystemExit(cli.main(["check", "blueprint.yaml"]))
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stderr) == (130, "\nstopped\n")


@pytest.mark.parametrize(
    ("call", "code", "meant"),
    [
        ("verfy x", "input/unknown-command", "`verify`"),
        ("nwe", "input/unknown-command", "`new`"),
        ("#chek x", "input/unknown-command", "`check`"),
        ("verify x --gaet policy", "input/unknown-option", "`--gate`"),
        ("run x --prot=3001", "input/unknown-option", "`--port`"),
        ("new --no-verif x", "input/unknown-option", "`--no-verify`"),
        ("--json explain x", "input/wrong-call", "after `explain`"),
        ("new Build a todo list", "input/wrong-call", "quotation marks"),
        ("run x --port 0", "input/wrong-call", "run --help"),
        ("run", "input/wrong-call", "run --help"),
    ],
)
def test_a_mistyped_call_is_told_what_was_meant(call: str, code: str, meant: str) -> None:
    done = backwright(*call.split())
    assert (done.returncode, done.stdout) == (2, "" if "--json" not in call else done.stdout)
    said = done.stderr + done.stdout
    assert code in said
    assert meant in said


def test_the_help_of_new_names_every_stack() -> None:
    said = " ".join(backwright("new", "--help").stdout.split())
    assert f"--stack NAME {' or '.join(stacks())};" in said


def test_a_wrong_call_with_json_is_json() -> None:
    done = backwright("verfy", "--json")
    assert (done.returncode, done.stderr) == (2, "")
    assert [each["code"] for each in json.loads(done.stdout)["diagnostics"]] == ["input/unknown-command"]


def test_no_command_at_all_shows_the_help() -> None:
    done = backwright()
    assert (done.returncode, done.stdout) == (2, "")
    assert "examples:" in done.stderr


def test_the_version_is_that_of_the_package() -> None:
    done = backwright("--version")
    assert (done.returncode, done.stdout) == (0, f"backwright {__version__}\n")


def test_new_without_a_source_says_what_to_give() -> None:
    done = backwright("new")
    assert done.returncode == 2
    assert "input/one-source" in done.stderr


def test_new_from_a_missing_file_names_it() -> None:
    done = backwright("new", "--blueprint", "nowhere.yaml")
    assert done.returncode == 2
    assert "nowhere.yaml" in done.stderr


def test_new_writes_nothing_when_the_blueprint_has_mistakes(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(
        SHOP.read_text(encoding="utf-8").replace("money > 0", "mony > 0"), encoding="utf-8"
    )
    done = backwright("new", "--blueprint", "bad.yaml", "--out", "out", cwd=tmp_path)
    assert done.returncode == 2
    assert "money" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.yaml"]


def test_new_refuses_a_folder_that_is_not_empty(project: Path) -> None:
    before = sorted(path.name for path in project.iterdir())
    done = backwright("new", "--blueprint", SHOP, "--out", project, "--no-verify")
    assert done.returncode == 2
    assert "project/not-empty" in done.stderr
    assert sorted(path.name for path in project.iterdir()) == before


def test_new_fills_an_empty_folder_in_its_place(tmp_path: Path) -> None:
    before = tmp_path.stat().st_ino
    assert backwright("new", "--blueprint", SHOP, "--out", ".", "--no-verify", cwd=tmp_path).returncode == 0
    assert tmp_path.stat().st_ino == before
    assert (tmp_path / ".backwright" / "run.json").is_file()
    hidden = {path.name for path in tmp_path.iterdir() if path.name.startswith(".") and path.is_dir()}
    assert hidden == {".backwright", ".github"}


@pytest.mark.parametrize("place", ["file", "file/below", "/proc/nothing"])
def test_new_refuses_a_place_where_no_folder_can_be(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("x")
    done = backwright("new", "--blueprint", SHOP, "--out", place, "--no-verify", cwd=tmp_path)
    assert done.returncode == 2
    assert "error[project/" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("call", [("check", "/dev/zero"), ("new", "--brief", "/dev/zero"), ("explain", "/dev/zero")])
def test_a_file_without_an_end_is_too_large(call: tuple[str, ...]) -> None:
    done = backwright(*call)
    assert done.returncode == 2
    assert "too-large" in done.stderr


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"backwright: 1\napp: {name: X}\0\n",
        bytes(range(256)),
        "a: b".encode("utf-16"),
        b"a: " + b"[" * 9999,
    ],
)
def test_whatever_a_blueprint_holds_is_refused_in_words_and_in_json(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd.yaml").write_bytes(content)
    done = backwright("check", "odd.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error[internal" not in done.stderr
    assert json.loads(backwright("check", "odd.yaml", "--json", cwd=tmp_path).stdout)["diagnostics"]


def test_new_refuses_an_unknown_stack_and_lists_the_known_ones(tmp_path: Path) -> None:
    done = backwright("new", "--blueprint", SHOP, "--stack", "expres", "--out", tmp_path / "x")
    assert done.returncode == 2
    assert "Did you mean 'express'?" in done.stderr


def test_new_refuses_a_brief_that_says_nothing(tmp_path: Path) -> None:
    done = backwright("new", "asdf qwer zxcv", "--out", "x", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(("brief", "error"))
    assert not (tmp_path / "x").exists()


def test_new_reads_a_brief_from_standard_input(tmp_path: Path) -> None:
    done = backwright(
        "new", "--brief", "-", "--out", "x", "--no-verify", "--json", cwd=tmp_path, stdin="Build a todo list API"
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)["stack"] == "express"
    assert (tmp_path / "x" / "blueprint.yaml").is_file()


def test_check_says_that_nothing_is_wrong() -> None:
    done = backwright("check", SHOP)
    assert (done.returncode, "no mistakes" in done.stdout) == (0, True)


def test_check_as_json_gives_positions(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(
        "backwright: 1\napp: {name: X}\nentities: {A: {fields: {b: strin}}}\n", encoding="utf-8"
    )
    done = backwright("check", tmp_path / "bad.yaml", "--json")
    assert done.returncode == 2
    assert all({"code", "message"} <= set(each) for each in json.loads(done.stdout)["diagnostics"])


def test_explain_traces_every_element_of_a_brief(tmp_path: Path) -> None:
    brief = (
        "Create a backend API for an e-commerce platform with user management, product catalog, and order processing"
    )
    assert backwright("new", brief, "--out", tmp_path / "x", "--no-verify").returncode == 0
    document = json.loads(backwright("explain", tmp_path / "x", "--json").stdout)
    assert document["stack"] == "express"
    assert [each["status"] for each in document["statements"]] == ["used"]
    for entity in document["entities"]:
        origins = [entity["origin"], *(field["origin"] for field in entity["fields"] + entity["relations"])]
        assert all(origin and origin != "derived" for origin in origins), entity["name"]
    assert all(each["off"] for each in document["assumptions"])


def test_verify_and_run_want_a_project(tmp_path: Path) -> None:
    for command in ("verify", "run", "explain"):
        done = backwright(command, tmp_path)
        assert done.returncode == 2
        assert "project/not-a-project" in done.stderr


def test_verify_refuses_an_unknown_gate(project: Path) -> None:
    done = backwright("verify", project, "--gate", "polcy")
    assert done.returncode == 2
    assert "Did you mean 'policy'?" in done.stderr


def test_every_refusal_with_json_is_one_document(project: Path, tmp_path: Path) -> None:
    for call in (
        ("new", "--out", "x"),
        ("new", "--blueprint", tmp_path / "none.yaml"),
        ("check", tmp_path),
        ("run", tmp_path),
        ("run", project, "--port", "x"),
        ("verify", tmp_path / "none"),
        ("verify", project, "--gate", "none"),
        ("explain", tmp_path),
    ):
        done = backwright(*call, "--json")
        assert (done.returncode, done.stderr) == (2, ""), call
        assert all({"code", "message", "help"} <= set(each) for each in json.loads(done.stdout)["diagnostics"])


def test_run_refuses_a_busy_port(project: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = backwright("run", project, "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "run/port-busy" in done.stderr


def test_a_broken_contract_is_a_diagnostic(project: Path) -> None:
    (project / ".backwright" / "run.json").write_text("{", encoding="utf-8")
    done = backwright("run", project)
    assert done.returncode == 2
    assert "project/contract-unreadable" in done.stderr


@pytest.mark.slow
def test_run_answers_and_ctrl_c_leaves_no_process(project: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "backwright", "run", str(project), "--port", str(port), "--json"]
    with subprocess.Popen(
        command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        assert running.stdout
        line = json.loads(running.stdout.readline())
        with urllib.request.urlopen(f"{line['url']}/readyz", timeout=5) as answer:
            assert answer.status == 200
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 0
    left = subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(project) not in left


@pytest.mark.slow
def test_run_survives_the_death_of_its_postgres_and_ends_with_its_server(project: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "backwright", "run", str(project), "--port", str(port)]
    with subprocess.Popen(
        command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        assert running.stdout
        assert "answers at" in running.stdout.readline()
        ready = f"http://127.0.0.1:{port}/readyz"
        pid_file = project / ".backwright" / "local" / "postgres" / "data" / "postmaster.pid"
        os.kill(int(pid_file.read_text(encoding="ascii").split()[0]), signal.SIGKILL)
        assert _soon(lambda: _status(ready) == 503)
        assert _soon(lambda: _status(ready) == 200)
        os.kill(_server_of(project), signal.SIGKILL)
        _, said = running.communicate(timeout=30)
    assert running.returncode == 1
    assert "PostgreSQL ended by itself (code 137); starting it again" in said
    assert "error[run/server-ended]: the server ended by itself with code 137" in said
    assert '"event":' in said


@pytest.mark.slow
@pytest.mark.parametrize("gate", ["schema", "contract"], ids=["in one gate", "while the tests run beside"])
def test_ctrl_c_while_verifying_leaves_no_process(gate: str, project: Path) -> None:
    command = [sys.executable, "-m", "backwright", "verify", str(project)]
    with subprocess.Popen(
        command, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        assert running.stderr
        assert any(f"gate {gate}" in line for line in running.stderr)
        time.sleep(3)
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 130
    left = subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(project) not in left


def _status(url: str) -> int | None:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code
    except OSError:
        return None


def _soon(condition: Callable[[], bool], within: float = 30.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def _server_of(project: Path) -> int:
    """The leader of its session: the supervisor before it leads another."""
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            words = (entry / "cmdline").read_bytes().split(b"\0")
            if b"dist/api/main.js" in words and b"-S" not in words and (entry / "cwd").resolve() == project:
                return int(entry.name)
    raise AssertionError("no server runs")
