"""Tools that come as Python wheels and are heavy: installed into the environment when first needed."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path

from backwright.chain.toolchain.environment import CHECKOUT, EnvironmentFailure, install_locked
from backwright.chain.toolchain.failures import toolchain_error

__all__ = ["wheel_folder"]


def wheel_folder(lock: str, package: str) -> Path:
    """The folder of an installed package, after installing its lock file where that is not done yet."""
    try:
        install_locked(CHECKOUT, [lock], base_python=sys.executable)
    except EnvironmentFailure as failure:
        raise toolchain_error(failure.code, failure.message, failure.help) from failure
    importlib.invalidate_caches()
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise toolchain_error(
            "toolchain/environment-incomplete",
            f"{lock} is installed in .venv, but this Python ({sys.executable}) does not see it",
            "run Backwright through ./backwright; if it still fails, remove .venv and call again",
        )
    return Path(found.origin).parent
