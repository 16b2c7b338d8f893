"""Examples of clients: whole programs, which must end well."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from backwright.gates.docs.pages import Block
from backwright.gates.docs.reading import Reading, exports
from backwright.gates.docs.shell import printed
from backwright.gates.findings import tail
from backwright.gates.machine import available

__all__ = ["run_program"]

_TYPED = ("node", "--disable-warning=ExperimentalWarning", "--experimental-strip-types")
_ENDINGS = {"ts": "example.mts", "python": "example.py"}


def run_program(reading: Reading, block: Block, expected: str | None) -> None:
    """TypeScript by Node.js, Python by this interpreter, which is one as the pages ask for."""
    if block.language == "ts" and not _has_node(reading):
        reading.not_run("Node.js 22.21 or newer is not on the PATH")
        return
    with tempfile.TemporaryDirectory(prefix="backwright-docs-") as folder:
        file = Path(folder) / _ENDINGS[block.language]
        file.write_text(reading.here(block.text), encoding="utf-8")
        program = " ".join(_TYPED) if block.language == "ts" else f"'{sys.executable}' -I"
        done = reading.system.command(("sh", "-euc", f"{exports(reading.variables())}{program} '{file}'"), 60.0)
    reading.findings.check(
        done.code == 0, "gate/docs-program", f"{block.place} ends with {done.code}:\n{tail(done.output)}"
    )
    if done.code == 0 and expected is not None:
        printed(reading, block, done.output, expected)


def _has_node(reading: Reading) -> bool:
    runtime = reading.system.contract.get("runtime")
    if isinstance(runtime, dict) and runtime.get("name") == "node":
        return True
    if not available("node"):
        return False
    test = "const [major, minor] = process.versions.node.split('.').map(Number);"
    script = f"{test} process.exit(major > 22 || (major === 22 && minor >= 12) ? 0 : 1)"
    return reading.system.command(("node", "-e", script), 20.0).code == 0
