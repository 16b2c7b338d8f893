"""Python and uv: an interpreter of this machine, and the locked wheel of uv."""

from __future__ import annotations

import re
import shutil
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from backwright.chain.toolchain.failures import ToolchainError, toolchain_error
from backwright.chain.toolchain.processes import Launch, run_command
from backwright.chain.toolchain.runtime import Registry, Runtime, own_cache
from backwright.chain.toolchain.wheels import wheel_folder

__all__ = ["find_python"]

NAMES = ("python3.11", "python3.12", "python3.13", "python3.14", "python3", "python")
REGISTRY = Registry(
    name="the Python package registry",
    unreachable=re.compile(
        r"error sending request|dns error|tcp connect error|[Cc]onnection refused|operation timed out|"
        r"[Nn]etwork is unreachable|[Nn]etwork connectivity is disabled|invalid peer certificate|"
        r"Failed to (?:fetch|download)"
    ),
    advice="name a mirror or a folder of wheels (UV_DEFAULT_INDEX, UV_FIND_LINKS), a proxy's CA in SSL_CERT_FILE",
    lock_advice="where pyproject.toml was edited, `uv lock` rewrites the lock; else uv's reason is above",
)
# What would let another environment or another interpreter in.
UNWANTED = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "UV_PROJECT_ENVIRONMENT", "UV_PROJECT", "UV_WORKING_DIRECTORY")


def find_python(at_least: tuple[int, ...]) -> Runtime:
    """The interpreter that runs Backwright if it is new enough, else one on PATH; uv makes environments with it."""
    for python in _candidates():
        version = _version(python)
        if version is not None and version >= at_least:
            wheel_folder("requirements-uv.txt", "uv")
            uv = Path(sysconfig.get_path("scripts")) / "uv"
            settings = {"UV_PYTHON": str(python), "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
            settings |= own_cache("UV_CACHE_DIR", "uv")
            return Runtime("python", version, REGISTRY, {"uv": (str(uv),)}, (), settings, unwanted=UNWANTED)
    wanted = ".".join(map(str, at_least))
    raise toolchain_error(
        "toolchain/python-too-old",
        f"the project wants Python {wanted} or newer, and none is found",
        f"install Python {wanted} or newer and put it on PATH as python{'.'.join(map(str, at_least[:2]))}",
    )


def _candidates() -> Iterator[Path]:
    yield Path(sys.executable).resolve()
    for name in NAMES:
        found = shutil.which(name)
        if found is not None:
            yield Path(found).resolve()


def _version(python: Path) -> tuple[int, ...] | None:
    program = "import sys; print('%d.%d.%d' % sys.version_info[:3])"
    try:
        answer = run_command(Launch((python, "-I", "-c", program), cwd=Path("/")), timeout=20.0)
    except ToolchainError:
        return None
    found = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", answer.output.strip())
    return tuple(int(part) for part in found.groups()) if found and answer.code == 0 else None
