"""The launcher, in copies of the checkout's outside with a lock of one small wheel, so that no registry is needed."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from backwright.chain.toolchain import free_port
from backwright.chain.toolchain.environment import CHECKOUT

MAIN = "import os, sys, tiny\nprint(tiny.VERSION, os.getcwd(), *sys.argv[1:], sep='|')\nsys.exit(3)\n"
TOOLCHAIN = "src/backwright/chain/toolchain"


def test_the_first_call_prepares_and_later_calls_do_not(tmp_path: Path) -> None:
    checkout = _checkout(tmp_path)
    first = _run(checkout, ["new", "two words", "*"])
    assert (first.returncode, first.stdout) == (3, f"1|{tmp_path}|new|two words|*\n"), first.stderr
    assert "preparing the environment" in first.stderr
    (tmp_path / "link").symlink_to(checkout / "backwright")
    second = _run(checkout, ["--help"], program=tmp_path / "link")
    assert (second.returncode, second.stdout, second.stderr) == (3, f"1|{tmp_path}|--help\n", "")
    by_name = _run(checkout, [], cwd=checkout, program="./backwright")
    assert by_name.stdout == f"1|{checkout}\n"

    # A file of the user's, where the call is made, does not stand in for a module.
    (tmp_path / "tiny.py").write_text("VERSION = 'the wrong one'\n")
    assert _run(checkout, []).stdout == f"1|{tmp_path}\n"

    # A changed lock is installed; so is one whose installation was cut short.
    _lock(checkout, "2")
    assert _run(checkout, []).stdout == f"2|{tmp_path}\n"
    (checkout / ".venv/.installed/requirements.txt").unlink()
    assert "installing requirements.txt" in _run(checkout, []).stderr

    # A moved checkout still runs, and an environment whose interpreter has gone is made again.
    moved = checkout.rename(tmp_path / "moved away")
    assert _run(moved, []).stdout == f"2|{tmp_path}\n"
    for name in (moved / ".venv/bin").glob("python*"):
        name.unlink()
    (moved / ".venv/bin/python").symlink_to("/nonexistent/python")
    assert _run(moved, []).stdout == f"2|{tmp_path}\n"


@pytest.mark.slow
def test_first_calls_at_the_same_time_wait_for_each_other(tmp_path: Path) -> None:
    checkout = _checkout(tmp_path)
    calls = [_start(checkout, tmp_path) for _ in range(3)]
    answers = [(*call.communicate(timeout=120), call.returncode) for call in calls]
    assert [(out, code) for out, _, code in answers] == [(f"1|{tmp_path}\n", 3)] * 3, answers
    assert sum("installing" in err for _, err, _ in answers) == 1
    assert sum("waiting for it" in err for _, err, _ in answers) == 2


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.3, 1.5])
def test_a_killed_first_call_is_done_again(tmp_path: Path, after: float) -> None:
    checkout = _checkout(tmp_path)
    call = _start(checkout, tmp_path)
    time.sleep(after)
    os.killpg(call.pid, signal.SIGKILL)
    call.communicate()
    assert _run(checkout, []).stdout == f"1|{tmp_path}\n"


@pytest.mark.slow
def test_a_registry_out_of_reach_is_named_as_the_reason(tmp_path: Path) -> None:
    checkout = _checkout(tmp_path)
    registry = {"PIP_INDEX_URL": f"http://127.0.0.1:{free_port()}/", "PIP_RETRIES": "1"}
    shutil.rmtree(checkout / "wheels")
    answer = _run(checkout, [], extra={**registry, "PIP_NO_INDEX": "0", "PIP_EXTRA_INDEX_URL": ""})
    assert answer.returncode == 2
    assert answer.stderr.splitlines()[-2].startswith("error[toolchain/registry-unreachable]: ")
    assert answer.stderr.splitlines()[-1].startswith("  help: ")


@pytest.mark.slow
def test_a_wheel_with_another_digest_is_not_installed(tmp_path: Path) -> None:
    checkout = _checkout(tmp_path)
    with (checkout / "wheels/tiny-1-py3-none-any.whl").open("ab") as wheel:
        wheel.write(b"tampered")
    answer = _run(checkout, [])
    assert answer.returncode == 2
    assert "error[toolchain/install-failed]" in answer.stderr
    assert not (checkout / ".venv/.installed/requirements.txt").exists()


def test_without_a_python_the_message_says_which_is_needed(tmp_path: Path) -> None:
    answer = _run(_checkout(tmp_path), [], extra={"PATH": str(_tools(tmp_path)), "BACKWRIGHT_PYTHON": ""})
    assert answer.returncode == 2
    assert "error[toolchain/python-missing]" in answer.stderr
    assert "3.11" in answer.stderr


def test_a_python_without_venv_is_named_and_the_next_one_is_tried(tmp_path: Path) -> None:
    tools = _tools(tmp_path)
    bare = tools / "python3.11"
    bare.write_text(f'#!/bin/sh\ncase "$3" in *ensurepip*) exit 1;; esac\nexec "{sys.executable}" "$@"\n')
    bare.chmod(0o755)
    checkout = _checkout(tmp_path)
    answer = _run(checkout, [], extra={"PATH": str(tools), "BACKWRIGHT_PYTHON": ""})
    assert answer.returncode == 2
    assert "error[toolchain/python-without-venv]: Python was found (python3.11)" in answer.stderr
    assert "apt install python3-venv" in answer.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_checkout_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    checkout = _checkout(tmp_path)
    checkout.chmod(0o555)
    answer = _run(checkout, [])
    checkout.chmod(0o755)
    assert answer.returncode == 2
    assert "error[toolchain/checkout-read-only]" in answer.stderr


def test_the_check_of_a_prepared_environment_costs_a_few_milliseconds(tmp_path: Path) -> None:
    checkout = _checkout(tmp_path)
    (checkout / ".venv/bin").mkdir(parents=True)
    (checkout / ".venv/bin/python").symlink_to("/bin/true")
    (checkout / ".venv/.installed").mkdir()
    shutil.copy(checkout / "requirements.txt", checkout / ".venv/.installed")
    started = time.perf_counter()
    for _ in range(20):
        assert _run(checkout, []).returncode == 0
    assert (time.perf_counter() - started) / 20 < 0.03


def _checkout(base: Path) -> Path:
    checkout = base / "a check out"
    (checkout / TOOLCHAIN).mkdir(parents=True)
    shutil.copy(CHECKOUT / "backwright", checkout)
    for name in ("environment.py", "prepare.sh"):
        shutil.copy(CHECKOUT / TOOLCHAIN / name, checkout / TOOLCHAIN)
    (checkout / "src/backwright/__init__.py").write_text("")
    (checkout / "src/backwright/__main__.py").write_text(MAIN)
    _lock(checkout, "1")
    return checkout


def _lock(checkout: Path, version: str) -> None:
    (checkout / "wheels").mkdir(exist_ok=True)
    wheel = checkout / "wheels" / f"tiny-{version}-py3-none-any.whl"
    info = f"tiny-{version}.dist-info"
    files = {
        "tiny.py": f"VERSION = '{version}'\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},sha256={_digest(content)},{len(content)}\n" for name, content in files.items())
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in {**files, f"{info}/RECORD": record + f"{info}/RECORD,,\n"}.items():
            archive.writestr(name, content)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (checkout / "requirements.txt").write_text(f"tiny=={version} --hash=sha256:{digest}\n")


def _digest(content: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content.encode()).digest()).decode().rstrip("=")


def _tools(base: Path) -> Path:
    """A PATH with the launcher's own tools and no Python."""
    tools = base / "bin"
    tools.mkdir()
    for name in ("sh", "cmp", "cat", "dirname", "readlink", "env"):
        found = shutil.which(name)
        assert found
        (tools / name).symlink_to(found)
    return tools


def _environment(checkout: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    return {
        **kept,
        "BACKWRIGHT_PYTHON": sys.executable,
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": (checkout / "wheels").as_uri(),
    }


def _run(
    checkout: Path,
    arguments: list[str],
    cwd: Path | None = None,
    program: str | Path | None = None,
    extra: dict[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    command = [str(program or checkout / "backwright"), *arguments]
    environment = _environment(checkout) | (extra or {})
    return subprocess.run(
        command, cwd=cwd or checkout.parent, env=environment, capture_output=True, text=True, check=False
    )


def _start(checkout: Path, cwd: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(checkout / "backwright")],
        cwd=cwd,
        env=_environment(checkout),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
