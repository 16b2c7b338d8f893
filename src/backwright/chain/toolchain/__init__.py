"""The outside programs that the chain needs: found, installed when missing, started, and always stopped."""

from backwright.chain.toolchain.failures import ToolchainError
from backwright.chain.toolchain.node import find_node
from backwright.chain.toolchain.packages import Packages, install_packages
from backwright.chain.toolchain.postgres import PostgresServer, start_postgres
from backwright.chain.toolchain.postgres_binaries import PostgresBinaries, find_postgres
from backwright.chain.toolchain.processes import (
    ChildProcess,
    Finished,
    Launch,
    free_port,
    run_command,
    start_process,
    wait_for_http,
)
from backwright.chain.toolchain.runtime import Runtime
from backwright.chain.toolchain.runtimes import find_runtime

__all__ = [
    "ChildProcess",
    "Finished",
    "Launch",
    "Packages",
    "PostgresBinaries",
    "PostgresServer",
    "Runtime",
    "ToolchainError",
    "find_node",
    "find_postgres",
    "find_runtime",
    "free_port",
    "install_packages",
    "run_command",
    "start_postgres",
    "start_process",
    "wait_for_http",
]
