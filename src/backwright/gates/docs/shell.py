"""Examples of commands: run as they stand, or read where what they need is not there."""

from __future__ import annotations

import re

import psycopg

from backwright.gates.docs.pages import Block
from backwright.gates.docs.reading import Reading
from backwright.gates.findings import tail
from backwright.gates.machine import available

__all__ = ["NEEDS", "printed", "run_shell", "unmet"]

NEEDS = ("a cluster", "a cloud", "a container engine", "a deployed server", "Backwright")
_PROGRAMS = ("curl", "psql", "createdb", "dropdb", "pg_dump", "pg_restore")
_NEED = re.compile(r"\A# needs (.+)\n")


def unmet(reading: Reading, block: Block) -> bool:
    """Whether its first line says that it needs what no gate has: then its syntax is all that is read."""
    need = _NEED.match(block.text)
    if need is None:
        return False
    reading.findings.check(
        need[1] in NEEDS,
        "gate/docs-shell",
        f"{block.place}: 'needs {need[1]}' is no reason to leave an example out",
        help=f"Reasons are: {', '.join(NEEDS)}.",
    )
    done = reading.system.command(("sh", "-nc", block.text), 20.0)
    reading.findings.check(done.code == 0, "gate/docs-shell", f"{block.place} is no shell: {tail(done.output)}")
    reading.not_run(f"needs {need[1]}")
    return True


def _lacking(reading: Reading, block: Block) -> str:
    """Which program of the example this machine does not have, or not as new as its PostgreSQL."""
    for program in _PROGRAMS:
        if re.search(rf"\b{program}\b", block.text) is None:
            continue
        if not available(program):
            return f"{program} is not on the PATH"
        if program == "pg_dump":
            found = re.search(r"\) (\d+)", reading.system.command((program, "--version"), 20.0).output)
            with psycopg.connect(reading.database.admin) as connection:
                if found is None or int(found[1]) < connection.info.server_version // 10_000:
                    return "pg_dump is older than PostgreSQL"
    return ""


def run_shell(reading: Reading, block: Block, expected: str | None) -> None:
    """`expected` is what it prints, where the page says so; a line of `…` stands for any lines."""
    if unmet(reading, block):
        return
    lacking = _lacking(reading, block)
    if lacking:
        reading.not_run(lacking)
        return
    done = reading.shell(reading.here(block.text))
    reading.findings.check(
        done.code == 0, "gate/docs-shell", f"{block.place} ends with {done.code}:\n{tail(done.output)}"
    )
    if done.code == 0 and expected is not None:
        printed(reading, block, done.output, expected)


def printed(reading: Reading, block: Block, output: str, expected: str) -> None:
    """Compares what an example printed with what the page says."""
    pattern = "".join(
        r"(?:.*\n)*" if line == "…" else re.escape(line).replace("…", ".*") + r"\n" for line in expected.splitlines()
    )
    reading.findings.check(
        re.fullmatch(pattern, output.rstrip("\n") + "\n") is not None,
        "gate/docs-shell",
        f"{block.place} does not print what the page says, but:\n{tail(output)}",
    )
