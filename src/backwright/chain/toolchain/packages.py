"""Installs the packages that a project's lock names, once for each content of the lock."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backwright.chain.toolchain.failures import ToolchainError, toolchain_error
from backwright.chain.toolchain.processes import Finished, Launch, run_command
from backwright.chain.toolchain.runtime import Runtime

__all__ = ["Packages", "install_packages"]

INSTALLED = ".backwright-installed"
_ERROR = re.compile(r"\berror\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Packages:
    """The files that say which packages, the folder that they go to, and where their programs are then."""

    locks: tuple[str, ...]
    folder: str
    programs: str


def install_packages(
    project: Path, packages: Packages, commands: Sequence[Sequence[str]], runtime: Runtime, timeout: float = 600.0
) -> bool:
    """Runs the commands that install; False when exactly that was installed already."""
    marker = project / packages.folder / INSTALLED
    wanted = _digest(project, packages, commands, runtime)
    if _read(marker) == wanted:
        return False
    marker.unlink(missing_ok=True)
    environment = runtime.environment() | dict(runtime.installing)
    for words in commands:
        done = run_command(Launch(runtime.command(words), cwd=project, environment=environment), timeout)
        if done.code:
            raise _failure(done, words, runtime)
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.write_text(wanted, encoding="utf-8")
    return True


def _digest(project: Path, packages: Packages, commands: Sequence[Sequence[str]], runtime: Runtime) -> str:
    # The folder's place is part of it: the programs of a Python environment name the path that they were made for.
    digest = hashlib.sha256(repr((runtime.name, runtime.version[:2], commands, str(project.absolute()))).encode())
    for name in packages.locks:
        try:
            digest.update((project / name).read_bytes())
        except FileNotFoundError as error:
            raise toolchain_error(
                "toolchain/lock-missing",
                f"{project.name}/{name} is missing, so the versions to install are not known",
                "generate the project again, or restore the file",
            ) from error
    return digest.hexdigest()


def _read(marker: Path) -> str | None:
    try:
        return marker.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def _failure(done: Finished, words: Sequence[str], runtime: Runtime) -> ToolchainError:
    registry = runtime.registry
    reason = registry.unreachable.search(done.output)
    if reason:
        return toolchain_error(
            "toolchain/registry-unreachable",
            f"{registry.name} could not be reached ({reason[0]}), and not every package is in this machine's cache",
            f"connect once, or {registry.advice}, then call again",
        )
    return toolchain_error(
        "toolchain/packages-not-installed",
        f"`{' '.join(words)}` could not install the project's packages:\n{_reason(done.output)}",
        registry.lock_advice,
    )


def _reason(output: str) -> str:
    """Installers give the reason first and their usage after it."""
    lines = [line.strip() for line in output.splitlines() if line.strip() not in ("", "npm error")]
    errors = [line for line in lines if _ERROR.search(line)]
    return "\n".join((errors or lines)[:8])
