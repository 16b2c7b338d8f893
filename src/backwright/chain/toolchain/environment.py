"""Prepares the checkout's `.venv` from hash-locked requirement files.

It also runs as a script, under a Python that has nothing but its standard library.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["CHECKOUT", "EnvironmentFailure", "install_locked", "is_installed"]

CHECKOUT = Path(__file__).resolve().parents[4]
UNREACHABLE = re.compile(
    r"NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|CERTIFICATE_VERIFY_FAILED|"
    r"[Cc]onnection refused|Name or service not known|nodename nor servname|"
    r"Temporary failure in name resolution|Network is unreachable"
)
NOTHING_FOUND = re.compile(r"No matching distribution found|Could not install packages due to an OSError")


class EnvironmentFailure(Exception):
    """The environment could not be prepared."""

    def __init__(self, code: str, message: str, help: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help


def is_installed(root: Path, lock: str) -> bool:
    """Whether the environment holds exactly what the lock file says now."""
    marker = root / ".venv" / ".installed" / lock
    usable = os.access(root / ".venv" / "bin" / "python", os.X_OK)
    return usable and marker.is_file() and marker.read_bytes() == (root / lock).read_bytes()


def install_locked(root: Path, locks: list[str], base_python: str = sys.executable) -> None:
    """Installs each lock file that is not installed yet; safe when several processes call it at once."""
    if all(is_installed(root, lock) for lock in locks):
        return
    try:
        with _only_one(root):
            _make_venv(root, base_python)
            for lock in locks:
                if not is_installed(root, lock):
                    _install(root, lock)
    except PermissionError as error:
        raise EnvironmentFailure(
            "toolchain/checkout-read-only",
            f"the environment lives in the checkout, which cannot be written: {error.filename}",
            "make the checkout writable for this user, or use a copy of your own",
        ) from error
    except OSError as error:
        raise EnvironmentFailure(
            "toolchain/install-failed",
            f"the environment could not be written: {error}",
            "see that the disk of the checkout has 500 MB of free space, then call again",
        ) from error


@contextlib.contextmanager
def _only_one(root: Path) -> Iterator[None]:
    (root / ".cache").mkdir(exist_ok=True)
    with open(root / ".cache" / "environment.lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("another Backwright call is preparing the environment; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_venv(root: Path, base_python: str) -> None:
    venv = root / ".venv"
    python = venv / "bin" / "python"
    if _works(python):
        return
    _say("preparing the environment (first use, about a minute)")
    command = [base_python, "-I", "-m", "venv", "--clear", str(venv)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise EnvironmentFailure(
            "toolchain/python-without-venv",
            f"{base_python} cannot make an environment: {_last_lines(made.stdout + made.stderr)}",
            "install its venv module (Debian, Ubuntu: apt install python3-venv), "
            "or name another Python >= 3.11 in BACKWRIGHT_PYTHON",
        )


def _works(python: Path) -> bool:
    # The interpreter behind an environment may have been upgraded away, and an interrupted call leaves one without pip.
    check = "import sys, pip; sys.exit(0 if sys.version_info >= (3, 11) else 1)"
    try:
        return subprocess.run([python, "-I", "-c", check], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _install(root: Path, lock: str) -> None:
    _say(f"installing {lock}")
    venv = root / ".venv"
    marker = venv / ".installed" / lock
    marker.unlink(missing_ok=True)
    content = (root / lock).read_bytes()
    command = [str(venv / "bin" / "python"), "-I", "-m", "pip", "install", "--require-hashes", "--no-deps"]
    command += ["--no-input", "--disable-pip-version-check", "-r", str(root / lock)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise _install_failure(lock, done.stdout.decode("utf-8", "replace"))
    _put_source_on_path(root)
    marker.parent.mkdir(exist_ok=True)
    partial = marker.with_name(f"{lock}.partial")
    partial.write_bytes(content)
    os.replace(partial, marker)


def _install_failure(lock: str, output: str) -> EnvironmentFailure:
    unreachable = UNREACHABLE.search(output)
    if unreachable and NOTHING_FOUND.search(output):
        return EnvironmentFailure(
            "toolchain/registry-unreachable",
            f"the Python package registry could not be reached to install {lock} ({unreachable[0]})",
            "connect once, or name a mirror or a folder of wheels in pip's configuration "
            "(PIP_INDEX_URL, PIP_FIND_LINKS), then call again",
        )
    return EnvironmentFailure(
        "toolchain/install-failed",
        f"pip could not install {lock}: {_last_lines(output)}",
        "the locked versions need CPython 3.11 to 3.14 on Linux or macOS; "
        "BACKWRIGHT_PYTHON names the interpreter to use",
    )


def _put_source_on_path(root: Path) -> None:
    for packages in (root / ".venv" / "lib").glob("python3.*/site-packages"):
        # Relative to the file itself, so that a moved checkout still runs.
        (packages / "backwright.pth").write_text("../../../../src\n", encoding="utf-8")


def _last_lines(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    return " / ".join((errors or lines)[-4:]) or "no output"


def _say(text: str) -> None:
    print(f"backwright: {text}", file=sys.stderr, flush=True)


def _main(root: str, locks: list[str]) -> int:
    try:
        install_locked(Path(root), locks)
    except EnvironmentFailure as failure:
        print(f"error[{failure.code}]: {failure.message}\n  help: {failure.help}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1], sys.argv[2:]))
