"""The outside programs that the chain needs: found, installed when missing, started, and always stopped."""

from backwright.chain.toolchain.failures import ToolchainError
from backwright.chain.toolchain.node import NodeTools, find_node, npm_install
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

__all__ = [
    "ChildProcess",
    "Finished",
    "Launch",
    "NodeTools",
    "PostgresBinaries",
    "PostgresServer",
    "ToolchainError",
    "find_node",
    "find_postgres",
    "free_port",
    "npm_install",
    "run_command",
    "start_postgres",
    "start_process",
    "wait_for_http",
]
